import { beforeEach, describe, expect, it } from 'vitest';
import { advanceInventory } from '../../../shared/inventory/advance.ts';
import { completeInventory } from '../../../shared/inventory/complete.ts';
import type { DiscoverDependencies } from '../../../shared/inventory/dependencies.ts';
import { graphQueries } from '../../../shared/inventory/queries/graph.ts';
import { BUCKETS, bucketOf } from '../../../shared/ledger/inventories.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { type DiscoveryCursor, FIRST_CURSOR } from '../../../shared/model/discovery.ts';
import type { EstateFinding } from '../../../shared/model/findings.ts';
import type { GraphKind } from '../../../shared/model/graph-kinds.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import { fail, ok } from '../../../shared/model/trouble.ts';
import {
  anInventory,
  arcResource,
  at,
  CUSTOMER_ID,
  endpointResource,
  must,
  NOW,
  ruleResource,
  SUB,
  vmResource,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';
import {
  aDiscovery,
  amaRow,
  aPage,
  arcRow,
  DAY,
  extensionRow,
  fakeGraph,
  heartbeatRow,
  lonelyRow,
  reasonsOf,
  scaleSetResource,
  scaleSetRow,
  TENANT,
  vmRow,
  WHOLE_SCOPE,
} from '../../support/inventory-builders.ts';
import { fakeLogs } from '../verification/fake-logs.ts';

const BLIND = '33333333-3333-4333-8333-333333333333';
const CLAIMED = 'aaaaaaaa-0000-4000-8000-000000000001';
const vms = Array.from({ length: 30 }, (_, i) => vmResource(`vm-${String(i).padStart(2, '0')}`));
const graphRows: Partial<Record<GraphKind, readonly unknown[]>> = {
  subscriptions: [{ id: `/subscriptions/${SUB}`, subscriptionId: SUB.toUpperCase(), tenantId: TENANT }],
  machines: [
    ...vms.map((id, i) =>
      vmRow({
        id,
        vmId: i === 0 ? CLAIMED.toUpperCase() : null,
        osType: i % 5 === 0 ? 'Linux' : 'Windows',
        osName: i % 5 === 0 ? 'Ubuntu 22.04' : 'Windows Server 2019',
      }),
    ),
    vmRow({ id: must(vms[3]).toUpperCase() }),
    arcRow({ arcStatus: 'Disconnected' }),
  ],
  scaleSets: [
    scaleSetRow({
      extensions: [
        {
          name: 'x',
          properties: {
            publisher: 'Microsoft.EnterpriseCloud.Monitoring',
            type: 'MicrosoftMonitoringAgent',
            settings: null,
          },
        },
      ],
    }),
  ],
  scaleSetInstances: [{ id: scaleSetResource('VMSS-01'), instances: 4, outdatedInstances: 1 }],
  extensions: [
    ...vms.filter((_, i) => i % 2 === 0).map((id) => extensionRow(id)),
    ...vms.filter((_, i) => i % 3 === 0).map((id) => amaRow(id.toUpperCase())),
    extensionRow(arcResource('dc-01')),
  ],
  rules: [
    { id: ruleResource('R'), name: 'R', kind: 'Windows', azureMonitorMetrics: [{ name: 'm' }] },
    { id: ruleResource('r'), name: 'r', kind: 'Windows' },
  ],
  endpoints: [{ id: endpointResource('E'), name: 'E', location: 'westeurope' }],
  workspaces: [
    {
      id: workspaceResource('LAW-Main'),
      name: 'LAW-Main',
      subscriptionId: SUB,
      customerId: CUSTOMER_ID.toUpperCase(),
    },
    { id: workspaceResource('law-MAIN'), name: 'law-MAIN', subscriptionId: SUB, customerId: CUSTOMER_ID },
    { id: workspaceResource('blind'), name: 'blind', subscriptionId: SUB, customerId: BLIND },
    { id: workspaceResource('none'), name: 'none', subscriptionId: SUB, customerId: null },
  ],
  policyAssignments: [
    {
      id: '/p/1',
      name: 'one',
      scope: '/s',
      definitionId:
        '/providers/Microsoft.Authorization/policyDefinitions/0868462e-646c-4fe3-9ced-a733534b6a2c',
    },
  ],
  defenderPlans: [{ id: '/d', name: 'VirtualMachines', subscriptionId: SUB, tier: 'Standard' }],
};
const heartbeats = [
  ...vms.slice(0, 20).map((id, i) =>
    heartbeatRow({
      ResourceId: id.toLowerCase(),
      Computer: `vm-${i}`,
      AgentId: `a-${i}`,
      Category: i % 3 === 0 ? 'Azure Monitor Agent' : 'Direct Agent',
    }),
  ),
  heartbeatRow({ ResourceId: vmResource('deleted').toLowerCase(), AgentId: 'x' }),
  lonelyRow({ VmId: CLAIMED, AgentId: 'claimed' }),
  lonelyRow({ AgentId: 'nobody', Computer: 'nobody' }),
  lonelyRow({ AgentId: 'client', Computer: 'client', Category: 'Azure Monitor Agent' }),
];

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

function dependencies(rows: typeof graphRows = graphRows): DiscoverDependencies {
  const kinds = new Map(
    Object.entries(graphQueries).map(([kind, { id }]) => [id as string, kind as GraphKind]),
  );
  return aDiscovery(ledger, {
    graph: fakeGraph(({ query }) => aPage(rows[must(kinds.get(query))] ?? [])).graph,
    logs: fakeLogs({
      heartbeats: ({ customerId }) =>
        customerId === CUSTOMER_ID ? heartbeats : fail('notAuthorized', 'no access'),
      usage: () => [{ DataType: 'W3CIISLog', IsBillable: true, megabytes: 31, lastSeen: at(0) }],
      'free-space': () => [],
    }).logs,
    machines: {
      locks: async () => ok([{ scope: must(vms[1]).toLowerCase(), level: 'ReadOnly' as const, name: 'l' }]),
    },
    subscriptions: {
      permissions: async () => ok([{ actions: ['*'], notActions: [] }]),
      autoProvisioning: async () => ok([{ name: 'default', on: true }]),
      guestAgents: async () => ok([{ machineId: must(vms[2]).toLowerCase(), state: 'notReady' as const }]),
    },
  });
}

async function start(scope: Partial<Inventory['scope']> = {}) {
  await ledger.inventories.put(
    anInventory({
      id: 'i',
      status: 'running',
      startedAt: at(0),
      completedAt: null,
      scope: { ...WHOLE_SCOPE, ...scope },
    }),
  );
}

/** Looks until it stands at the phase; each look twice where asked, as after a crash. */
async function run(until: DiscoveryCursor['phase'] = 'done', twice = false, rows?: typeof graphRows) {
  let cursor: DiscoveryCursor = FIRST_CURSOR;
  for (let i = 0; cursor.phase !== until; i += 1) {
    if (i > 50) throw new Error(`still in ${cursor.phase}`);
    const from = cursor;
    const result = await advanceInventory(dependencies(rows), 'i', from);
    expect(result.problem).toBeNull();
    if (twice && from.phase !== 'complete') {
      expect((await advanceInventory(dependencies(rows), 'i', from)).cursor).toEqual(result.cursor);
    }
    cursor = result.cursor;
  }
}

async function everything() {
  const machines: Machine[] = [];
  for await (const machine of ledger.inventories.machines('i')) machines.push(machine);
  const { resourceGraphPages: _, ...inventory } = must(await ledger.inventories.get('i'));
  return {
    machines,
    inventory: { ...inventory, summary: { ...must(inventory.summary), resourceGraphPages: 0 } },
    estate: await ledger.inventories.estate('i'),
    findings: await ledger.inventories.readPart<EstateFinding>('i', 'findings'),
  };
}

describe('an inventory', () => {
  it('is completed with a summary that adds up', async () => {
    await start();
    await run();
    const { machines, inventory, estate, findings } = await everything();
    const { summary } = inventory;

    expect(inventory).toMatchObject({ status: 'completed', completedAt: at(0), problem: null });
    expect(summary).toMatchObject({
      machines: 34,
      azureVms: 30,
      arcServers: 1,
      scaleSets: 1,
      unmanaged: 2,
      subscriptions: 1,
      tenants: [TENANT],
      workspaces: 2,
      unreadWorkspaces: 2,
      rules: 1,
      endpoints: 1,
    });
    expect(machines).toHaveLength(summary.machines);
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0);
    expect(sum(summary.assessment)).toBe(summary.machines);
    expect(summary.legacyOnly + summary.bothAgents + summary.amaOnly + summary.neither).toBe(
      summary.machines,
    );
    for (const status of ['ready', 'alreadyMigrated', 'notApplicable', 'blocked'] as const)
      expect(summary.assessment[status]).toBe(
        machines.filter(({ assessment }) => assessment.status === status).length,
      );
    for (const [code, count] of Object.entries(summary.reasons))
      expect(machines.filter((machine) => reasonsOf(machine).includes(code as never))).toHaveLength(count);
    for (const [code, count] of Object.entries(summary.findings)) {
      const own = machines.filter((machine) =>
        machine.findings.some((finding) => finding.code === code),
      ).length;
      expect([code, own + findings.filter((finding) => finding.code === code).length]).toEqual([code, count]);
    }
    expect((await ledger.inventories.get('i'))?.summary?.resourceGraphPages).toBe(14);

    const main = must(estate.workspaces.find(({ id }) => id === WORKSPACE_ID));
    expect(main.use?.legacyMachines).toBe(
      machines.filter(({ legacyWorkspaces }) => legacyWorkspaces.includes(WORKSPACE_ID)).length,
    );
    expect(main.use?.tables).toMatchObject([{ table: 'W3CIISLog', megabytesPerDay: 1 }]);
    expect(estate.workspaces.find(({ name }) => name === 'blind')?.use).toBeNull();
    expect(estate.unreadWorkspaces).toEqual([
      { id: workspaceResource('blind').toLowerCase(), reason: 'no access' },
      { id: workspaceResource('none').toLowerCase(), reason: 'The workspace has no customer id.' },
    ]);
    expect(findings.map(({ code }) => code)).toEqual([
      'legacyInstallerAssigned',
      'defenderAutoProvisioning',
      'defenderForServers',
      'iisLogs',
      'bothAgentsWrite',
      'unmanagedMachines',
      'deletedMachinesHeard',
      'metricsDestination',
      'workspaceUnread',
      'workspaceUnread',
      'duplicateIds',
      'telegrafNotSeen',
    ]);
  });

  it('joins each machine to what is its own', async () => {
    await start();
    await run();
    const machine = async (id: string) => must(await ledger.inventories.machine('i', id.toLowerCase()));
    expect(await machine(must(vms[0]))).toMatchObject({
      tenantId: TENANT,
      heartbeats: { ama: at(-60), legacy: at(-60) },
    });
    expect(reasonsOf(await machine(must(vms[2])))).toEqual(['guestAgentNotReady']);
    expect(reasonsOf(await machine(must(vms[1])))).toEqual(['manualInstall', 'locked']);
    expect(await machine(scaleSetResource('vmss-01'))).toMatchObject({
      scaleSet: { instances: 4, outdatedInstances: 1 },
    });
    expect(await machine(arcResource('dc-01'))).toMatchObject({
      legacyWorkspaces: [WORKSPACE_ID],
      unseenWorkspaces: [],
    });
    expect(reasonsOf(await machine('unmanaged/nobody'))).toEqual(['unmanaged']);
    expect(reasonsOf(await machine('unmanaged/client'))).toBe('alreadyMigrated');
    expect(await ledger.inventories.machine('i', 'unmanaged/claimed')).toBeUndefined();
  });

  it('is the same when every look is repeated', async () => {
    await start();
    await run();
    const once = await everything();
    ledger = createLedger(await openSqliteStore(':memory:'));
    await start();
    await run('done', true);
    expect(await everything()).toEqual(once);
  });

  it('is the same when its completion was cut short, at any write', async () => {
    await start();
    await run();
    const once = await everything();
    for (let writes = 0; writes < 8; writes += 1) {
      await ledger.close();
      ledger = createLedger(await openSqliteStore(':memory:'));
      await start();
      await run('complete');
      const inventory = must(await ledger.inventories.get('i'));
      let left = writes;
      const inventories = new Proxy(ledger.inventories, {
        get(target, key) {
          const method = Reflect.get(target, key) as (...args: unknown[]) => unknown;
          if (!/^(put|drop|update)/.test(String(key))) return method;
          return (...parameters: unknown[]) => {
            if (left === 0) throw new Error('killed');
            left -= 1;
            return method.apply(target, parameters);
          };
        },
      });
      await expect(
        completeInventory({ ...dependencies(), ledger: { ...ledger, inventories } }, inventory),
      ).rejects.toThrow('killed');
      const { cursor } = await advanceInventory(dependencies(), 'i', { phase: 'complete' });
      expect(cursor).toEqual({ phase: 'done' });
      expect(await everything()).toEqual(once);
      expect(await ledger.inventories.readRaw('i', 'machines')).toEqual([]);
    }
  });

  it('keeps no raw rows, and its totals', async () => {
    await start();
    await run();
    for (const kind of [
      'machines',
      'extensions',
      'heartbeats',
      'problems',
      'claimed',
      'usage',
      'workspaces',
    ] as const)
      expect(await ledger.inventories.readRaw('i', kind)).toEqual([]);
    expect(await ledger.inventories.readPart('i', 'totals')).toHaveLength(BUCKETS);
  });

  it('of an empty estate is completed and empty', async () => {
    await start();
    await run('done', false, {});
    const { machines, inventory, estate, findings } = await everything();
    expect(machines).toEqual([]);
    expect(findings).toEqual([]);
    expect(inventory.status).toBe('completed');
    expect(inventory.summary).toMatchObject({
      machines: 0,
      workspaces: 0,
      subscriptions: 0,
      tenants: [],
      reasons: {},
      findings: {},
    });
    expect(estate).toEqual({ rules: [], endpoints: [], workspaces: [], unreadWorkspaces: [] });
  });

  it.each([
    { resourceGroups: [`/subscriptions/${SUB}/resourcegroups/rg-app`] },
    { tags: [{ name: 'none' }] },
  ])('of the scope %j has no machines without ARM id', async (scope) => {
    await start(scope);
    await run();
    const { summary } = (await everything()).inventory;
    expect(summary.unmanaged).toBe(0);
    expect(summary.machines).toBe(scope.tags === undefined ? 32 : 0);
  });

  it('is dated by its start: what is fresh does not depend on when it is joined', async () => {
    await start();
    await run();
    const inTime = await everything();
    await ledger.close();
    ledger = createLedger(await openSqliteStore(':memory:'));
    await start();
    await run('join');
    const late = { ...dependencies(), now: () => NOW + 20 * DAY * 1000 };
    let cursor: DiscoveryCursor = { phase: 'join', bucket: 0 };
    while (cursor.phase !== 'done') cursor = (await advanceInventory(late, 'i', cursor)).cursor;

    expect(await everything()).toEqual({
      ...inTime,
      inventory: { ...inTime.inventory, completedAt: at(20 * DAY) },
    });
  });

  it('is joined four buckets a look, each machine in the bucket of its id', async () => {
    await start();
    await run('join');
    const cursors: DiscoveryCursor[] = [];
    let cursor: DiscoveryCursor = { phase: 'join', bucket: 0 };
    while (cursor.phase === 'join') {
      cursor = (await advanceInventory(dependencies(), 'i', cursor)).cursor;
      cursors.push(cursor);
    }
    expect(cursors).toEqual([
      { phase: 'join', bucket: 4 },
      { phase: 'join', bucket: 8 },
      { phase: 'join', bucket: 12 },
      { phase: 'complete' },
    ]);
    const totals = await ledger.inventories.readPart<{ machines: number }>('i', 'totals');
    const expected = Array.from(
      { length: BUCKETS },
      (_, bucket) =>
        [...vms, arcResource('dc-01'), scaleSetResource('vmss-01')].filter(
          (id) => bucketOf(id.toLowerCase()) === bucket,
        ).length,
    );
    expect(totals.map(({ machines }) => machines)).toEqual(expected);
  });
});
