import { describe, expect, it } from 'vitest';
import { removalEstate, TOLERANT_GATE } from '../support/removal-estate.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, CUSTOMER, GROUP, LINUX_VM, legacyExtension, smallEstate, VM } from '../support/small-estate.ts';

const byScript = {
  withoutExtension: [VM],
  behaviour: { manualAgents: [{ machine: VM, workspaces: [CUSTOMER] }] },
};
const MANUAL = { ...TOLERANT_GATE, removal: { manualInstalls: true } };

describe('a VM that is deallocated when its agent is to be removed', () => {
  const { given, when, then, here } = scenario();

  /** A wave whose VM goes down between its last verdict and the removal. */
  async function aWaveThatMeetsIt(removal: object) {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { ...TOLERANT_GATE, removal } });
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    const { mutate } = here().session.estate;
    mutate.setPower(VM, 'agentNotReady');
    await when.someoneApproves();
    await when.theMachineWaitsFor(VM, 'uninstall', 'guestAgentNotReady');
    mutate.setPower(VM, 'deallocated');
  }
  const statusOf = (machine: string) => here().session.estate.snapshot(machine)?.status;
  const powerActions = (machine: string) =>
    here()
      .session.estate.requestLog.entries({ kind: 'machine.power', machineId: machine })
      .map(({ url }) => url.split('?')[0]?.split('/').at(-1));

  it('waits, and is blocked with advice at the deadline; nobody starts it', async () => {
    await aWaveThatMeetsIt({});

    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'notRunning',
      needs: 'machineOwner',
    });
    expect(powerActions(VM)).toEqual([]);
    expect(statusOf(VM)).toBe('PowerState/deallocated');
    expect(then.requests('extension.delete', VM)).toBe(0);
  });

  it('is started by policy, and deallocated again once all is confirmed', async () => {
    await aWaveThatMeetsIt({ startDeallocated: true });

    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(VM, 'uninstall')).toEqual({ status: 'done' });
    expect(await then.outcome(VM, 'confirm')).toEqual({ status: 'done' });
    expect(powerActions(VM)).toEqual(['start', 'deallocate']);
    expect(statusOf(VM)).toBe('PowerState/deallocated');
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
    expect(powerActions(LINUX_VM)).toEqual([]);
    expect(statusOf(LINUX_VM)).toBe('PowerState/running');
  });

  it('is deallocated again as well when its agent cannot be removed', async () => {
    await aWaveThatMeetsIt({ startDeallocated: true });
    here().session.estate.mutate.addLock(VM, 'CanNotDelete');

    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({ status: 'blocked', reason: 'locked' });
    expect(powerActions(VM)).toEqual(['start', 'deallocate']);
    expect(statusOf(VM)).toBe('PowerState/deallocated');
    expect(then.requests('extension.delete', VM)).toBe(0);
  });
});

