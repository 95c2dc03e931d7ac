import { shortHash } from '../model/ids.ts';
import type { PlannedMachine, PlanRequest } from '../model/plan.ts';

/**
 * Cuts machines into waves: a pilot that takes one of every kind before a second of any, then cohorts
 * that grow to the cap. Every machine is in exactly one wave; the same input gives the same waves.
 */
export function cutCohorts(
  machines: readonly PlannedMachine[],
  cohorts: PlanRequest['cohorts'],
): PlannedMachine[][] {
  const ordered = roundRobin(machines);
  const waves: PlannedMachine[][] = [];
  let start = 0;
  if (cohorts.pilotSize > 0 && ordered.length > 0) {
    waves.push(ordered.slice(0, cohorts.pilotSize));
    start = cohorts.pilotSize;
  }
  for (let size: number = cohorts.firstSize; start < ordered.length; size = grow(size, cohorts)) {
    waves.push(ordered.slice(start, start + size));
    start += size;
  }
  return waves;
}

function grow(size: number, { growth, maxSize }: PlanRequest['cohorts']): number {
  return Math.min(maxSize, Math.ceil(size * growth));
}

/** One machine of every combination in turn, in an order that depends on ids alone. */
function roundRobin(machines: readonly PlannedMachine[]): PlannedMachine[] {
  const groups = new Map<string, { order: string; machine: PlannedMachine }[]>();
  for (const machine of machines) {
    const key = combination(machine);
    const group = groups.get(key) ?? [];
    group.push({ order: shortHash(machine.id), machine });
    groups.set(key, group);
  }
  const sorted = [...groups]
    .sort(([a], [b]) => compare(a, b))
    .map(([, group]) =>
      group.sort((a, b) => compare(a.order, b.order) || compare(a.machine.id, b.machine.id)),
    );
  const longest = sorted.reduce((n, group) => Math.max(n, group.length), 0);
  const ordered: PlannedMachine[] = [];
  for (let i = 0; i < longest; i += 1) {
    for (const group of sorted) {
      const entry = group[i];
      if (entry !== undefined) ordered.push(entry.machine);
    }
  }
  return ordered;
}

function combination(machine: PlannedMachine): string {
  const workspaces = machine.rules.map(({ workspaceId }) => workspaceId).sort();
  return [machine.kind, machine.os, machine.cell, machine.proxyProfile ?? '', ...new Set(workspaces)].join(
    '|',
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
