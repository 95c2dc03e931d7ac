import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WaveView } from '../../rehearsal/drive/api.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const MACHINES = [VM, LINUX_VM, ARC];
const CHANGES = ['extension.write', 'association.write', 'extension.delete', 'dataSource.write'] as const;

/** The estate begins at 08:00 UTC on Saturday, 21 November 2026. */
const SATURDAY_NIGHTS = {
  start: '2026-11-07T22:00',
  timeZone: 'Europe/Berlin',
  recurrence: 'FREQ=WEEKLY;BYDAY=SA',
  durationMinutes: 240,
};
const THIS_WEEKEND = {
  name: 'quarter end',
  start: '2026-11-20T18:00',
  end: '2026-11-23T06:00',
  timeZone: 'Europe/Berlin',
};

describe('a calendar of freezes', () => {
  const { given, when, then, here } = scenario();
  const changes = () =>
    CHANGES.flatMap((kind) => here().session.estate.requestLog.entries({ kind }))
      .filter(({ status }) => status < 300)
      .map(({ at }) => new Date(at).toISOString())
      .sort();

  it('takes one weekend out of a weekly window, and the wave says why it rests', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({
      policy: { windows: [SATURDAY_NIGHTS], freezes: [THIS_WEEKEND], approvals: { removal: false } },
    });

    await when.theWaveStarts();
    // In the middle of the window that would be open.
    await when.timePasses({ minutes: 14 * 60 });
    const { api, waveId } = here();
    const Window = z.object({ window: z.unknown() });
    const resting = (await api.get(`/waves/${waveId}`, WaveView.extend(Window.shape))).body;
    expect(resting).toMatchObject({
      phase: 'progressing',
      window: { open: false, opensAt: '2026-11-28T21:00:00.000Z', frozenBy: 'quarter end' },
    });
    expect(resting.message).toContain(
      'Nothing is started before 2026-11-28T21:00:00.000Z: Frozen until 2026-11-23T05:00:00.000Z by quarter end.',
    );
    expect(changes()).toEqual([]);

    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    // Installed and proved in the night of the 28th, removed in the same one or the next.
    expect(changes()[0]?.slice(0, 13)).toBe('2026-11-28T21');
    for (const at of changes()) expect(at).toMatch(/^2026-(11-28T2[123]|11-29T00|12-05T2[123]|12-06T00)/);
    for (const machine of MACHINES)
      expect(await then.outcome(machine, 'confirm')).toEqual({ status: 'done' });
  });

  it('rests through a freeze without windows, and looks no more often than it has to', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { freezes: [THIS_WEEKEND], approvals: { removal: false } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(changes()[0]?.slice(0, 16)).toBe('2026-11-23T05:00');
    const { activitiesByName } = here().session.host.counters();
    // Two days of looking every 15 minutes, and a few turns of work.
    expect(activitiesByName['advanceWave']).toBeLessThan(250);
  });
});

describe('a change that would likely end outside of its window', () => {
  const { given, when, then, here } = scenario();
  const writes = () =>
    here()
      .session.estate.requestLog.entries({ kind: 'extension.write' })
      .filter(({ status }) => status < 300)
      .map(({ at }) => new Date(at).toISOString());

  it('is not started, says so, and is made in the next one', async () => {
    await given.anEstate(smallEstate());
    const nightly = {
      start: '2026-11-01T23:00',
      timeZone: 'Europe/Berlin',
      recurrence: 'FREQ=DAILY',
      durationMinutes: 30,
    };
    await given.aPlan({
      policy: { windows: [nightly], expectedSeconds: { install: 1200 }, approvals: { removal: false } },
    });
    await when.timePasses({ minutes: 14 * 60 + 15 });

    // 22:15 UTC: the window is open for another fifteen minutes.
    await when.theWaveStarts();
    await when.timePasses({ minutes: 5 });
    const late = await then.theWave();
    expect(late.message).toContain('Nothing is started before 2026-11-22T22:00:00.000Z');
    expect(late.message).toContain(
      'It likely takes 1200 s, and the window closes at 2026-11-21T22:30:00.000Z',
    );
    expect(writes()).toEqual([]);

    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(writes()).toHaveLength(MACHINES.length);
    for (const at of writes()) expect(at.slice(0, 15)).toBe('2026-11-22T22:0');
    expect(here().session.host.counters().activitiesByName['advanceWave']).toBeLessThan(700);
  });
});

describe('a wave that starts at a time', () => {
  const { given, when, then } = scenario();
  const tomorrow = '2026-11-22T09:30:00+01:00';

  it('is planned until then, and runs by itself', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { approvals: { removal: false } } });

    await when.theWaveStarts(0, { startAt: tomorrow });
    await when.timePasses({ minutes: 24 * 60 });
    expect(await then.theWave()).toMatchObject({
      phase: 'planned',
      message: 'Starts at 2026-11-22T08:30:00.000Z.',
      step: 'prepare',
    });
    expect(then.requests('extension.write')).toBe(0);
    await when.timePasses({ minutes: 35 });
    expect(then.requests('extension.write')).toBeGreaterThan(0);

    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });

  it('is approved before its time and does not start sooner for it', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { approvals: { start: true, removal: false } } });

    await when.theWaveStarts(0, { startAt: tomorrow });
    await when.theWaveReaches('awaitingApproval');
    expect((await then.theWave()).message).toContain('2026-11-22T08:30:00.000Z at the earliest');
    await when.someoneApproves();
    await when.timePasses({ minutes: 12 * 60 });
    await then.theWaveIs('planned');
    expect(then.requests('extension.write')).toBe(0);

    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });

  it('is aborted before its time', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();

    await when.theWaveStarts(0, { startAt: tomorrow });
    await when.timePasses({ minutes: 60 });
    await when.theOperatorAborts('called off');
    await when.timePasses({ minutes: 48 * 60 });

    await then.theWaveIs('aborted');
    expect(then.requests('extension.write')).toBe(0);
  });
});
