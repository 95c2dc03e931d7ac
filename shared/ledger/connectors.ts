import { shortHash } from '../model/ids.ts';
import type { Store } from './store.ts';

/** The value of a legacy collection setting before this app changed it, so that it can be restored. */
export interface StoredCollection {
  readonly workspaceId: string;
  readonly kind: string;
  readonly name: string;
  readonly tier: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly storedAt: string;
  readonly waveId: string;
}

export function createConnectors(store: Store) {
  const partitionOf = (workspaceId: string) => `connector|${shortHash(workspaceId, 24)}`;
  return {
    /** Keeps the value that is about to be changed; callers pass active settings only, so "None" never replaces one. */
    async remember(value: StoredCollection): Promise<void> {
      const partition = partitionOf(value.workspaceId);
      await store.write(partition, [{ kind: 'upsert', row: value.kind, value }]);
    },
    async stored(workspaceId: string): Promise<StoredCollection[]> {
      const page = await store.list(partitionOf(workspaceId));
      return page.rows.map(({ value }) => value as StoredCollection);
    },
  };
}
