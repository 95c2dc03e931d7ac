import { shortHash } from '../model/ids.ts';
import { type Combination, type Pilot, type PlannedMachine, UNCOVERED_SHOWN } from '../model/plan.ts';
import type { Cohorts } from '../model/plan-request.ts';

export type CutCohorts =
  | { readonly ok: true; readonly waves: PlannedMachine[][]; readonly pilot: Pilot | null }
  /** One machine of every combination is more than a wave may hold: so many machines, instances counted. */
  | { readonly ok: false; readonly combinations: number };

/**
 * Cuts machines into waves: a pilot that takes one of every combination before a second of any, then
 * cohorts of growing or fixed sizes up to the cap. Every machine is in exactly one wave; the same machines
 * give the same waves in whatever order they come. A scale set counts as its instances; one larger than the
 * wave it is next for has that wave alone. None may be larger than the cap.
 */
export function cutCohorts(machines: readonly PlannedMachine[], cohorts: Cohorts): CutCohorts {
  const groups = combinations(machines);
  const everyCombination = groups.reduce((sum, [first]) => sum + weightOf(first), 0);
  const pilotSize = cohorts.pilotSize === 'everyCombination' ? everyCombination : cohorts.pilotSize;
  if (pilotSize > cohorts.maxSize) return { ok: false, combinations: everyCombination };
  const ordered = roundRobin(groups);
  const waves: PlannedMachine[][] = [];
  let start = pilotSize > 0 ? endOfWave(ordered, 0, pilotSize) : 0;
  if (start > 0) waves.push(ordered.slice(0, start));
  const pilot = waves[0] === undefined ? null : pilotOf(waves[0], groups);
  const sizes = sizesOf(cohorts);
  while (start < ordered.length) {
    const end = endOfWave(ordered, start, sizes.next().value);
    waves.push(ordered.slice(start, end));
    start = end;
  }
  return { ok: true, waves, pilot };
}

/** How many machines one counts as: the instances of a scale set, else one. */
export function weightOf(machine: Pick<PlannedMachine, 'instances'> | undefined): number {
  return Math.max(1, machine?.instances ?? 1);
}

/** Where a wave that starts somewhere ends: as many machines as its size allows, and always one. */
function endOfWave(ordered: readonly PlannedMachine[], start: number, size: number): number {
  let end = start;
  let weight = 0;
  for (; end < ordered.length; end += 1) {
    weight += weightOf(ordered[end]);
    if (weight > size && end > start) break;
  }
  return end;
}

/** Sizes of the waves after the pilot, without end. */
function* sizesOf({ sizes, firstSize, growth, maxSize }: Cohorts): Generator<number, never> {
  if (sizes !== undefined) yield* sizes;
  for (let size = sizes?.at(-1) ?? firstSize; ; ) {
    yield size;
    if (sizes === undefined) size = Math.min(maxSize, Math.ceil(size * growth));
  }
}

type Group = readonly PlannedMachine[];

/** Machines by combination, the most frequent first; the order depends on the machines alone. */
function combinations(machines: readonly PlannedMachine[]): Group[] {
  const groups = new Map<string, { order: string; machine: PlannedMachine }[]>();
  for (const machine of machines) {
    const key = combinationKey(machine);
    const entry = { order: shortHash(machine.id), machine };
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups]
    .sort(([a, { length: m }], [b, { length: n }]) => n - m || compare(a, b))
    .map(([, group]) =>
      group
        .sort((a, b) => compare(a.order, b.order) || compare(a.machine.id, b.machine.id))
        .map(({ machine }) => machine),
    );
}

/** One machine of every group in turn; a group that is used up drops out. */
function roundRobin(groups: readonly Group[]): PlannedMachine[] {
  const ordered: PlannedMachine[] = [];
  let left = groups;
  for (let i = 0; left.length > 0; i += 1) {
    left = left.filter(({ length }) => i < length);
    for (const group of left) ordered.push(group[i] as PlannedMachine);
  }
  return ordered;
}

function pilotOf(pilot: readonly PlannedMachine[], groups: readonly Group[]): Pilot {
  // The pilot takes groups in order, so what it does not reach is the end of the list.
  const uncovered = groups.slice(Math.min(pilot.length, groups.length));
  return {
    machines: pilot.length,
    combinations: groups.length,
    uncoveredCount: uncovered.length,
    uncovered: uncovered
      .slice(0, UNCOVERED_SHOWN)
      .flatMap((group) => (group[0] === undefined ? [] : combinationOf(group[0], group.length))),
  };
}

function combinationOf(machine: PlannedMachine, machines: number): Combination {
  const { os: family, osRelease, kind, region, proxyProfile } = machine;
  const os = osRelease ?? family;
  return { os, kind, region, workspaces: workspacesOf(machine), proxyProfile, machines };
}

function combinationKey(machine: PlannedMachine): string {
  const { os, osRelease, kind, region, proxyProfile } = machine;
  return JSON.stringify([kind, os, osRelease ?? null, region, proxyProfile, ...workspacesOf(machine)]);
}

/** Workspaces its rules send to, each once, in order. */
function workspacesOf({ rules }: PlannedMachine): string[] {
  return [...new Set(rules.flatMap(({ workspaceId }) => workspaceId ?? []))].sort();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
