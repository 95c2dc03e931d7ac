import type { State } from '../state/state.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { rowActivity } from '../telemetry/activity.ts';
import { heartbeatHours } from '../telemetry/heartbeats.ts';
import { keyShares } from '../telemetry/keys.ts';
import { ingestionLag, phase, rowRate } from '../telemetry/rates.ts';
import { rowsByHour, type Series } from '../telemetry/series.ts';
import type { Owner } from './owners.ts';
import { compare, datetime, dynamic, iso, type LogTable, real, string } from './table.ts';

const HOUR_MS = 3_600_000;
/** As the query's `top`. */
const MOST_KEYS = 300;

export interface SeriesWindow {
  readonly since: number;
  readonly until: number;
  readonly important: ReadonlySet<string>;
  /** In lower case. */
  readonly ignored: ReadonlySet<string>;
  /** Counters in another rhythm, with their shares, and the end of the time before; adds a column. */
  readonly rhythms?: { readonly shares: ReadonlyMap<string, number>; readonly baselineUntil: number };
}

/** Answers `table-series` and its kin: rows an hour of machines, of their important keys, and of all keys together. */
export function seriesRows(
  state: State,
  workspace: Workspace,
  tables: readonly string[],
  owners: readonly Owner[],
  window: SeriesWindow,
  now: number,
): LogTable {
  const rows: (readonly [string, string, readonly number[], number | null, number | null])[] = [];
  const together = new Map<string, number[]>();
  let delay: number | null = null;
  for (const owner of owners) {
    const total = new Map<string, number[]>();
    const important = new Map<string, number[]>();
    const before = { all: 0, left: 0 };
    for (const [machine, table] of owner.machines.flatMap((one) =>
      tables.map((name) => [one, name] as const),
    )) {
      const lag = ingestionLag(state, machine, table);
      const seen = machineRows(state, machine, workspace, table, { ...window, visible: now - lag });
      if (seen === undefined) continue;
      delay = Math.max(delay ?? 0, lag / 1000);
      add(total, '', seen.total);
      for (const { key, important: matters, counts } of seen.keys) {
        if (matters) add(important, key, counts);
        add(together, key, counts);
        if (window.rhythms !== undefined) weigh(before, key, counts, window, window.rhythms);
      }
    }
    for (const [key, counts] of [...total, ...important]) rows.push([owner.key, key, counts, null, null]);
    if (before.all > 0) rows.push([owner.key, '', [], null, before.left / before.all]);
  }
  const most = [...together].sort(([a, m], [b, n]) => sum(n) - sum(m) || compare(a, b)).slice(0, MOST_KEYS);
  for (const [key, counts] of most) rows.push(['', key, counts, null, null]);
  rows.push(['', '', [], delay, null]);
  rows.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  // The API gives dynamic columns as texts.
  const columns = [string('ResourceId'), string('KeyName'), dynamic('counts'), real('delaySeconds')];
  const withShare = window.rhythms !== undefined;
  return {
    columns: withShare ? [...columns, real('share')] : columns,
    rows: rows.map(([machine, key, counts, seconds, share]) => {
      const row = [machine, key, JSON.stringify(counts), seconds];
      return withShare ? [...row, share] : row;
    }),
  };
}

/** Adds the rows of a key from before its new rhythm, and what is left of them in it. */
function weigh(
  sums: { all: number; left: number },
  key: string,
  counts: readonly number[],
  { since }: SeriesWindow,
  { shares, baselineUntil }: NonNullable<SeriesWindow['rhythms']>,
): void {
  const rows = sum(counts.filter((_, i) => since + i * HOUR_MS < baselineUntil));
  const counter = key.toLowerCase().replace(/\(.*\)(?=\\)/, '');
  sums.all += rows;
  sums.left += rows * (shares.get(counter) ?? 1);
}

