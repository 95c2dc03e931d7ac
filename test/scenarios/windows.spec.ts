import { describe, expect, it } from 'vitest';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const HOUR = 3_600_000;
const MACHINES = [VM, LINUX_VM, ARC];

/** A quarter of an hour every night; the estate begins at 08:00 UTC on 21 November 2026. */
const NIGHTLY = {
  start: '2026-11-01T23:00',
  timeZone: 'Europe/Berlin',
  recurrence: 'FREQ=DAILY',
  durationMinutes: 15,
};

describe('change windows', () => {
  const { given, when, then, here } = scenario();

  /** Instants at which Azure accepted changes of a kind. */
  const changes = (kind: 'extension.write' | 'association.write' | 'extension.delete') =>
    here()
      .session.estate.requestLog.entries({ kind })
      .filter(({ status }) => status < 300)
      .map(({ at }) => at);
  const minutesAfter22 = (at: number) => ((at - Date.parse('2026-11-21T22:00:00Z')) / 60_000) % (24 * 60);

  it('a wave started by day changes nothing before the night, and removes in a later one', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { windows: [NIGHTLY], approvals: { removal: false } } });

    await when.theWaveStarts();
    await when.timePasses({ minutes: 13 * 60 });
    const byDay = await then.theWave();
    expect(byDay).toMatchObject({ phase: 'progressing' });
    expect(changes('extension.write')).toEqual([]);

    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const) {
      expect(changes(kind)).toHaveLength(MACHINES.length);
      for (const at of changes(kind)) {
        expect(minutesAfter22(at)).toBeGreaterThanOrEqual(0);
        expect(minutesAfter22(at)).toBeLessThan(15);
      }
    }
    // Data needs longer than the window: it was judged outside, and the removal waited for the next night.
    expect(
      Math.min(...changes('extension.delete')) - Math.max(...changes('association.write')),
    ).toBeGreaterThan(20 * HOUR);
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'confirm')).toEqual({ status: 'done' });
    }
  });

  it('a window that closes in the middle leaves the rest for the next one, however short the deadlines', async () => {
    await given.anEstate(
      smallEstate({
        behaviour: { durations: { install: { min: 1200, max: 1200 }, arcInstall: { min: 60, max: 60 } } },
      }),
    );
    await given.aPlan({
      policy: { windows: [NIGHTLY], approvals: { removal: false }, waitDeadlineSeconds: 600, batchSize: 1 },
    });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    // The installation of the VMs outlasts the window: followed to its end outside, associated the next night.
    await then.theWaveIs('completed');
    expect(changes('association.write')).toHaveLength(MACHINES.length);
    const nights = changes('association.write').map((at) =>
      Math.floor((at - Date.parse('2026-11-21T22:00Z')) / (24 * HOUR)),
    );
    expect(nights.sort()).toEqual([0, 1, 1]);
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'confirm')).toEqual({ status: 'done' });
    }
  });

  it('a dry run minds no window', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { windows: [NIGHTLY] } });

    await when.theWaveStarts(0, { dryRun: true });
    await when.timePasses({ minutes: 60 });

    await then.theWaveIs('completed');
    expect(changes('extension.write')).toEqual([]);
  });
});
