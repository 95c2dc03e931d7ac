import { ok, type Result } from '../../model/trouble.ts';
import type { QueryHolder, TableUse, Unresolved } from './model.ts';
import { type ReadHoldersDependencies, readHolders, type Unread } from './read-holders.ts';
import type { TableChange } from './table-changes.ts';
import { tableUses } from './table-uses.ts';

export interface Reader {
  readonly holder: QueryHolder;
  readonly place: string;
  /** Columns that will differ and that it names; `all` where it cannot be told, or where the whole table changes. */
  readonly columns: readonly string[] | 'all';
  /** `shows`: it names none of them, but its result has them. */
  readonly how: 'names' | 'shows' | 'cannotTell';
}

export interface AffectedChange extends TableChange {
  readonly readers: readonly Reader[];
}

/** Who reads what will change. */
export interface BlastRadius {
  readonly changes: readonly AffectedChange[];
  readonly unresolved: readonly Unresolved[];
  readonly unread: readonly Unread[];
  /** Holders that were looked into. */
  readonly holders: number;
}

/**
 * Which queries of a workspace read what will change. Reads Azure, changes nothing: one call per page of rules and
 * searches, one per workbook. Trouble as of `readHolders`.
 */
export async function blastRadius(
  dependencies: ReadHoldersDependencies,
  workspaceResourceId: string,
  changes: readonly TableChange[],
): Promise<Result<BlastRadius>> {
  const held = await readHolders(dependencies, workspaceResourceId);
  if (!held.ok) return held;
  const { holders, schemas, unread } = held.value;
  const { uses, unresolved } = await tableUses(holders, schemas);
  return ok({ changes: affected(changes, uses), unresolved, unread, holders: holders.length });
}

/** Joins changes with uses, in the order of both. People and settings write names of tables in any casing. */
export function affected(
  changes: readonly TableChange[],
  uses: readonly TableUse[],
): readonly AffectedChange[] {
  const byTable = Map.groupBy(uses, ({ table }) => table.toLowerCase());
  return changes.map((change) => ({
    ...change,
    readers: (byTable.get(change.table.toLowerCase()) ?? []).flatMap((use) => reader(change, use) ?? []),
  }));
}

function reader({ columns: changed }: TableChange, use: TableUse): Reader | undefined {
  const { holder, place, columns, wholeRows = false } = use;
  if (columns === 'all') return { holder, place, columns: 'all', how: 'cannotTell' };
  if (changed === 'all') {
    return { holder, place, columns: 'all', how: columns.length === 0 && wholeRows ? 'shows' : 'names' };
  }
  const named = columns.filter((column) => changed.includes(column));
  if (named.length > 0) return { holder, place, columns: named, how: 'names' };
  return wholeRows ? { holder, place, columns: [], how: 'shows' } : undefined;
}
