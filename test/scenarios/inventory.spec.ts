import { describe, expect, it } from 'vitest';
import { codesOf, inventories, standing } from '../support/inventories.ts';
import {
  ASSIGNMENT,
  FLEXIBLE,
  MEMBER,
  mixedEstate,
  OTHER_CUSTOMER,
  OTHER_WORKSPACE,
  UNIFORM,
  vm,
  workspace,
} from '../support/mixed-estate.ts';
import { scenario } from '../support/scenario.ts';
import { CUSTOMER, GROUP, SUBSCRIPTION, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const SCOPE = `/subscriptions/${SUBSCRIPTION}`;
const DAY = 86_400_000;

describe('what an inventory shows', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  it('counts machines by kind, system, agents and assessment, each once', async () => {
    await given.anEstate(mixedEstate());

    const { status, problem, summary } = await inventory.take();

    expect({ status, problem }).toEqual({ status: 'completed', problem: null });
    expect(summary).toMatchObject({
      machines: 7,
      azureVms: 3,
      scaleSets: 2,
      arcServers: 1,
      unmanaged: 1,
      windows: 6,
      linux: 1,
      bothAgents: 0,
      amaOnly: 0,
      assessment: { ready: 4, alreadyMigrated: 0, notApplicable: 0, blocked: 3 },
      reasons: { instancesOutdated: 1, manualUpgrades: 1, scaleSetUnsupported: 1, unmanaged: 1 },
      subscriptions: 1,
      workspaces: 2,
      unreadWorkspaces: 0,
      rules: 2,
      endpoints: 1,
    });
    const machines = await inventory.machines('latest', '', 2);
    expect(machines.size).toBe(7);
    expect(machines).toEqual(await inventory.machines());
  });

  it('filters machines by what a person asks for', async () => {
    await given.anEstate(mixedEstate());
    await inventory.take();
    const names = async (query: string) =>
      [...(await inventory.machines('latest', query, 1)).values()].map(({ name }) => name).sort();

    expect(await names('?kind=scaleSet')).toEqual(['vmss-batch', 'vmss-shop']);
    expect(await names('?os=linux')).toEqual(['db-01']);
    expect(await names('?status=ready&kind=azureVm')).toEqual(['batch-01', 'db-01', 'web-01']);
    expect(await names('?reason=unmanaged')).toEqual(['plant-07.contoso.local']);
    expect(await names('?finding=multiHomed')).toEqual(['dc-01']);
    expect(await names(`?workspace=${encodeURIComponent(OTHER_WORKSPACE.toUpperCase())}`)).toEqual(['dc-01']);
    expect(await names('?region=West%20Europe&kind=arcServer')).toEqual(['dc-01']);
    expect(await names('?region=eastus')).toEqual([]);
  });

  it('shows of each workspace what it takes in, who reports to it and its solutions', async () => {
    await given.anEstate(mixedEstate());
    await inventory.take();

    const { workspaces, unread } = await inventory.workspaces();

    expect(unread).toEqual([]);
    expect(workspaces).toMatchObject([
      {
        resourceId: WORKSPACE,
        customerId: CUSTOMER,
        solutions: ['SecurityInsights', 'Updates'],
        use: { agents: { ama: 0, scom: 0 } },
      },
      {
        resourceId: OTHER_WORKSPACE,
        customerId: OTHER_CUSTOMER,
        sku: 'PerGB2018',
        retentionDays: 90,
        solutions: [],
        use: { agents: { legacy: 1, ama: 0, scom: 0 } },
      },
    ]);
    expect(workspaces[0]?.use?.tables).toContainEqual(
      expect.objectContaining({ table: 'Perf', billable: true, megabytesPerDay: 310 }),
    );
  });

  it('points out what puts the legacy agent back, with the exact fix', async () => {
    await given.anEstate(mixedEstate());
    await inventory.take();

    expect(await inventory.finding('legacyInstallerAssigned')).toMatchObject([
      {
        severity: 'action',
        subject: { kind: 'policyAssignment', id: ASSIGNMENT },
        fix: `az policy assignment delete --name 'deploy-mma' --scope '${SCOPE}'`,
      },
    ]);
    expect(await inventory.finding('defenderAutoProvisioning')).toMatchObject([
      {
        severity: 'action',
        subject: { kind: 'subscription', id: SCOPE },
        fix: `az security auto-provisioning-setting update --name 'default' --auto-provision Off --subscription '${SUBSCRIPTION}'`,
      },
    ]);
    expect(await inventory.finding('defenderForServers')).toMatchObject([{ detail: 'P2' }]);
  });

  it('points out the services that end with the legacy agent', async () => {
    await given.anEstate(mixedEstate());
    await inventory.take();

    expect(await inventory.finding('solutionOnLegacy')).toMatchObject([
      { subject: { kind: 'workspace', id: WORKSPACE.toLowerCase() } },
    ]);
    expect(await inventory.finding('sentinelWorkspace')).toHaveLength(1);
    expect(codesOf(await inventory.machine(VM))).toContain('updateManagementOnLegacy');
    expect((await inventory.findings()).machines).toContainEqual(
      expect.objectContaining({ code: 'updateManagementOnLegacy', machines: 5 }),
    );
  });

  it('counts the same findings in summary, list of findings and machines', async () => {
    await given.anEstate(mixedEstate());
    const { summary } = await inventory.take();
    const { findings, machines } = await inventory.findings();

    const counted = Map.groupBy(
      [...[...(await inventory.machines()).values()].flatMap(codesOf), ...findings.map(({ code }) => code)],
      (code) => code,
    );
    expect(Object.fromEntries([...counted].map(([code, all]) => [code, all.length]))).toEqual(
      summary?.findings,
    );
    for (const { code, machines: count } of machines)
      expect((await inventory.machines('latest', `?finding=${code}`)).size, code).toBe(count);
  });

  it('knows scale sets of both kinds and the machines of a Flexible one', async () => {
    await given.anEstate(mixedEstate());
    await inventory.take();

    const uniform = await inventory.machine(UNIFORM);
    expect(uniform).toMatchObject({
      kind: 'scaleSet',
      scaleSet: { orchestration: 'uniform', upgradePolicy: 'manual', instances: 3, outdatedInstances: 1 },
      legacyWorkspaces: [WORKSPACE.toLowerCase()],
    });
    expect(standing(uniform)).toEqual(['manualUpgrades', 'instancesOutdated']);
    expect(await inventory.machine(FLEXIBLE)).toMatchObject({ scaleSet: { orchestration: 'flexible' } });
    const member = await inventory.machine(MEMBER);
    expect(member).toMatchObject({ kind: 'azureVm', scaleSetId: FLEXIBLE.toLowerCase() });
    expect(standing(member)).toBe('ready');
    expect(codesOf(member)).toContain('scaleSetModelInstallsLegacy');
  });

  it('does not say that legacy agents write which were last heard in March', async () => {
    const { resources } = smallEstate();
    const ama = {
      id: `${VM}/extensions/AzureMonitorWindowsAgent`,
      name: 'AzureMonitorWindowsAgent',
      properties: {
        publisher: 'Microsoft.Azure.Monitor',
        type: 'AzureMonitorWindowsAgent',
        typeHandlerVersion: '1.35',
        provisioningState: 'Succeeded',
      },
    };
    const association = {
      id: `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/any`,
      name: 'any',
      properties: {
        dataCollectionRuleId: `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/rule-windows`,
      },
    };
    // Legacy agents of this estate were heard for the last time in March.
    await given.anEstate({
      resources: [...resources, ama, association],
    });
    const { summary } = await inventory.take();

    expect(summary).toMatchObject({ bothAgents: 1, legacyOnly: 2 });
    expect(await inventory.finding('bothAgentsWrite')).toEqual([]);
  });

  it('points out a workspace that takes nothing in and hears nobody', async () => {
    const unused = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-empty`;
    const { resources } = mixedEstate();
    await given.anEstate(
      mixedEstate({ resources: [...resources, workspace(unused, '66666666-6666-4666-8666-666666666666')] }),
    );
    await inventory.take();

    expect(await inventory.finding('workspaceUnused')).toMatchObject([
      { subject: { id: unused.toLowerCase() } },
    ]);
  });

  it('dates itself once and stays as it was when the estate moves on', async () => {
    await given.anEstate(mixedEstate());
    const { id } = await inventory.take();
    const before = await inventory.content(id);

    here().session.estate.mutate.removeExtension(VM, 'MMAExtension');
    await here().participant.sleep(DAY);
    const later = await inventory.take();

    expect(await inventory.content(id)).toEqual(before);
    expect(await inventory.content(later.id)).not.toEqual(before);
  });

  it('asks for machines by the page, never one by one', async () => {
    const asked: { queries: number; all: number }[] = [];
    for (const machines of [1, 900]) {
      const many = Array.from({ length: machines }, (_, i) => vm(`${VM}-${i}`));
      await given.anEstate(mixedEstate({ resources: [...mixedEstate().resources, ...many] }));
      await inventory.take();
      const { requestLog } = here().session.estate;
      const queries = requestLog.count('graph.query') + requestLog.count('logs.query');
      asked.push({ queries, all: requestLog.total() });
      await here().session.close();
    }

    const [few, many] = asked;
    expect(many?.queries).toBe(few?.queries);
    // The states of VMs are listed by ARM, a hundred a page.
    expect((many?.all ?? 0) - (few?.all ?? 0)).toBeLessThanOrEqual(9);
  });
});
