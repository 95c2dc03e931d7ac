import { describe, expect, it } from 'vitest';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_RULE, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const CHANGES = ['extension.write', 'extension.delete', 'association.write'] as const;
const TOLERANT = { policy: { gate: { maxNotVerifiedShare: 1, maxFailed: 10 } } };

describe('trouble on machines', () => {
  const { given, when, then, here } = scenario();

  it('waits for a VM that was switched off after the plan, and goes on when it runs again', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    const { estate, clock } = here().session;
    estate.mutate.setPower(VM, 'deallocated');
    estate.mutate.setPower(VM, 'running', clock.now() + 2 * 3_600_000);

    await when.theWaveStarts();
    await when.timePasses({ minutes: 60 });

    expect(await then.outcome(VM, 'install')).toMatchObject({ status: 'waiting', reason: 'notRunning' });
    expect(then.requests('extension.write', VM)).toBe(0);

    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('gives up on a VM that stays off, and says who must act', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan(TOLERANT);
    here().session.estate.mutate.setPower(VM, 'deallocated');

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'install')).toMatchObject({
      status: 'blocked',
      reason: 'notRunning',
      needs: 'machineOwner',
    });
    expect(await then.outcome(VM, 'uninstall')).toMatchObject({ status: 'skipped', reason: 'earlierStage' });
    expect(then.theAgentsOf(VM)).toEqual(['MicrosoftMonitoringAgent']);
  });

  it('waits for an Arc server that is disconnected', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    const { estate, clock } = here().session;
    estate.mutate.setPower(ARC, 'disconnected');
    estate.mutate.setPower(ARC, 'running', clock.now() + 3_600_000);

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.theAgentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('keeps the legacy agent when a lock appears before the delete', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan(TOLERANT);
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    here().session.estate.mutate.addLock(VM, 'CanNotDelete');

    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({ status: 'blocked', reason: 'locked' });
    expect(then.requests('extension.delete', VM)).toBe(0);
    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
  });

  it('keeps the legacy agent when a rule is taken off before the delete', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan(TOLERANT);
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    const { estate } = here().session;
    const [association] = estate.snapshot(VM)?.associations ?? [];
    estate.mutate.dissociate(VM, association?.name ?? '');

    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).not.toMatchObject({ status: 'done' });
    expect(then.requests('extension.delete', VM)).toBe(0);
  });

  it('keeps the legacy agent of a machine whose new agent is never heard', async () => {
    await given.anEstate(smallEstate({ behaviour: { silentAgents: [{ machine: VM, agent: 'ama' }] } }));
    await given.aPlan(TOLERANT);

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({ status: 'blocked', reason: 'noHeartbeat' });
    expect(then.requests('extension.delete', VM)).toBe(0);
  });

  it('keeps the legacy agent when one expected table stays empty', async () => {
    await given.anEstate(
      smallEstate({ behaviour: { droppedTables: [{ rule: LINUX_RULE, table: 'Syslog' }] } }),
    );
    await given.aPlan(TOLERANT);

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(LINUX_VM, 'verify')).toMatchObject({
      status: 'blocked',
      reason: 'dataMissing',
      detail: expect.stringContaining('Syslog: No rows yet'),
    });
    expect(then.requests('extension.delete', LINUX_VM)).toBe(0);
  });

  it('does not take the rows of a live legacy agent for those of the new one', async () => {
    await given.anEstate(
      smallEstate({
        behaviour: { legacyIngestionEnds: null, droppedTables: [{ rule: LINUX_RULE, table: 'Syslog' }] },
      }),
    );
    await given.aPlan(TOLERANT);

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(LINUX_VM, 'verify')).not.toMatchObject({ status: 'done' });
    expect(then.requests('extension.delete', LINUX_VM)).toBe(0);
  });

  it('tries a failed installation again', async () => {
    await given.anEstate(
      smallEstate({
        behaviour: { failedInstalls: [{ match: { machines: [VM] }, agent: 'ama', attempts: 1 }] },
      }),
    );
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.acceptedChanges('extension.write', VM)).toBe(2);
    expect(await then.outcome(VM, 'confirm')).toEqual({ status: 'done' });
  });

  it('gives up on a legacy extension that sticks, and leaves the machine verified on the new agent', async () => {
    await given.anEstate(smallEstate({ behaviour: { stuckExtensions: [{ machine: VM, agent: 'legacy' }] } }));
    await given.aPlan(TOLERANT);

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    const outcome = await then.outcome(VM, 'uninstall');
    expect(['failed', 'blocked']).toContain(outcome?.status);
    expect(await then.outcome(VM, 'verify')).toEqual({ status: 'done' });
  });

  it('reports a legacy agent that something puts back', async () => {
    await given.anEstate(
      smallEstate({ behaviour: { reinstall: [{ match: { machines: [VM] }, afterSeconds: 120 }] } }),
    );
    await given.aPlan(TOLERANT);

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'blocked', reason: 'legacyReturned' });
  });

  it('plans nothing for a machine with a hold tag', async () => {
    await given.anEstate(smallEstate());
    const plan = await given.aPlan({ policy: { holdTag: 'role' } });

    expect(plan.blocked).toMatchObject([{ machineId: VM.toLowerCase(), reasons: [{ code: 'heldTag' }] }]);
  });

  it.each([
    ['install', async () => {}],
    ['associate', () => when.theMachineWaitsFor(VM, 'install', 'operationInProgress')],
    ['uninstall', () => when.theWaveReaches('awaitingApproval')],
  ] as const)('changes nothing at %s while the machine carries a hold tag', async (stage, reached) => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    const { mutate } = here().session.estate;
    if (stage === 'install') mutate.setTag(VM, 'AMA-migration-hold', 'ask ann');
    await when.theWaveStarts();
    await reached();
    mutate.setTag(VM, 'AMA-migration-hold', 'ask ann');
    if (stage === 'uninstall') await when.someoneApproves();
    await when.theMachineWaitsFor(VM, stage, 'heldTag');
    const sent = () => CHANGES.map((kind) => then.requests(kind, VM));
    const atHold = sent();
    await when.timePasses({ minutes: 120 });
    expect(sent()).toEqual(atHold);

    mutate.setTag(VM, 'AMA-migration-hold', null);
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('keeps the legacy agent that SCOM needs', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { scom: [{ tag: { name: 'role', value: 'web' } }] } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(VM, 'uninstall')).toMatchObject({ status: 'skipped', reason: 'scomAttached' });
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent', 'MicrosoftMonitoringAgent']);
  });

  it('repairs an agent with the wrong proxy under its own name, and leaves a right one alone', async () => {
    const proxy = { mode: 'application', address: 'http://proxy-old.contoso.com:8080', auth: false };
    await given.anEstate(smallEstate());
    const { estate } = here().session;
    estate.mutate.addExtension(VM, 'AMAWindows-custom', {
      publisher: 'microsoft.azure.monitor',
      type: 'azuremonitorwindowsagent',
      typeHandlerVersion: '1.2',
      provisioningState: 'Succeeded',
      settings: { proxy },
    });
    estate.mutate.addExtension(LINUX_VM, 'AzureMonitorLinuxAgent', {
      publisher: 'Microsoft.Azure.Monitor',
      type: 'AzureMonitorLinuxAgent',
      typeHandlerVersion: '1.36',
      provisioningState: 'Succeeded',
    });
    await given.aPlan({
      policy: {
        proxies: {
          profiles: { out: { kind: 'none' } },
          rules: [{ match: { os: 'windows' }, profile: 'out' }],
        },
      },
    });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(estate.snapshot(VM)?.extensions).toMatchObject([
      { name: 'AMAWindows-custom', settings: { proxy: { mode: 'none' } } },
    ]);
    expect(then.requests('extension.write', LINUX_VM)).toBe(0);
    expect(await then.outcome(LINUX_VM, 'install')).toEqual({ status: 'alreadyDone' });
  });

  it('renews an agent of a version that cannot do what the plan asks', async () => {
    await given.anEstate(smallEstate());
    here().session.estate.mutate.addExtension(LINUX_VM, 'AzureMonitorLinuxAgent', {
      publisher: 'Microsoft.Azure.Monitor',
      type: 'AzureMonitorLinuxAgent',
      typeHandlerVersion: '1.41.0.1',
      provisioningState: 'Succeeded',
    });
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.acceptedChanges('extension.write', LINUX_VM)).toBe(1);
  });
});