describe('trouble while a legacy agent is removed', () => {
  const { given, when, then, here } = scenario();

  async function atApproval() {
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
  }

  it('waits for a guest agent that does not answer, and goes on when it does', async () => {
    await given.anEstate(removalEstate(byScript));
    await given.aPlan({ policy: MANUAL });
    await atApproval();
    const { mutate } = here().session.estate;
    mutate.setPower(VM, 'agentNotReady');
    await when.someoneApproves();
    await when.theMachineWaitsFor(VM, 'uninstall', 'guestAgentNotReady');
    mutate.setPower(VM, 'running');

    await when.theWaveRunsToItsEnd();
    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'done' });
  });

  it.each([
    ['an Azure Policy', { status: 403, code: 'RequestDisallowedByPolicy' }, 'policyDenied'],
    ['a missing permission', { status: 403, code: 'AuthorizationFailed' }, 'notAuthorized'],
  ])('is blocked when %s denies the run command', async (_, effect, reason) => {
    const { behaviour } = byScript;
    await given.anEstate(
      removalEstate({
        ...byScript,
        behaviour: { ...behaviour, faults: [{ match: { kind: 'runCommand.write' }, effect }] },
      }),
    );
    await given.aPlan({ policy: MANUAL });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({ status: 'blocked', reason });
    expect(then.legacyAgentOf(VM)).toEqual([CUSTOMER]);
  });

  it('is blocked by a lock on the resource group, for a script as for an extension', async () => {
    await given.anEstate(removalEstate(byScript));
    await given.aPlan({ policy: MANUAL });
    await atApproval();
    here().session.estate.mutate.addLock(GROUP, 'ReadOnly');

    await when.theWaveRunsToItsEnd();

    for (const machine of [VM, LINUX_VM, ARC])
      expect(await then.outcome(machine, 'uninstall')).toMatchObject({ status: 'blocked', reason: 'locked' });
    expect(then.requests('runCommand.write')).toBe(0);
  });

  it('finds the end of a script whose operation Azure has forgotten', async () => {
    const { behaviour } = byScript;
    const lost = {
      match: { kind: 'operation.read', machine: VM },
      effect: { status: 404, code: 'NotFound' },
    };
    await given.anEstate(removalEstate({ ...byScript, behaviour: { ...behaviour, faults: [lost] } }));
    await given.aPlan({ policy: MANUAL });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'done' });
    expect(then.acceptedChanges('runCommand.write', VM)).toBe(1);
  });

  it('goes on after answers that were lost with the work done', async () => {
    const { behaviour } = byScript;
    const faults = (['runCommand.write', 'runCommand.delete', 'runCommand.read'] as const).map((kind) => ({
      match: { kind },
      effect: { reset: 'after' as const },
      count: 1,
    }));
    await given.anEstate(removalEstate({ ...byScript, behaviour: { ...behaviour, faults } }));
    await given.aPlan({ policy: MANUAL });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'done' });
    expect(then.runCommandsOf(VM)).toEqual([]);
    expect(then.legacyAgentOf(VM)).toEqual([]);
  });

  it('waits for an extension in another operation, then says who must look', async () => {
    const file = smallEstate();
    const resources = file.resources.map((resource) =>
      resource.id.endsWith('/MMAExtension')
        ? { ...resource, properties: { ...resource.properties, provisioningState: 'Transitioning' } }
        : resource,
    );
    await given.anEstate({ ...file, resources });
    await given.aPlan({ policy: TOLERANT_GATE });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'extensionTransitioning',
      needs: 'machineOwner',
      detail: 'MMAExtension is Transitioning',
    });
  });

  it('follows a deletion that never ends to its deadline, and says what to do', async () => {
    await given.anEstate(smallEstate({ behaviour: { stuckExtensions: [{ machine: VM, agent: 'legacy' }] } }));
    await given.aPlan({ policy: { ...TOLERANT_GATE, operationDeadlineSeconds: 3600 } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'extensionStuck',
      needs: 'machineOwner',
      detail: expect.stringContaining('MMAExtension has been deleting since'),
    });
  });

  it('says that a machine is gone', async () => {
    await given.anEstate(
      smallEstate({
        behaviour: {
          faults: [{ match: { kind: 'machine.read', machine: VM }, effect: { status: 404 } }],
        },
      }),
    );
    await given.aPlan({ policy: TOLERANT_GATE });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'install')).toMatchObject({ status: 'blocked', reason: 'notFound' });
  });

  it('says so of one that was deleted after its data was proved, and goes on with the others', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: TOLERANT_GATE });
    await atApproval();
    const { mutate } = here().session.estate;
    mutate.setTag(VM, 'ama-migration-hold', 'until it is gone');
    await when.someoneApproves();
    await when.theMachineWaitsFor(VM, 'uninstall', 'heldTag');
    mutate.deleteMachine(VM);

    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(VM, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'notFound',
      needs: 'nobody',
    });
    expect(then.requests('extension.delete', VM)).toBe(0);
    expect(await then.outcome(LINUX_VM, 'confirm')).toEqual({ status: 'done' });
    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
  });

  it('removes both legacy types of one machine, whatever their names', async () => {
    const file = smallEstate();
    await given.anEstate({
      ...file,
      resources: [...file.resources, legacyExtension(LINUX_VM, 'weird.Name-1', 'MicrosoftMonitoringAgent')],
    });
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.acceptedChanges('extension.delete', LINUX_VM)).toBe(2);
    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
  });
});
