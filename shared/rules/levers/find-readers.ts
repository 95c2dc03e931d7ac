import { type ReadHoldersDependencies, readHolders } from '../blast-radius/read-holders.ts';
import { tableUses } from '../blast-radius/table-uses.ts';
import type { KnownReaders } from './readers.ts';

/**
 * Who reads the tables of a workspace, as far as it can be told. Trouble is no reason to stop here: volumes are
 * worth knowing without readers, and every lever then says that its readers are not known.
 */
export async function findReaders(
  dependencies: ReadHoldersDependencies,
  workspaceResourceId: string,
): Promise<KnownReaders> {
  const held = await readHolders(dependencies, workspaceResourceId);
  if (!held.ok) return { uses: null, unread: [{ what: 'queries', reason: held.trouble.message }] };
  const { holders, schemas, unread } = held.value;
  return { uses: await tableUses(holders, schemas), unread };
}