/** Answers `heartbeat-series`: heartbeats an hour of each agent of the machines. */
export function heartbeatSeriesRows(
  state: State,
  workspace: Workspace,
  owners: readonly Owner[],
  window: { readonly oldest: number; readonly since: number; readonly until: number },
  now: number,
): LogTable {
  const rows = owners.flatMap(({ key, machines }) =>
    [
      ...Map.groupBy(
        machines.flatMap((machine) => heartbeatHours(state, machine, workspace, window, now)),
        ({ category }) => category,
      ),
    ]
      .sort(([a], [b]) => compare(a, b))
      .map(([category, all]) => {
        const summed = new Map<string, number[]>();
        for (const { counts } of all) add(summed, category, counts);
        const counts = summed.get(category) ?? [];
        return [
          ...[key, category, iso(Math.min(...all.map(({ firstSeen }) => firstSeen)))],
          iso(Math.max(...all.map(({ lastSeen }) => lastSeen))),
          Math.max(...all.map(({ aheadSeconds }) => aheadSeconds)),
          // The join finds nothing where no heartbeat is in the hours.
          counts.some((count) => count > 0) ? JSON.stringify(counts) : null,
        ];
      }),
  );
  const texts = [string('ResourceId'), string('Category')];
  const times = [datetime('firstSeen'), datetime('lastSeen')];
  return { columns: [...texts, ...times, real('aheadSeconds'), dynamic('counts')], rows };
}

interface Seen {
  readonly total: number[];
  readonly keys: { readonly key: string; readonly important: boolean; readonly counts: number[] }[];
}

/** Rows an hour of one machine, both agents together; undefined where there are none. */
function machineRows(
  state: State,
  machine: Machine,
  workspace: Workspace,
  table: string,
  { since, until, important, ignored, visible }: SeriesWindow & { visible: number },
): Seen | undefined {
  const bins = Math.round((until - since) / HOUR_MS);
  const total = new Array<number>(bins).fill(0);
  const shares = keyShares(state, machine, table);
  const keys = new Map<string, number[]>();
  for (const agent of ['ama', 'legacy'] as const) {
    const rate = rowRate(state, machine, agent, table);
    const active = rate > 0 ? rowActivity(state, machine, agent, table, workspace) : [];
    if (active.length === 0) continue;
    const series: Series = { active, rate, phase: phase(state, machine, agent, table) };
    const before = rowsByHour(series, { since, until }, visible);
    // A key that the agent misses is missing from the total, too.
    const written = shares
      .filter(({ key }) => !ignored.has(key.toLowerCase()))
      .map(({ key, share, ofAma }) => ({ key, share: agent === 'ama' ? share * ofAma : share }))
      .filter(({ share }) => share > 0);
    const all = sum(shares.map(({ share }) => share)) || 1;
    const kept = shares.length === 0 ? 1 : sum(written.map(({ share }) => share)) / all;
    accumulate(total, before, kept);
    for (const { key, share } of written) {
      const counts = keys.get(key) ?? new Array<number>(bins).fill(0);
      accumulate(counts, before, share / all);
      keys.set(key, counts);
    }
  }
  if (sum(total) === 0) return undefined;
  const groups = new Map(shares.map(({ key, group }) => [key, group]));
  return {
    total,
    keys: [...keys].map(([key, counts]) => ({
      ...{ key, counts },
      important: important.has(key) || important.has(groups.get(key) ?? ''),
    })),
  };
}

/** Adds the rows of each hour, a share of a running count: whole rows that add up over any hours. */
function accumulate(counts: number[], before: readonly number[], share: number): void {
  for (let i = 0; i < counts.length; i += 1) {
    const rows = Math.floor((before[i + 1] as number) * share) - Math.floor((before[i] as number) * share);
    counts[i] = (counts[i] as number) + rows;
  }
}

function add(together: Map<string, number[]>, key: string, counts: readonly number[]): void {
  const known = together.get(key);
  if (known === undefined) together.set(key, [...counts]);
  else
    counts.forEach((rows, i) => {
      known[i] = (known[i] as number) + rows;
    });
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
