import type { StandCounts, TableTally, Tally } from './tally.ts';

/** Missing keys that a table names. */
const KEYS_SHOWN = 10;

/** What the verdicts of a wave say about one table of a workspace. */
export interface TableVerdicts {
  readonly workspaceId: string;
  readonly table: string;
  readonly machines: StandCounts;
  /** Rows of the new window and of the one before it, of all machines judged. */
  readonly rows: number;
  readonly baselineRows: number;
  /** The machine whose new agent writes least of what is expected of it; null where no share is known. */
  readonly lowest: TableTally['lowest'];
  /** The most frequent first. */
  readonly reasons: readonly { readonly code: string; readonly machines: number }[];
  /** Keys that came before and come no more, the most frequent first; at most ten. */
  readonly missingKeys: readonly { readonly key: string; readonly machines: number }[];
  /** Ids of the queries behind it. */
  readonly queries: readonly string[];
}

export interface WorkspaceVerdicts {
  readonly workspaceId: string;
  readonly machines: StandCounts;
}

/** Tables with a failed machine first, then by open ones, workspace and name. */
export function tableVerdicts({ tables }: Tally): TableVerdicts[] {
  return [...tables.values()]
    .map(({ reasons, missingKeys, queries, ...rest }) => ({
      ...rest,
      reasons: ranked(reasons).map(([code, machines]) => ({ code, machines })),
      missingKeys: ranked(missingKeys)
        .slice(0, KEYS_SHOWN)
        .map(([key, machines]) => ({ key, machines })),
      queries: [...queries].sort(),
    }))
    .sort(
      (a, b) =>
        b.machines.fail - a.machines.fail ||
        b.machines.inconclusive - a.machines.inconclusive ||
        compare(a.workspaceId, b.workspaceId) ||
        compare(a.table, b.table),
    );
}

/** A machine counts once in a workspace, by the worst of its tables there. */
export function workspaceVerdicts({ workspaces }: Tally): WorkspaceVerdicts[] {
  return [...workspaces]
    .map(([workspaceId, machines]) => ({ workspaceId, machines }))
    .sort((a, b) => compare(a.workspaceId, b.workspaceId));
}

function ranked(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
