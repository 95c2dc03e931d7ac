import { describe, expect, it } from 'vitest';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { scenario } from '../../support/scenario.ts';
import { smallEstate, VM } from '../../support/small-estate.ts';

describe('durable histories', () => {
  const { given, when, then, here } = scenario();

  it('stay bounded however long a machine waits: a batch starts over with an empty history', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({
      policy: { waitPollSeconds: 60, waitDeadlineSeconds: 2 * 86_400, gate: { maxNotVerifiedShare: 1 } },
    });
    here().session.estate.mutate.setPower(VM, 'deallocated');

    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    const { host } = here().session;
    const counters = host.counters();
    const longest = Math.max(...host.instances().map(({ id }) => host.history(id).length));
    // Two days of looking once a minute: thousands of looks, and no history grows with them.
    expect(counters.activitiesByName['install']).toBeGreaterThan(2500);
    expect(longest).toBeLessThan(1500);
    expect(await then.outcome(VM, 'install')).toMatchObject({ status: 'blocked', reason: 'notRunning' });
  });

  it('stay bounded while a wave waits a month for approval', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    await when.timePasses({ minutes: 30 * 24 * 60 });

    const { session, waveId } = here();
    expect(session.host.history(waveId).length).toBeLessThan(600);
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });

  it('carry ids, never machines', async () => {
    await given.anEstate(fleet({ machines: 60, seed: 1, cells: 2, arcShare: 0.3 }));
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    const { host } = here().session;
    for (const { id } of host.instances()) {
      const text = JSON.stringify(host.history(id));
      expect(text, id).not.toContain('/providers/Microsoft.Compute/virtualMachines/');
      expect(text.length / host.history(id).length, id).toBeLessThan(1000);
    }
  });

  it('grow with batches, not with machines', async () => {
    const perMachine: number[] = [];
    for (const machines of [50, 200]) {
      await given.anEstate(fleet({ machines, seed: 1, cells: 1, arcShare: 0 }), { requestLog: 'counters' });
      await given.aPlan();
      await when.theWaveStarts();
      await when.theWaveRunsToItsEnd();
      const { host } = here().session;
      perMachine.push(host.counters().historyEvents / machines);
      here().participant.leave();
      await here().session.close();
    }

    const [small = 0, large = 0] = perMachine;
    expect(large).toBeLessThan(small * 1.2);
  });
});
