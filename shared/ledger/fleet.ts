import type { Digest } from '../model/digest.ts';
import type { FleetSnapshot } from '../model/fleet.ts';
import { contentHash } from '../model/ids.ts';
import type { InventoryScope } from '../model/inventory.ts';
import { allRows, type Store } from './store.ts';

const DIGESTS = 'digests';

/** The fleet by agent over time, a row a day and scope, and the digests that were made. */
export function createFleet(store: Store) {
  const historyOf = (scope: InventoryScope) => `fleet|${contentHash(scope)}`;
  return {
    /** The last snapshot of a day is the day's; a late one of an earlier inventory changes nothing. */
    async record(scope: InventoryScope, snapshot: FleetSnapshot): Promise<void> {
      const row = snapshot.at.slice(0, 10);
      const known = (await store.get(historyOf(scope), row))?.value as FleetSnapshot | undefined;
      if (known !== undefined && known.at > snapshot.at) return;
      await store.write(historyOf(scope), [{ kind: 'upsert', row, value: snapshot }]);
    },

    /** Oldest first, from a day on. */
    async history(scope: InventoryScope, fromDay = ''): Promise<FleetSnapshot[]> {
      const found: FleetSnapshot[] = [];
      for await (const { row, value } of allRows(store, historyOf(scope)))
        if (row >= fromDay) found.push(value as FleetSnapshot);
      return found;
    },

    async digest(id: string): Promise<Digest | undefined> {
      return (await store.get(DIGESTS, id))?.value as Digest | undefined;
    },

    /** The first of an id stays. */
    async putDigest(digest: Digest): Promise<void> {
      await store.write(DIGESTS, [{ kind: 'insert', row: digest.id, value: digest }]);
    },
  };
}
