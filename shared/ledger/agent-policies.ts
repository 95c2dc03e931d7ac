import { shortHash } from '../model/ids.ts';
import type { StoredWish } from '../policies/wish.ts';
import { allRows, type Store } from './store.ts';

const PARTITION = 'agent-policies';

/** Scopes at which policies for agents were assigned, each with what was asked for last. */
export function createAgentPolicies(store: Store) {
  return {
    async put(wish: StoredWish): Promise<void> {
      await store.write(PARTITION, [{ kind: 'upsert', row: shortHash(wish.scope, 24), value: wish }]);
    },

    async all(): Promise<StoredWish[]> {
      const wishes: StoredWish[] = [];
      for await (const { value } of allRows(store, PARTITION)) wishes.push(value as StoredWish);
      return wishes;
    },
  };
}
