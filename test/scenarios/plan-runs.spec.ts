import { describe, expect, it } from 'vitest';
import { WaveView } from '../../rehearsal/drive/api.ts';
import { startRun } from '../support/plan-runs.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const MACHINES = [VM, LINUX_VM, ARC];
const HOUR = 3_600_000;
const BY = 'olive operator';
/** A wave a machine. */
const cohorts = { pilotSize: 0, firstSize: 1, growth: 1 };
const approvals = { removal: false };
const automatic = { automatic: true, waitSeconds: 3600 };

describe('a run of a whole plan', () => {
  const { given, when, then, here } = scenario();
  const run = (body: object = {}) => startRun(here().api, here().planId, { by: BY, ...body });
  const waveOf = async (index: number) => {
    here().waveId = `${here().planId}-wave-${index}`;
    return (await here().api.get(`/waves/${here().waveId}`, WaveView)).body;
  };

  it('goes from wave to wave by itself where the policy says so, with its waits between', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ cohorts, policy: { approvals, promotion: automatic } });

    const started = await run();
    const done = await started.reaches(here().participant, 'completed');

    expect(done).toMatchObject({ waves: 3, currentWave: { index: 2, phase: 'completed' }, holds: [] });
    expect(done.promotions).toMatchObject([
      { wave: 1, by: 'policy' },
      { wave: 2, by: 'policy' },
    ]);
    const waves = [await waveOf(0), await waveOf(1), await waveOf(2)];
    for (const [i, { createdAt }] of waves.entries()) {
      const before = waves[i - 1]?.finishedAt;
      if (before == null) continue;
      const waited = Date.parse(createdAt) - Date.parse(before);
      expect(waited).toBeGreaterThanOrEqual(HOUR);
      expect(waited).toBeLessThan(HOUR + 5 * 60_000);
    }
    for (const machine of MACHINES) expect(then.acceptedChanges('extension.delete', machine)).toBe(1);
    expect(here().session.host.instance(started.id)?.status).toBe('Completed');
  });

  it('starts at its time, and keeps the approvals of its waves', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({
      cohorts,
      policy: { approvals: { start: true, removal: false }, promotion: automatic },
    });

    const started = await run({ startAt: '2026-11-22T08:00:00Z' });
    await when.timePasses({ minutes: 23 * 60 });
    expect(await started.look()).toMatchObject({
      state: 'planned',
      message: 'Wave 0 starts at 2026-11-22T08:00:00.000Z.',
      currentWave: { index: 0, phase: null },
    });
    await when.timePasses({ minutes: 70 });
    expect(await started.look()).toMatchObject({ state: 'awaitingApproval', currentWave: { index: 0 } });
    expect(then.requests('extension.write')).toBe(0);

    for (const index of [0, 1, 2]) {
      await started.reaches(here().participant, 'awaitingApproval');
      await waveOf(index);
      await when.someoneApproves();
    }
    await started.reaches(here().participant, 'completed');
  });

  it('waits for a person between waves where the policy does not say so', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ cohorts, policy: { approvals } });

    const started = await run();
    const waiting = await started.reaches(here().participant, 'awaitingPromotion');
    expect(waiting).toMatchObject({ currentWave: { index: 0, phase: 'completed' }, promotions: [] });
    await when.timePasses({ minutes: 24 * 60 });
    expect((await started.look()).state).toBe('awaitingPromotion');
    await started.verb('promote', { by: 'anna', reason: 'the pilot looks well' });

    await started.reaches(
      here().participant,
      ({ state, currentWave }) => state === 'awaitingPromotion' && currentWave.index === 1,
    );
    await started.verb('promote', { by: BY, reason: 'as well' });
    const done = await started.reaches(here().participant, 'completed');
    expect(done.promotions.map(({ by }) => by)).toEqual(['anna', BY]);
  });

  it('is held when a wave degrades, and goes no further however long or often it is resumed', async () => {
    await given.anEstate(smallEstate());
    const { waves } = await given.aPlan({
      cohorts,
      policy: {
        approvals: { removal: false, requesterMayApprove: true },
        gate: { maxFailed: 0, maxNotVerifiedShare: 1 },
        promotion: { automatic: true },
        waitDeadlineSeconds: 3600,
        verifyDeadlineSeconds: 86_400,
        ingestionLagSeconds: 300,
      },
    });
    expect(waves).toHaveLength(3);
    for (const machine of [VM, LINUX_VM]) here().session.estate.mutate.setPower(machine, 'deallocated');

    const started = await run();
    // A wave that is held by its own gate is no end: the run waits with it.
    const stopped = await started.reaches(here().participant, 'held');
    expect(stopped.holds).toEqual([]);
    const index = stopped.currentWave.index;
    await waveOf(index);
    await when.theOperatorResumes('the gate is too strict');
    const held = await started.reaches(here().participant, ({ holds }) => holds.length > 0);

    expect(held.currentWave).toEqual(expect.objectContaining({ index, phase: 'degraded' }));
    expect(held).toMatchObject({ state: 'held', holds: [{ kind: 'gate' }] });
    expect(held.message).toContain(`Wave ${index} is degraded`);
    await started.verb('resume', { by: BY });
    await when.timePasses({ minutes: 24 * 60 });
    expect(await started.look()).toMatchObject({ state: 'held', currentWave: { index } });
    await expect(started.verb('promote', { by: 'anna', reason: 'go' })).rejects.toMatchObject({
      code: 'waveNotCompleted',
    });
    await started.verb('abort', { by: BY, reason: 'a new plan is made' });
    await started.reaches(here().participant, ({ finishedAt }) => finishedAt !== null);
    expect((await started.look()).state).toBe('aborted');
  });

  it('passes holds and the abort of a person on to the wave it is at', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ cohorts, policy: { approvals, promotion: automatic } });

    const started = await run();
    await started.reaches(here().participant, 'progressing');
    await started.verb('hold', { by: BY, reason: 'an incident' });
    expect(await waveOf(0)).toMatchObject({ phase: 'held', holds: [{ reason: 'an incident', by: BY }] });
    await when.timePasses({ minutes: 12 * 60 });
    expect(then.requests('extension.delete')).toBe(0);

    await started.verb('resume', { by: BY });
    expect((await waveOf(0)).holds).toEqual([]);
    await started.reaches(
      here().participant,
      ({ currentWave }) => currentWave.index === 1 && currentWave.phase === 'progressing',
    );
    await started.verb('abort', { by: BY, reason: 'enough' });
    expect(await waveOf(1)).toMatchObject({ phase: 'aborted' });
    const ended = await started.reaches(here().participant, ({ finishedAt }) => finishedAt !== null);

    expect(ended).toMatchObject({ state: 'aborted', currentWave: { index: 1, phase: 'aborted' } });
    await when.timePasses({ minutes: 24 * 60 });
    await expect(waveOf(2)).rejects.toMatchObject({ code: 'waveNotFound' });
  });

  it('takes over a wave that a person started before', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ cohorts, policy: { approvals, promotion: automatic } });
    await when.theWaveStarts(0);
    await when.timePasses({ minutes: 30 });

    const started = await run();
    expect(await started.look()).toMatchObject({ state: 'progressing', currentWave: { index: 0 } });
    await expect(when.theWaveStarts(1)).rejects.toMatchObject({ code: 'planRunActive' });

    const done = await started.reaches(here().participant, 'completed');
    expect(done.promotions.map(({ wave }) => wave)).toEqual([1, 2]);
    for (const machine of MACHINES) expect(then.acceptedChanges('extension.delete', machine)).toBe(1);
  });

  it('goes on from its record when its orchestration is gone', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ cohorts, policy: { approvals, promotion: automatic } });

    const started = await run();
    await started.reaches(here().participant, ({ currentWave }) => currentWave.index === 1);
    const { host } = here().session;
    const address = `http://127.0.0.1/runtime/webhooks/durabletask/instances/${started.id}/terminate?reason=gone&code=${host.key}`;
    expect((await host.fetch(new Request(address, { method: 'POST' }))).status).toBe(202);
    await when.timePasses({ minutes: 1 });
    expect(host.instance(started.id)?.status).toBe('Terminated');

    await started.reaches(here().participant, 'completed');
  });
});
