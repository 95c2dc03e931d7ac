import type { Unit } from '../statistics/judge-units.ts';
import { HOUR_MS, type HourCount } from '../statistics/series.ts';
import type { Expected } from './expectation.ts';
import type { Heard } from './heard.ts';
import { type Hours, hourCount } from './hours.ts';
import type { JudgedSet, Placed, SetWindows } from './sets.ts';
import type { TableHours } from './table-hours.ts';

/** A unit's name: a machine's table, one of its keys, or the same of all machines of the set. */
export function unitId(machineId: string, key = ''): string {
  return `${machineId}\n${key}`;
}
/** Stands for all machines of a set. */
export const COHORT = '*';

export interface UnitInput {
  readonly set: JudgedSet;
  readonly windows: SetWindows;
  readonly table: TableHours;
  readonly heard: ReadonlyMap<string, Heard>;
  readonly expected: Expected;
  /** Rows before this are complete. */
  readonly completeUntil: number;
}

/** Everything of one table that is judged together: each machine, its important keys, and the cohort. */
export function unitsOf(input: UnitInput): Unit[] {
  const { set, table, heard, windows } = input;
  const hours = (counts: readonly number[] | undefined, up: readonly number[]) =>
    hourCounts(table.hours, counts, up, input.completeUntil);
  const unit = (who: Who, by: Unit['by'], series: readonly HourCount[], cut: Cut): Unit => ({
    // Machines are alike in a table or key; what all of them write together is steadier than any of them.
    ...{ id: unitId(who.id, who.key), by, family: who.id === COHORT ? COHORT : (who.key ?? '') },
    comparison: {
      ...split(series, cut, windows.baselineSince),
      expected: input.expected(who.id, who.key),
    },
  });
  const units: Unit[] = [];
  for (const machine of set.machines) {
    const up = heard.get(machine.id)?.up ?? [];
    const counts = table.machines.get(machine.id);
    if (counts !== undefined) units.push(unit({ id: machine.id }, 'volume', hours(counts, up), machine));
    for (const [key, rows] of table.importantKeys.get(machine.id) ?? [])
      units.push(unit({ id: machine.id, key }, 'presence', hours(rows, up), machine));
  }
  const bins = hourCount(table.hours);
  const together = upTogether(set.machines, heard, bins);
  const all = total(set.machines, table, bins);
  if (set.machines.length > 1 && all !== undefined)
    units.push(unit({ id: COHORT }, 'volume', hours(all, together), windows));
  for (const [key, counts] of table.keys)
    units.push(unit({ id: COHORT, key }, 'volume', hours(counts, together), windows));
  return units;
}

interface Who {
  readonly id: string;
  readonly key?: string;
}

/** Rows hour by hour, with the share of each hour in which there could be some and all of them have arrived. */
export function hourCounts(
  hours: Hours,
  counts: readonly number[] | undefined,
  up: readonly number[],
  completeUntil: number,
): HourCount[] {
  const found: HourCount[] = [];
  for (let i = 0, start = hours.since; start < hours.until; i += 1, start += HOUR_MS) {
    const rows = counts?.[i] ?? 0;
    const complete = start + HOUR_MS <= completeUntil;
    // Rows without heartbeats show that the machine was up all the same.
    const exposure = complete ? (rows > 0 ? Math.max(up[i] ?? 0, 1) : (up[i] ?? 0)) : 0;
    found.push({ start, rows, exposure });
  }
  return found;
}

type Cut = Pick<Placed, 'baselineUntil' | 'currentSince'>;

/** Longest stretch that is judged: what went wrong before it is over. */
const CURRENT_MS = 72 * HOUR_MS;

function split(series: readonly HourCount[], { baselineUntil, currentSince }: Cut, baselineSince: number) {
  const end = (series.at(-1)?.start ?? 0) + HOUR_MS;
  const since = Math.max(currentSince, end - CURRENT_MS);
  return {
    baseline: series.filter(({ start }) => start >= baselineSince && start + HOUR_MS <= baselineUntil),
    current: series.filter(({ start }) => start >= since),
  };
}

/** Mean over the machines: an hour in which half of them were up is half exposed. */
function upTogether(machines: readonly Placed[], heard: ReadonlyMap<string, Heard>, bins: number): number[] {
  const up = new Array<number>(bins).fill(0);
  for (const { id } of machines)
    (heard.get(id)?.up ?? []).forEach((share, i) => {
      up[i] = (up[i] ?? 0) + share / machines.length;
    });
  return up;
}

function total(machines: readonly Placed[], table: TableHours, bins: number): number[] | undefined {
  const sums = new Array<number>(bins).fill(0);
  let found = false;
  for (const { id } of machines) {
    const counts = table.machines.get(id);
    if (counts === undefined) continue;
    found = true;
    counts.forEach((rows, i) => {
      sums[i] = (sums[i] ?? 0) + rows;
    });
  }
  return found ? sums : undefined;
}
