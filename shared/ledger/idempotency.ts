import { shortHash } from '../model/ids.ts';
import type { Store } from './store.ts';

/** A use of an Idempotency-Key: who claimed it with which request, and the answer once there is one. */
export interface KeyUse {
  readonly requestHash: string;
  readonly answer: StoredAnswer | null;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function createIdempotency(store: Store) {
  const place = (key: string) => {
    const hash = shortHash(key, 40);
    return [`idempotency|${hash.slice(0, 2)}`, hash] as const;
  };
  return {
    /** Claims a key for a request; returns the use that stands, which is an earlier one if there is any. */
    async claim(key: string, requestHash: string): Promise<KeyUse> {
      const [partition, row] = place(key);
      const mine: KeyUse = { requestHash, answer: null };
      const written = await store.write(partition, [{ kind: 'insert', row, value: mine }]);
      if (written.ok) return mine;
      return ((await store.get(partition, row))?.value as KeyUse | undefined) ?? mine;
    },

    /** Keeps the first answer and returns it; a later one for the same key changes nothing. */
    async answer(key: string, answer: StoredAnswer): Promise<StoredAnswer> {
      const [partition, row] = place(key);
      const found = await store.get(partition, row);
      const use = found?.value as KeyUse | undefined;
      if (found === undefined || use === undefined) return answer;
      if (use.answer !== null) return use.answer;
      const value: KeyUse = { ...use, answer };
      const written = await store.write(partition, [{ kind: 'replace', row, value, etag: found.etag }]);
      if (written.ok) return answer;
      return ((await store.get(partition, row))?.value as KeyUse | undefined)?.answer ?? answer;
    },

    /** Gives a claim back that came to nothing; an answered one stays. */
    async release(key: string): Promise<void> {
      const [partition, row] = place(key);
      const found = await store.get(partition, row);
      if ((found?.value as KeyUse | undefined)?.answer !== null) return;
      await store.write(partition, [{ kind: 'delete', row }]);
    },
  };
}
