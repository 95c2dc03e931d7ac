import { shortHash } from '../model/ids.ts';
import type { Store } from './store.ts';

/** The first answer given under an Idempotency-Key. */
export interface StoredAnswer {
  readonly requestHash: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly at: string;
}

export function createIdempotency(store: Store) {
  const place = (key: string) => {
    const hash = shortHash(key, 40);
    return [`idempotency|${hash.slice(0, 2)}`, hash] as const;
  };
  return {
    async find(key: string): Promise<StoredAnswer | undefined> {
      const found = await store.get(...place(key));
      return found?.value as StoredAnswer | undefined;
    },
    /** Keeps the first answer; a second one for the same key changes nothing. */
    async remember(key: string, answer: StoredAnswer): Promise<void> {
      const [partition, row] = place(key);
      await store.write(partition, [{ kind: 'insert', row, value: answer }]);
    },
  };
}
