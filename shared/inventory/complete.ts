import type { InventorySummary } from '../ledger/inventories.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isAmaExtension, isLegacyExtension } from '../model/agents.ts';
import type { Lock, Machine } from '../model/machine.ts';
import { readRows } from './discover.ts';
import { associationsQuery } from './queries/associations.ts';
import { endpointsQuery } from './queries/endpoints.ts';
import { extensionsQuery } from './queries/extensions.ts';
import { heartbeatsQuery } from './queries/heartbeats.ts';
import { machinesQuery } from './queries/machines.ts';
import { rulesQuery } from './queries/rules.ts';
import { workspacesQuery } from './queries/workspaces.ts';
import { reconcile } from './reconcile.ts';

/** Turns the raw rows of an inventory into its machines and summary, then drops the rows. Safe to repeat. */
export async function completeInventory(
  { ledger, now }: { ledger: Ledger; now(): number },
  inventoryId: string,
  pages: number,
): Promise<InventorySummary> {
  const inventory = await ledger.inventories.get(inventoryId);
  if (inventory === undefined) throw new Error(`inventory ${inventoryId} is not in the ledger`);
  if (inventory.summary !== null) return inventory.summary;
  const estate = reconcile({
    machines: await readRows(ledger, inventoryId, 'machines', machinesQuery),
    extensions: await readRows(ledger, inventoryId, 'extensions', extensionsQuery),
    associations: await readRows(ledger, inventoryId, 'associations', associationsQuery),
    rules: await readRows(ledger, inventoryId, 'rules', rulesQuery),
    endpoints: await readRows(ledger, inventoryId, 'endpoints', endpointsQuery),
    workspaces: await readRows(ledger, inventoryId, 'workspaces', workspacesQuery),
    heartbeats: await readRows(ledger, inventoryId, 'heartbeats', heartbeatsQuery),
    locks: (await ledger.inventories.readRaw(inventoryId, 'locks')) as Lock[],
  });
  const summary = summarize(estate.machines, pages);
  await ledger.inventories.putMachines(inventoryId, estate.machines);
  await ledger.inventories.put({
    ...inventory,
    status: 'completed',
    completedAt: new Date(now()).toISOString(),
    summary,
    rules: estate.rules,
    endpoints: estate.endpoints,
    workspaces: estate.workspaces,
  });
  await ledger.inventories.dropRaw(inventoryId);
  return summary;
}

function summarize(machines: readonly Machine[], pages: number): InventorySummary {
  const count = (test: (machine: Machine) => boolean) => machines.filter(test).length;
  const legacy = ({ extensions }: Machine) => extensions.some(isLegacyExtension);
  const ama = ({ extensions }: Machine) => extensions.some(isAmaExtension);
  return {
    machines: machines.length,
    azureVms: count(({ kind }) => kind === 'azureVm'),
    arcServers: count(({ kind }) => kind === 'arcServer'),
    windows: count(({ os }) => os === 'windows'),
    linux: count(({ os }) => os === 'linux'),
    legacyOnly: count((m) => legacy(m) && !ama(m)),
    bothAgents: count((m) => legacy(m) && ama(m)),
    amaOnly: count((m) => !legacy(m) && ama(m)),
    neither: count((m) => !legacy(m) && !ama(m)),
    resourceGraphPages: pages,
  };
}
