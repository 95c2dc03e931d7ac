import type { EstateFinding } from '../model/findings.ts';
import { normalizeId } from '../model/ids.ts';
import type { Inventory, InventorySummary } from '../model/inventory.ts';
import type { Machine, Workspace } from '../model/machine.ts';
import type { DiscoverDependencies, ReadProblem } from './dependencies.ts';
import {
  estateFindings,
  problemFindings,
  ruleFindings,
  subscriptionFindings,
  workspaceFindings,
} from './estate-findings.ts';
import { endpointOf, ruleOf, uniqueById } from './estate-rows.ts';
import { policyFindings } from './policy-findings.ts';
import type { GraphRow } from './queries/graph.ts';
import type { WorkspaceHeartbeat } from './reports.ts';
import { addMachine, emptyTotals, machineCounts, sumTotals, type Totals } from './totals.ts';
import { unmanagedMachines } from './unmanaged.ts';
import { type UsageOfWorkspace, workspacesOf } from './workspace-use.ts';

/** Ends an inventory: machines nobody claimed, workspaces with their use, findings, summary. Safe to repeat. */
export async function completeInventory(
  { ledger, now }: DiscoverDependencies,
  inventory: Inventory,
): Promise<void> {
  const { inventories } = ledger;
  const { id } = inventory;
  const raw = <T>(kind: Parameters<typeof inventories.readRaw>[1]) => inventories.readRaw<T>(id, kind);

  const unmanaged = await findUnmanaged(inventories, inventory);
  await inventories.putMachines(id, unmanaged);
  const totals = sumTotals(await inventories.readPart<Totals>(id, 'totals'));
  const own = emptyTotals();
  for (const machine of unmanaged) addMachine(own, machine, Date.parse(inventory.startedAt));
  const all = sumTotals([totals, own]);

  const problems = await raw<ReadProblem>('problems');
  const unread = problems
    .filter(({ kind }) => kind === 'workspace')
    .map(({ id: at, reason }) => ({ id: normalizeId(at), reason }));
  const workspaces = workspacesOf({
    rows: await raw<GraphRow<'workspaces'>>('workspaces'),
    solutions: await raw<GraphRow<'solutions'>>('solutions'),
    usage: await raw<UsageOfWorkspace>('usage'),
    unread: new Set(unread.map(({ id: at }) => at)),
    customLogs: await raw('customLogs'),
    customLogsUnread: new Set(
      problems.filter(({ kind }) => kind === 'customLogs').map(({ id: at }) => normalizeId(at)),
    ),
    agents: all.agents,
  });
  const rules = uniqueById((await raw<GraphRow<'rules'>>('rules')).map(ruleOf));
  const endpoints = uniqueById((await raw<GraphRow<'endpoints'>>('endpoints')).map(endpointOf));
  const findings: EstateFinding[] = [
    ...policyFindings({
      assignments: await raw('policyAssignments'),
      definitions: await raw('policyDefinitions'),
      sets: await raw('policySets'),
    }),
    ...subscriptionFindings({
      autoProvisioning: await raw('autoProvisioning'),
      defenderPlans: await raw('defenderPlans'),
      gaps: await raw('permissions'),
    }),
    ...workspaces.flatMap((workspace) =>
      workspaceFindings(workspace, all, reportersOf(unmanaged, workspace)),
    ),
    ...ruleFindings(rules),
    ...problemFindings(problems),
    ...estateFindings(all),
  ];
  await inventories.putPart(id, 'rules', rules);
  await inventories.putPart(id, 'endpoints', endpoints);
  await inventories.putPart(id, 'workspaces', workspaces);
  await inventories.putPart(id, 'unreadWorkspaces', unread);
  await inventories.putPart(id, 'findings', findings);

  const subscriptions = await raw<GraphRow<'subscriptions'>>('subscriptions');
  const summary: Omit<InventorySummary, 'resourceGraphPages'> = {
    ...machineCounts(all),
    findings: countFindings(all, findings),
    subscriptions: new Set(subscriptions.map(({ subscriptionId }) => subscriptionId.toLowerCase())).size,
    tenants: [...new Set(subscriptions.flatMap(({ tenantId }) => tenantId ?? []))].sort(),
    workspaces: workspaces.length,
    unreadWorkspaces: unread.length,
    rules: rules.length,
    endpoints: endpoints.length,
  };
  await inventories.update(id, (current) => ({
    ...current,
    status: 'completed',
    completedAt: new Date(now()).toISOString(),
    summary: { ...summary, resourceGraphPages: current.resourceGraphPages },
  }));
  await inventories.dropRaw(id);
}

/** Computers without ARM id; a scope by group or tag cannot contain one. */
async function findUnmanaged(
  inventories: DiscoverDependencies['ledger']['inventories'],
  { id, scope, startedAt }: Inventory,
): Promise<Machine[]> {
  if (scope.resourceGroups.length > 0 || scope.tags.length > 0) return [];
  const claimed = new Set(await inventories.readRaw<string>(id, 'claimed'));
  const lonely = await inventories.readRaw<WorkspaceHeartbeat>(id, 'lonelyHeartbeats');
  return unmanagedMachines(
    lonely.filter(({ VmId }) => !VmId || !claimed.has(VmId)),
    Date.parse(startedAt),
  );
}

function reportersOf(machines: readonly Machine[], { id }: Workspace): number {
  return machines.filter(({ legacyWorkspaces }) => legacyWorkspaces.includes(id)).length;
}

function countFindings(totals: Totals, findings: readonly EstateFinding[]): InventorySummary['findings'] {
  const counts: Record<string, number> = { ...totals.findings };
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
