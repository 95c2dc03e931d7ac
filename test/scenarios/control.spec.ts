import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InventoryView } from '../../rehearsal/drive/api.ts';
import type { Session } from '../../rehearsal/session.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, smallEstate, VM } from '../support/small-estate.ts';

describe('holding, aborting, approving', () => {
  const { given, when, then, here } = scenario();

  it('lets machines in flight finish under a hold, starts nothing new, and goes on after', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches(({ totals }) => totals.inFlight === 3);

    await when.theOperatorHolds('change freeze');
    const held = await when.theWaveReaches(({ phase, totals }) => phase === 'held' && totals.inFlight === 0);

    expect(held.message).toContain('change freeze');
    expect(await then.outcome(VM, 'install')).toEqual({ status: 'done' });
    expect(then.requests('association.write')).toBe(0);

    await when.timePasses({ minutes: 24 * 60 });
    await then.theWaveIs('held');
    expect(then.requests('association.write')).toBe(0);

    await when.theOperatorResumes();
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });

  it('after a short hold goes on with all batches, also where one of them slept through it', async () => {
    const hour = 3600;
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { waitPollSeconds: 2 * hour, waitDeadlineSeconds: 48 * hour } });
    here().session.estate.mutate.setPower(ARC, 'disconnected');
    await when.theWaveStarts();
    await when.theMachineWaitsFor(ARC, 'install', 'arcDisconnected');
    await when.theWaveReaches(({ totals }) => totals.inFlight === 2);

    await when.theOperatorHolds('a look at the pilot');
    await when.theWaveReaches(({ totals }) => totals.inFlight === 0);
    await when.timePasses({ minutes: 10 });
    await when.theOperatorResumes();
    await when.timePasses({ minutes: 150 });

    // The server is still away, and its batch may wait two days for it.
    expect(await then.outcome(ARC, 'install')).toMatchObject({ status: 'waiting' });
    expect(await then.outcome(VM, 'associate')).toEqual({ status: 'done' });
  });

  it('lets machines in flight finish under an abort, and records the rest as not started', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches(({ totals }) => totals.inFlight > 0);

    await when.theOperatorAborts('wrong plan');
    await when.theWaveReaches(({ finishedAt }) => finishedAt !== null);

    await then.theWaveIs('aborted');
    expect(await then.outcome(ARC, 'install')).toEqual({ status: 'done' });
    expect(await then.outcome(ARC, 'associate')).toMatchObject({ status: 'skipped', reason: 'aborted' });
    expect(then.requests('extension.delete')).toBe(0);
  });

  it('gives leases back after an abort, so that another wave can take the machines', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theOperatorAborts('wrong plan');
    await when.theWaveReaches(({ finishedAt }) => finishedAt !== null);

    await given.aPlan({ name: 'second' });
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
  });

  it('never lets two waves work on one machine', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ selection: { machineIds: [VM] } });
    await when.theWaveStarts();
    await when.theWaveReaches(({ totals }) => totals.inFlight === 1);

    await given.aPlan({ name: 'second', policy: { gate: { maxNotVerifiedShare: 1 } } });
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'install')).toMatchObject({ status: 'blocked', reason: 'leaseTaken' });
    expect(then.acceptedChanges('extension.write', VM)).toBe(1);
  });

  it('waits at the removal gate for someone who did not ask for the wave', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    const refused = when.someoneApproves('Olive Operator');

    await expect(refused).rejects.toMatchObject({ status: 403, code: 'requesterMayNotApprove' });
    await when.timePasses({ minutes: 3 * 24 * 60 });
    await then.theWaveIs('awaitingApproval');
    expect(then.requests('extension.delete')).toBe(0);
  });

  it('counts a second approval of the same gate as nothing new', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    await when.someoneApproves();
    await when.someoneApproves('another approver');
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.acceptedChanges('extension.delete', VM)).toBe(1);
  });

  it('holds at the gate when too few machines are verified; a resume over it is recorded', async () => {
    const silent = [VM, ARC].map((machine) => ({ machine, agent: 'ama' as const }));
    await given.anEstate(smallEstate({ behaviour: { silentAgents: silent } }));
    await given.aPlan();
    await when.theWaveStarts();

    const held = await when.theWaveReaches('held');
    expect(held.holds).toMatchObject([{ kind: 'gate', by: 'removal gate' }]);
    expect(held.message).toContain('67 %');

    await when.theOperatorResumes('two machines are being rebuilt', 'anna approver');
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.theAgentsOf(VM)).toContain('MicrosoftMonitoringAgent');
    expect(then.acceptedChanges('extension.delete')).toBe(1);
  });

  it('goes on from its record when its orchestration is killed while it waits', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    await terminateOrchestration(here());
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.acceptedChanges('extension.write')).toBe(3);
    expect(then.acceptedChanges('extension.delete')).toBe(3);
  });

  it('goes on from its record when its orchestration is killed at work, by the watch timer', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches(({ totals }) => totals.inFlight > 0);

    await terminateOrchestration(here());
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.acceptedChanges('extension.write')).toBe(3);
    expect(then.acceptedChanges('extension.delete')).toBe(3);
  });

  it('takes an inventory again from the start when its orchestration is killed', async () => {
    await given.anEstate(smallEstate({ behaviour: { faults: [OUTAGE] } }));
    const { api, participant, session } = here();
    const { body } = await api.post('/inventories', z.object({ id: z.string() }), {});
    await participant.sleep(2000);

    await terminateOrchestration({ session, waveId: body.id });
    await participant.sleep(30 * 60_000);

    const { body: inventory } = await api.get(`/inventories/${body.id}`, InventoryView);
    expect(inventory).toMatchObject({ status: 'completed', summary: { machines: 3 } });
  });
});

/** Keeps discovery busy for its first minutes. */
const OUTAGE = { match: { kind: 'graph.query' }, effect: { status: 503, retryAfterSeconds: 60 }, count: 2 };

async function terminateOrchestration({
  session,
  waveId,
}: {
  session: Session;
  waveId: string;
}): Promise<void> {
  const url = `http://127.0.0.1/runtime/webhooks/durabletask/instances/${waveId}/terminate?reason=test&code=${session.host.key}`;
  const response = await session.host.fetch(new Request(url, { method: 'POST' }));
  expect(response.status).toBe(202);
}
