import type { Ledger } from '../ledger/ledger.ts';
import { DRIFT_INVENTORY, type DriftRun } from '../model/drift.ts';
import { contentHash, shortHash } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';

interface Dependencies {
  readonly ledger: Ledger;
  now(): number;
}

export interface DriftStart {
  readonly id: string;
  readonly by: string;
  readonly startKey: string | null;
}

/** The run that has not ended, if there is one: two at once would remedy the same machines twice. */
export async function activeRun(ledger: Ledger): Promise<DriftRun | undefined> {
  return (await ledger.drift.list()).find(({ status }) => status === 'running');
}

/** Writes the record of a run that begins; one of this id that is there already is the answer. */
export async function createRun(
  { ledger, now }: Dependencies,
  { id, by, startKey }: DriftStart,
): Promise<DriftRun> {
  const known = await ledger.drift.get(id);
  if (known !== undefined) return known;
  const policy = await ledger.drift.policy();
  const startedAt = new Date(now()).toISOString();
  const run: DriftRun = {
    ...{ id, requestedBy: by, startKey, startedAt, completedAt: null, status: 'running', problem: null },
    ...{ policy, inventoryId: `${DRIFT_INVENTORY}${shortHash(id)}`, machines: null, counts: null },
    ...{ implausible: [], remedies: [], step: { phase: 'inventory' } },
    previousInventoryId: (await previousInventory(ledger, policy.scope))?.id ?? null,
    previousRunId: (await ledger.drift.latest())?.id ?? null,
  };
  await ledger.audit.append('drift', [
    {
      ...{ at: startedAt, waveId: null, machineId: null, stage: null, event: 'control', by },
      message: `started drift check ${id}`,
      data: { driftId: id, automatic: policy.automatic },
    },
  ]);
  await ledger.drift.create(run);
  return (await ledger.drift.get(id)) ?? run;
}

/** Only inventories of the same scope can be compared: what another left out is not new. */
async function previousInventory(
  ledger: Ledger,
  scope: DriftRun['policy']['scope'],
): Promise<Inventory | undefined> {
  const wanted = contentHash(scope);
  return (await ledger.inventories.list())
    .filter((one) => one.status === 'completed' && contentHash(one.scope) === wanted)
    .sort((a, b) => ((a.completedAt ?? '') < (b.completedAt ?? '') ? 1 : -1))[0];
}

/** The inventory a run takes; its record is made at the first look. */
export async function inventoryOf({ ledger, now }: Dependencies, run: DriftRun): Promise<Inventory> {
  const known = await ledger.inventories.get(run.inventoryId);
  if (known !== undefined) return known;
  const inventory: Inventory = {
    ...{ id: run.inventoryId, scope: run.policy.scope, startedAt: new Date(now()).toISOString() },
    ...{ completedAt: null, status: 'running', problem: null, summary: null, resourceGraphPages: 0 },
  };
  await ledger.inventories.put(inventory);
  return inventory;
}
