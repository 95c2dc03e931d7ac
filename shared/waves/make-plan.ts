import type { Inventory } from '../ledger/inventories.ts';
import { contentHashOf } from '../model/ids.ts';
import type { Machine } from '../model/machine.ts';
import type { BlockedMachine, Plan, PlannedMachine, PlannedWave, PlanRequest } from '../model/plan.ts';
import { matches } from '../model/policy.ts';
import { cutCohorts } from './cohorts.ts';
import { blockedMachine, planMachine } from './planned-machine.ts';

export interface MadePlan {
  readonly plan: Plan;
  readonly waves: readonly (readonly PlannedMachine[])[];
  readonly blocked: readonly BlockedMachine[];
}

/** Computes a plan from an inventory. Deterministic: equal request and inventory give an equal plan id. */
export async function makePlan(
  request: PlanRequest,
  inventory: Inventory,
  machines: AsyncIterable<Machine>,
  createdAt: string,
): Promise<MadePlan> {
  const planned: PlannedMachine[] = [];
  const blocked: BlockedMachine[] = [];
  const wanted =
    request.selection.machineIds === undefined ? undefined : new Set(request.selection.machineIds);
  const explicit =
    request.selection.machineIds === undefined ? undefined : new Set(request.selection.machineIds);
  let total = 0;
  let alreadyMigrated = 0;
  let notSelected = 0;
  for await (const machine of machines) {
    total += 1;
    wanted?.delete(machine.id);
    if (!isSelected(request, explicit, machine)) {
      notSelected += 1;
      continue;
    }
    const result = planMachine(machine, inventory, request.policy);
    if (result.kind === 'planned') planned.push(result.machine);
    else if (result.kind === 'blocked') blocked.push(result.machine);
    else if (result.kind === 'alreadyMigrated') alreadyMigrated += 1;
    // Asked for by id, it deserves an answer; else it is simply no part of this.
    else if (request.selection.machineIds !== undefined)
      blocked.push(blockedMachine(machine.id, [{ code: 'noLegacyAgent' }]));
    else notSelected += 1;
  }
  // A machine asked for by id that the inventory does not know must not vanish silently.
  for (const id of wanted ?? []) blocked.push(blockedMachine(id, [{ code: 'notFound' }]));
  total += wanted?.size ?? 0;
  blocked.sort((a, b) => (a.machineId < b.machineId ? -1 : 1));

  const waves = cutCohorts(planned, request.cohorts);
  const content = waves.flatMap((wave, index) => wave.map((machine) => [index, machine]));
  const hash = contentHashOf([request, inventory.id, ...content, ...blocked], 32);
  const plan: Plan = {
    id: `plan-${hash.slice(0, 12)}`,
    hash,
    name: request.name,
    inventoryId: inventory.id,
    createdAt,
    policy: request.policy,
    waves: waves.map(summarizeWave),
    counts: {
      machines: total,
      planned: planned.length,
      alreadyMigrated,
      blocked: blocked.length,
      notSelected,
    },
    workspaces: inventory.workspaces.map(({ id, resourceId, customerId }) => ({
      id,
      resourceId,
      customerId,
    })),
  };
  return { plan, waves, blocked };
}

function isSelected(
  { selection }: PlanRequest,
  explicit: ReadonlySet<string> | undefined,
  machine: Machine,
): boolean {
  const { include, exclude } = selection;
  if (explicit !== undefined && !explicit.has(machine.id)) return false;
  if (include.length > 0 && !include.some((match) => matches(match, machine))) return false;
  return !exclude.some((match) => matches(match, machine));
}

function summarizeWave(machines: readonly PlannedMachine[], index: number): PlannedWave {
  const cells = new Map<string, number>();
  for (const { cell } of machines) cells.set(cell, (cells.get(cell) ?? 0) + 1);
  return {
    index,
    machineCount: machines.length,
    cells: [...cells]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([cell, machineCount]) => ({ cell, machineCount })),
    legacyWorkspaces: [...new Set(machines.flatMap(({ legacyWorkspaces }) => legacyWorkspaces))].sort(),
  };
}
