import { DAY_MS, HOUR_MS } from '../statistics/series.ts';
import type { Placed, SetWindows } from './sets.ts';
import type { TableHours } from './table-hours.ts';

/** The last hours, in which a stream that stopped must not hide behind the rows of the days before. */
const RECENT_HOURS = 3;
/** Rows the quietest day of the baseline had in these hours, below which silence is nothing strange. */
const MIN_ROWS = 10;

/** Whether a table fell silent in hours in which every day of the baseline was busy. */
export function fellSilent(
  { hours, machines }: TableHours,
  machine: Placed,
  { baselineSince }: SetWindows,
): boolean {
  const counts = machines.get(machine.id);
  if (counts === undefined) return false;
  const rowsIn = (end: number) => {
    let rows = 0;
    for (let at = end - RECENT_HOURS * HOUR_MS; at < end; at += HOUR_MS)
      rows += counts[Math.round((at - hours.since) / HOUR_MS)] ?? 0;
    return rows;
  };
  if (rowsIn(hours.until) > 0 || hours.until - RECENT_HOURS * HOUR_MS < machine.currentSince) return false;
  let quietest = Number.POSITIVE_INFINITY;
  for (let end = hours.until - DAY_MS; end - RECENT_HOURS * HOUR_MS >= baselineSince; end -= DAY_MS)
    if (end <= machine.baselineUntil) quietest = Math.min(quietest, rowsIn(end));
  return quietest !== Number.POSITIVE_INFINITY && quietest >= MIN_ROWS;
}

/** Hours within which the newest row of a table counts as fresh. */
const FRESH_HOURS = 3;

/**
 * Without a baseline: rows are there, they are fresh, and they are not far below those of machines of the same
 * rules. `rows` of the machine and of its peers are of the same hours.
 */
export function suffices(
  { hours, machines }: TableHours,
  machineId: string,
  peers: readonly string[],
): { readonly enough: boolean; readonly why: string } {
  const total = (id: string) => (machines.get(id) ?? []).reduce((sum, rows) => sum + rows, 0);
  const rows = total(machineId);
  if (rows === 0)
    return { enough: false, why: 'No rows yet, and nothing of the legacy agent to compare with.' };
  const last = (machines.get(machineId) ?? []).findLastIndex((count) => count > 0);
  const age = (hours.until - hours.since) / HOUR_MS - 1 - last;
  if (age >= FRESH_HOURS) return { enough: false, why: `The newest rows are ${age} hours old.` };
  const others = peers.filter((id) => id !== machineId).map(total);
  const judged = plausible(rows, others);
  return judged.ok
    ? {
        enough: true,
        why: `${rows} rows, fresh${judged.among}; nothing of the legacy agent to compare with.`,
      }
    : { enough: false, why: `${rows} rows are far fewer than those of machines with the same rules.` };
}

/** Peers below which their middle says nothing. */
const MIN_PEERS = 5;
/** Of the middle machine's rows, what a machine must have. */
const FAR_BELOW = 0.1;

function plausible(rows: number, others: readonly number[]): { ok: boolean; among: string } {
  if (others.length < MIN_PEERS) return { ok: true, among: '' };
  const sorted = others.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { ok: rows >= middle * FAR_BELOW, among: ` and like those of ${others.length} others` };
}
