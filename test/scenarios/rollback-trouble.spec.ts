import { describe, expect, it } from 'vitest';
import { dependencyAgent, removalEstate } from '../support/removal-estate.ts';
import { heardEstate, KEY_SECRET, rollbackScenario } from '../support/rollback-scenario.ts';
import { instanceId, SET, scaleSetEstate } from '../support/scale-set-estate.ts';
import {
  ARC,
  CUSTOMER,
  LINUX_RULE,
  LINUX_VM,
  RULE,
  SUBSCRIPTION,
  smallEstate,
  VM,
  WORKSPACE,
} from '../support/small-estate.ts';

const KEYS = [{ workspaceId: WORKSPACE, secret: KEY_SECRET }];
const ONLY_VM = { selection: { machineIds: [VM] } };

describe('a rollback in trouble', () => {
  const { given, when, then, here, steps } = rollbackScenario();

  it('leaves an association alone that somebody has pointed to another rule since', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan();
    await steps.aWaveAtItsGate();
    const [name = ''] = then.associationsOf(VM);
    here().session.estate.mutate.associate(VM, name, { ruleId: LINUX_RULE });

    await when.theOperatorRollsBack();
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({
      status: 'skipped',
      reason: 'changedSince',
    });
    expect(then.associationsOf(VM)).toEqual([name]);
    expect(then.associationsOf(ARC)).toEqual([]);
  });

  it('never takes away what somebody else associated, and keeps the agent for it', async () => {
    await given.anEstate(heardEstate());
    here().session.estate.mutate.associate(VM, 'by-the-owner', { ruleId: RULE });
    await given.aPlan();
    await steps.aWaveAtItsGate();

    await when.theOperatorRollsBack({ undo: { agent: true } });
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({ reason: 'nothingToUndo' });
    expect(await then.outcome(VM, 'undoInstall')).toMatchObject({ status: 'skipped', reason: 'agentInUse' });
    expect(then.associationsOf(VM)).toEqual(['by-the-owner']);
    expect(then.theAgentsOf(VM)).toHaveLength(2);
    expect(then.theAgentsOf(ARC)).toHaveLength(1);
  });

  it('leaves machines to another wave that holds them, or has proved them since', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ ...ONLY_VM, policy: { approvals: { removal: false } } });
    await steps.aFinishedWave();
    const first = here().waveId;
    here().session.estate.mutate.addExtension(VM, 'MMA', {
      publisher: 'Microsoft.EnterpriseCloud.Monitoring',
      type: 'MicrosoftMonitoringAgent',
      typeHandlerVersion: '1.0',
      provisioningState: 'Succeeded',
      settings: { workspaceId: CUSTOMER },
    });
    await given.aPlan({ name: 'second', ...ONLY_VM });
    await steps.aWaveAtItsGate();
    const second = here().waveId;

    here().waveId = first;
    await when.theOperatorRollsBack({}, true);
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({ reason: 'leaseTaken' });
    expect(then.associationsOf(VM)).toHaveLength(1);

    here().waveId = second;
    await when.someoneApproves();
    await when.theWaveRunsToItsEnd();
    here().waveId = first;
    await when.theOperatorRollsBack({}, true);
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({ status: 'blocked', reason: 'laterWave' });
    expect(then.associationsOf(VM)).toHaveLength(1);
  });

  it('rests under a hold, goes on after a resume, and cannot be aborted', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches(({ totals }) => totals.inFlight === 3);
    await when.theOperatorHolds('who did this?');
    await when.theOperatorRollsBack({ undo: { agent: true } });
    expect((await then.theWave()).holds).toEqual([]);

    await when.theOperatorHolds('wait for the owner');
    const aborted = when.theOperatorAborts('enough');
    await expect(aborted).rejects.toMatchObject({ status: 409, code: 'rollbackRunning' });
    const held = await when.theWaveReaches(({ totals }) => totals.inFlight === 0);
    await when.timePasses({ minutes: 24 * 60 });

    expect(held.phase).toBe('held');
    expect(then.requests('extension.delete')).toBe(0);
    await then.theWaveIs('held');

    await when.theOperatorResumes();
    await steps.theRollbackEnds();
    await then.theWaveIs('aborted');
    expect(then.acceptedChanges('extension.delete')).toBe(3);
  });

  it('waits for stopped machines until the deadline, and does not for a lock', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan({ policy: { waitDeadlineSeconds: 3600 } });
    await steps.aWaveAtItsGate();
    const { mutate } = here().session.estate;
    mutate.setPower(VM, 'deallocated');
    mutate.addLock(ARC, 'CanNotDelete');

    await when.theOperatorRollsBack();
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({
      status: 'blocked',
      reason: 'notRunning',
    });
    expect(await then.outcome(ARC, 'undoAssociate')).toMatchObject({ status: 'blocked', reason: 'locked' });
    expect(await then.outcome(LINUX_VM, 'undoAssociate')).toEqual({ status: 'done' });
    expect(then.associationsOf(VM)).toHaveLength(1);
  });

  it('does not wait for a change window', async () => {
    const nightly = { start: '2026-11-01T23:00', timeZone: 'Europe/Berlin', recurrence: 'FREQ=DAILY' };
    await given.anEstate(heardEstate());
    await given.aPlan({ policy: { windows: [{ ...nightly, durationMinutes: 60 }] } });
    await steps.aWaveAtItsGate();
    const asked = here().session.clock.now();

    await when.theOperatorRollsBack();
    await steps.theRollbackEnds();

    expect(then.associationsOf(VM)).toEqual([]);
    expect(here().session.clock.now() - asked).toBeLessThan(3_600_000);
  });

  it('says what scripts did, puts the dependency agent back, and leaves the rest to people', async () => {
    await given.anEstate(scriptedEstate());
    await given.aPlan({
      policy: {
        scom: [{ tag: { name: 'role', value: 'web' } }],
        removal: { manualInstalls: true, scom: 'detach', dependencyAgent: 'amaMode' },
      },
    });
    await steps.aFinishedWave();
    expect(settingsOf(LINUX_VM, 'DAExtension')).toEqual({ enableAMA: 'true' });

    const request = { undo: { legacyAgent: true }, workspaceKeys: KEYS };
    const whatIf = await when.aRollbackIsPreviewed(request);
    await when.theOperatorRollsBack(request);
    await steps.theRollbackEnds();

    expect(whatIf.stays).toMatchObject({ byScript: 2 });
    expect(await then.outcome(VM, 'returnLegacy')).toMatchObject({
      status: 'blocked',
      reason: 'scriptNotUndone',
      detail: `taken off ${CUSTOMER}`,
    });
    expect(await then.outcome(LINUX_VM, 'returnLegacy')).toMatchObject({
      status: 'blocked',
      reason: 'scriptNotUndone',
      detail: 'the agent that was installed by hand',
    });
    expect(settingsOf(LINUX_VM, 'DAExtension')).toBeUndefined();
  });

  it.each(['Manual', 'Automatic', 'Rolling'] as const)(
    'takes a scale set of %s upgrades back with all its instances, where a person confirms it',
    async (mode) => {
      await given.anEstate(
        scaleSetEstate({ mode }, { secrets: [{ vault: 'kv-keys', name: 'law-main-key', value: 'key' }] }),
      );
      await given.aPlan({ policy: { scaleSets: { upgradeManual: true } } });
      await steps.aFinishedWave();
      const request = { undo: { legacyAgent: true, agent: true }, workspaceKeys: KEYS };

      await when.theOperatorRollsBack(request);
      await steps.theRollbackEnds();
      expect(await then.outcome(SET, 'returnLegacy')).toMatchObject({ status: 'done' });
      expect(await then.outcome(SET, 'undoAssociate')).toMatchObject({ reason: 'wouldBlind' });

      await when.theOperatorRollsBack(request, true);
      const end = await steps.theRollbackEnds();

      expect(end.message).toBe('Rolled back by olive operator: wrong rules.');
      expect(then.associationsOf(SET)).toEqual([]);
      for (const id of [SET, ...['0', '1', '2', '3', '4'].map(instanceId)])
        expect(then.theAgentsOf(id)).toEqual(['MicrosoftMonitoringAgent']);
    },
  );

  it('is stopped by a lock above the machine in all that it would undo', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan(ONLY_VM);
    await steps.aFinishedWave();
    here().session.estate.mutate.addLock(`/subscriptions/${SUBSCRIPTION}`, 'ReadOnly');

    await when.theOperatorRollsBack({ undo: { legacyAgent: true }, workspaceKeys: KEYS });
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'returnLegacy')).toMatchObject({ status: 'blocked', reason: 'locked' });
    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({ status: 'blocked', reason: 'locked' });
    expect(then.associationsOf(VM)).toHaveLength(1);
  });

  /** A VM whose agent is detached for Operations Manager, and a Linux VM whose agent was installed by hand. */
  function scriptedEstate() {
    const file = removalEstate({
      withoutExtension: [LINUX_VM],
      behaviour: {
        legacyIngestionEnds: '2026-11-21T07:30:00Z',
        manualAgents: [{ machine: LINUX_VM, workspaces: [CUSTOMER] }],
        secrets: [{ vault: 'kv-keys', name: 'law-main-key', value: 'key' }],
      },
    });
    return { ...file, resources: [...file.resources, dependencyAgent(LINUX_VM)] };
  }

  function settingsOf(machine: string, name: string): unknown {
    return here()
      .session.estate.snapshot(machine)
      ?.extensions.find((one) => one.name === name)?.settings;
  }
});
