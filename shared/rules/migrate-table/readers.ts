import { ok, type Result } from '../../model/trouble.ts';
import { type BlastRadius, blastRadius, type Reader } from '../blast-radius/blast-radius.ts';
import type { QueryHolder, Unresolved } from '../blast-radius/model.ts';
import type { ReadHoldersDependencies } from '../blast-radius/read-holders.ts';

interface Place extends Pick<QueryHolder, 'kind' | 'id' | 'name' | 'enabled'> {
  readonly place: string;
}

/** Who reads a table, and whom nobody can tell it of. */
export interface TableReaders {
  readonly readers: readonly (Place & Pick<Reader, 'how'>)[];
  readonly unresolved: readonly (Place & Pick<Unresolved, 'why'>)[];
  readonly unread: BlastRadius['unread'];
}

/**
 * The queries that read a table: their owners should know of its migration, which takes no column from them but
 * ends custom fields and new columns. One call per workbook; trouble as of `blastRadius`.
 */
export async function readReaders(
  dependencies: ReadHoldersDependencies,
  workspaceResourceId: string,
  table: string,
): Promise<Result<TableReaders>> {
  const change = { table, columns: 'all' as const, code: 'tableMigration', why: 'The table is migrated.' };
  const found = await blastRadius(dependencies, workspaceResourceId, [change]);
  if (!found.ok) return found;
  const { changes, unresolved, unread } = found.value;
  return ok({
    readers: changes.flatMap(({ readers }) =>
      readers.map(({ holder, place, how }) => ({ ...shortOf(holder), place, how })),
    ),
    unresolved: unresolved.map(({ holder, place, why }) => ({ ...shortOf(holder), place, why })),
    unread,
  });
}

function shortOf({ kind, id, name, enabled }: QueryHolder) {
  return { kind, id, name, enabled };
}
