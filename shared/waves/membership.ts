import type { Ledger } from '../ledger/ledger.ts';
import type { Plan, PlannedMachine } from '../model/plan.ts';
import type { Wave } from '../model/wave.ts';
import { type ControlResult, changed, refuse, refuseRollback, unchanged } from './control.ts';

export interface MembershipRequest {
  /** Machines of later waves of the plan that this one takes with it; normalised. */
  readonly add: readonly string[];
  /** Machines of the plan's wave that this one leaves out; normalised. */
  readonly remove: readonly string[];
}

/** Machines that a wave may have more or less than its plan says: the record holds their ids. */
const MOST = 1000;

/**
 * Adds machines to a wave that has not reached any of its own, or leaves some out. `known` are the machines of the
 * plan's wave and `later` those of the waves after it. Pure.
 */
export function changeMembers(
  wave: Wave,
  { add, remove }: MembershipRequest,
  { known, later }: { readonly known: ReadonlySet<string>; readonly later: ReadonlySet<string> },
): ControlResult {
  const rolling = refuseRollback(wave);
  if (rolling !== undefined) return rolling;
  if (wave.abort !== null) return refuse('waveAborted', 'The wave was aborted.');
  if (wave.step !== 'prepare' || wave.cells.length > 0)
    return refuse(
      'waveReachedMachines',
      'The wave has begun with its machines; put the hold tag on one, or abort the wave.',
    );
  const isStranger = {
    add: (id: string) => !later.has(id) && !known.has(id),
    remove: (id: string) => !known.has(id) && wave.added?.includes(id) !== true,
  };
  const faults = (['add', 'remove'] as const).flatMap((field) =>
    (field === 'add' ? add : remove).flatMap((id, i) =>
      isStranger[field](id) ? [{ path: `${field}[${i}]`, message: 'is in no wave that it could be of' }] : [],
    ),
  );
  if (faults.length > 0)
    return refuse(
      'machinesNotInPlan',
      `${faults.length} of the machines are neither in this wave nor in a later one of the plan; make a new plan for other machines.`,
      faults.slice(0, 20),
    );
  const excluded = new Set([...(wave.excluded ?? []), ...remove.filter((id) => known.has(id))]);
  const added = new Set([...(wave.added ?? []), ...add.filter((id) => !known.has(id))]);
  for (const id of add) excluded.delete(id);
  for (const id of remove) added.delete(id);
  if (excluded.size > MOST || added.size > MOST)
    return refuse('machinesNotInPlan', `A wave differs from its plan by ${MOST} machines at most.`);
  const next: Wave = {
    ...wave,
    excluded: [...excluded].sort(),
    added: [...added].sort(),
    machineCount: known.size - excluded.size + added.size,
  };
  return JSON.stringify([next.excluded, next.added]) ===
    JSON.stringify([wave.excluded ?? [], wave.added ?? []])
    ? unchanged(wave)
    : changed(next);
}

/** The machines that a wave works on: those of its plan, less and more what was changed before it began. */
export async function membersOf(
  ledger: Ledger,
  plan: Plan,
  { index, excluded = [], added = [] }: Pick<Wave, 'index' | 'excluded' | 'added'>,
): Promise<PlannedMachine[]> {
  const out = new Set(excluded);
  const members = (await ledger.plans.machines(plan.id, index)).filter(({ id }) => !out.has(id));
  if (added.length === 0) return members;
  const wanted = new Set(added);
  const ids = new Set(members.map(({ id }) => id));
  for (const later of plan.waves.filter((one) => one.index > index)) {
    for (const machine of await ledger.plans.machines(plan.id, later.index))
      if (wanted.has(machine.id) && !ids.has(machine.id)) members.push(machine);
  }
  return members;
}

/** Ids of the machines of a plan's wave, and of all waves after it. */
export async function planIds(
  ledger: Ledger,
  plan: Plan,
  index: number,
): Promise<{ known: Set<string>; later: Set<string> }> {
  const known = new Set((await ledger.plans.machines(plan.id, index)).map(({ id }) => id));
  const later = new Set<string>();
  for (const wave of plan.waves.filter((one) => one.index > index))
    for (const { id } of await ledger.plans.machines(plan.id, wave.index)) later.add(id);
  return { known, later };
}
