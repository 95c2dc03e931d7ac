import { shortHash } from '../model/ids.ts';
import type { ConnectorSwitch } from '../model/stream-check.ts';
import { allRows, type Store } from './store.ts';

/** The value of a legacy collection setting before this app changed it, so that it can be restored. */
export interface StoredCollection {
  readonly workspaceId: string;
  readonly kind: string;
  readonly name: string;
  readonly tier: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly storedAt: string;
  /** null: changed by a call of the API. */
  readonly waveId: string | null;
  readonly by: string;
  readonly reason: string | null;
  readonly restored: { readonly at: string; readonly by: string } | null;
}

/** Defender's automatic provisioning of a subscription before this app turned it off. */
export interface StoredProvisioning {
  readonly subscriptionId: string;
  readonly name: string;
  readonly on: boolean;
  readonly storedAt: string;
  readonly by: string;
  readonly reason: string;
}

/** What connectors were set to before they were changed, and the switches themselves. */
export function createConnectors(store: Store) {
  const partitionOf = (workspaceId: string) => `connector|${shortHash(workspaceId, 24)}`;
  const rowOf = ({ kind, name }: Pick<StoredCollection, 'kind' | 'name'>) =>
    `value|${kind}|${shortHash(name.toLowerCase(), 12)}`;
  return {
    /** Keeps the value that is about to be changed; callers pass active settings only, so "None" never replaces one. */
    async remember(value: StoredCollection): Promise<void> {
      await store.write(partitionOf(value.workspaceId), [{ kind: 'upsert', row: rowOf(value), value }]);
    },

    /** What was stored of a workspace, restored or not. */
    async stored(workspaceId: string): Promise<StoredCollection[]> {
      const found: StoredCollection[] = [];
      for await (const { value } of allRows(store, partitionOf(workspaceId), 'value|'))
        found.push(value as StoredCollection);
      return found;
    },

    async recordSwitch(value: ConnectorSwitch): Promise<void> {
      await store.write(partitionOf(value.workspaceId), [{ kind: 'upsert', row: 'switch', value }]);
    },

    /** The latest switch of a workspace. */
    async switchOf(workspaceId: string): Promise<ConnectorSwitch | undefined> {
      return (await store.get(partitionOf(workspaceId), 'switch'))?.value as ConnectorSwitch | undefined;
    },

    async rememberProvisioning(value: StoredProvisioning): Promise<void> {
      const row = shortHash(`${value.subscriptionId}|${value.name.toLowerCase()}`, 24);
      await store.write('provisioning', [{ kind: 'upsert', row, value }]);
    },
  };
}
