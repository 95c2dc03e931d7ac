import { describe, expect, it } from 'vitest';
import { OTHER_CUSTOMER, OTHER_WORKSPACE, removalEstate, TOLERANT_GATE } from '../support/removal-estate.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, CUSTOMER, LINUX_VM, VM, WORKSPACE } from '../support/small-estate.ts';

const MANUAL = [VM, LINUX_VM, ARC];
/** The old service still takes data in, so that an agent that goes on reporting is heard. */
const LIVE = { legacyIngestionEnds: null };
const manualAgents = (machines: readonly string[], more: object = {}) =>
  machines.map((machine) => ({ machine, workspaces: [CUSTOMER], ...more }));

describe('legacy agents that were installed by hand', () => {
  const { given, when, then } = scenario();

  it('are left to a person unless the plan says otherwise', async () => {
    await given.anEstate(
      removalEstate({ withoutExtension: MANUAL, behaviour: { manualAgents: manualAgents(MANUAL) } }),
    );

    const plan = await given.aPlan();

    expect(plan.blocked.map(({ reasons }) => reasons[0]?.code)).toEqual(Array(3).fill('manualInstall'));
  });

  it('go by a script on Windows, Linux and Arc, which leaves no run command behind', async () => {
    await given.anEstate(
      removalEstate({ withoutExtension: MANUAL, behaviour: { ...LIVE, manualAgents: manualAgents(MANUAL) } }),
    );
    await given.aPlan({ policy: { removal: { manualInstalls: true } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    for (const machine of MANUAL) {
      expect(await then.outcome(machine, 'uninstall')).toEqual({ status: 'done' });
      expect(await then.outcome(machine, 'confirm')).toMatchObject({ status: 'done' });
      expect(then.acceptedChanges('runCommand.write', machine)).toBe(1);
      expect(then.acceptedChanges('runCommand.delete', machine)).toBe(1);
      expect(then.legacyAgentOf(machine)).toEqual([]);
      expect(then.runCommandsOf(machine)).toEqual([]);
    }
    const record = (await then.records()).get(VM.toLowerCase());
    expect(record?.removal?.script).toEqual({
      ...{ schema: 1, action: 'remove', result: 'removed', reason: '' },
      ...{ before: [CUSTOMER], after: [] },
    });
  });

  it('stay in a wave that does not take part, with the reason', async () => {
    await given.anEstate(
      removalEstate({ withoutExtension: MANUAL, behaviour: { manualAgents: manualAgents(MANUAL) } }),
    );
    await given.aPlan({
      policy: TOLERANT_GATE,
      cohorts: { pilotSize: 0, sizes: [1, 2], maxSize: 10 },
      waveSettings: [{ waves: [1], policy: { removal: { manualInstalls: true } } }],
    });

    await when.theWaveStarts(0);
    await when.theWaveRunsToItsEnd();

    const [record] = [...(await then.records()).values()];
    expect(record?.outcomes.verify).toEqual({ status: 'done' });
    expect(record?.outcomes.uninstall).toMatchObject({
      status: 'skipped',
      reason: 'manualInstallKept',
    });
    expect(then.requests('runCommand.write')).toBe(0);
  });

  it('waits while another installation holds the package manager, and then runs the script again', async () => {
    await given.anEstate(
      removalEstate({
        withoutExtension: [LINUX_VM],
        behaviour: {
          manualAgents: manualAgents([LINUX_VM]),
          packageManagerLocks: [{ machine: LINUX_VM, until: '2026-12-05T00:00:00Z' }],
        },
      }),
    );
    await given.aPlan({
      policy: {
        removal: { manualInstalls: true },
        waitDeadlineSeconds: 30 * 86_400,
        waitPollSeconds: 43_200,
      },
    });

    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    await when.someoneApproves();
    await when.theMachineWaitsFor(LINUX_VM, 'uninstall', 'packageManagerLocked');
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(LINUX_VM, 'uninstall')).toEqual({ status: 'done' });
    expect(then.acceptedChanges('runCommand.write', LINUX_VM)).toBeGreaterThan(1);
    expect(then.runCommandsOf(LINUX_VM)).toEqual([]);
  });

  it('is blocked in the end when the package manager stays locked', async () => {
    await given.anEstate(
      removalEstate({
        withoutExtension: [LINUX_VM],
        behaviour: {
          manualAgents: manualAgents([LINUX_VM]),
          packageManagerLocks: [{ machine: LINUX_VM }],
        },
      }),
    );
    await given.aPlan({ policy: { ...TOLERANT_GATE, removal: { manualInstalls: true } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(LINUX_VM, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'packageManagerLocked',
      needs: 'machineOwner',
    });
    expect(then.legacyAgentOf(LINUX_VM)).toEqual([CUSTOMER]);
  });

  it.each([
    ['nothing', { output: '', exitCode: 0 }],
    ['a banner beside the result', { output: 'hello\n{}\n', exitCode: 0 }],
    ['a failure', { output: '', exitCode: 2 }],
  ])('does not believe a script that says %s', async (_, fault) => {
    await given.anEstate(
      removalEstate({
        withoutExtension: [VM],
        behaviour: {
          manualAgents: manualAgents([VM]),
          scriptFaults: [{ machine: VM, ...fault }],
        },
      }),
    );
    await given.aPlan({ policy: { ...TOLERANT_GATE, removal: { manualInstalls: true } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'unexpectedOutput',
    });
    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'skipped', reason: 'earlierStage' });
  });

  it('keeps an agent in which the script finds a management group no heartbeat told of', async () => {
    await given.anEstate(
      removalEstate({
        withoutExtension: [VM],
        behaviour: {
          manualAgents: manualAgents([VM], { managementGroups: true }),
        },
      }),
    );
    await given.aPlan({ policy: { removal: { manualInstalls: true } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'uninstall')).toMatchObject({ status: 'skipped', reason: 'scomAttached' });
    expect(then.legacyAgentOf(VM)).toEqual([CUSTOMER]);
  });

  it('reports an agent that is heard again after the script said it is gone', async () => {
    await given.anEstate(
      removalEstate({
        withoutExtension: [VM],
        behaviour: {
          ...LIVE,
          manualAgents: manualAgents([VM]),
          scriptFaults: [
            {
              machine: VM,
              exitCode: 0,
              output: JSON.stringify({
                ...{ schema: 1, action: 'remove', result: 'absent', reason: '', before: [], after: [] },
              }),
            },
          ],
        },
      }),
    );
    await given.aPlan({ policy: { ...TOLERANT_GATE, removal: { manualInstalls: true } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'blocked', reason: 'legacyReturned' });
  });
});

describe('legacy agents that stay, without their workspaces', () => {
  const { given, when, then } = scenario();

  it('keeps the agent for Operations Manager and detaches the workspace', async () => {
    await given.anEstate(removalEstate({ behaviour: LIVE }));
    await given.aPlan({
      policy: { scom: [{ tag: { name: 'role', value: 'web' } }], removal: { scom: 'detach' } },
    });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(VM, 'uninstall')).toEqual({
      status: 'done',
      detail: `the agent stays; detached from ${CUSTOMER}`,
    });
    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'done' });
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent', 'MicrosoftMonitoringAgent']);
    expect(then.legacyAgentOf(VM)).toEqual([]);
    expect(then.requests('extension.delete', VM)).toBe(0);
    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
  });

  it('detaches one workspace of two when the other is to be kept, and asks for no rule there', async () => {
    const behaviour = { ...LIVE, manualAgents: [{ machine: VM, workspaces: [OTHER_CUSTOMER] }] };
    await given.anEstate(removalEstate({ behaviour }));
    await given.aPlan({ policy: { removal: { keepWorkspaces: [OTHER_WORKSPACE] } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(VM, 'uninstall')).toEqual({
      status: 'done',
      detail: `the agent stays; detached from ${CUSTOMER}`,
    });
    expect(await then.outcome(VM, 'confirm')).toMatchObject({ status: 'done' });
    expect(then.legacyAgentOf(VM)).toEqual([OTHER_CUSTOMER]);
    expect(then.requests('extension.delete', VM)).toBe(0);
  });

  it('leaves out a machine whose every workspace is to be kept, and refuses one nobody knows', async () => {
    await given.anEstate(removalEstate());
    const plan = await given.aPlan({ policy: { removal: { keepWorkspaces: [WORKSPACE] } } });
    const unknown = `${WORKSPACE}-typo`;
    const refused = given.aPlan({ policy: { removal: { keepWorkspaces: [unknown] } } });

    expect(plan.blocked.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual(
      Array(3).fill(['workspaceKept']),
    );
    await expect(refused).rejects.toMatchObject({
      faults: [{ path: 'policy.removal.keepWorkspaces[0]' }],
    });
  });
});
