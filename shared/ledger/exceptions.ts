import type { DataException } from '../model/data-exception.ts';
import { contentHash } from '../model/ids.ts';
import { allRows, type Store } from './store.ts';

const PARTITION = 'exceptions';

/** Accepted verdicts; revoked and expired ones stay, for they explain removals of their time. */
export function createExceptions(store: Store) {
  return {
    /** The same exception asked for twice is one; asked for again after it was revoked, it is a new one. */
    async add(exception: Omit<DataException, 'id' | 'revoked'>): Promise<DataException> {
      const { createdAt: _, ...content } = exception;
      let id = `exception-${contentHash(content, 12)}`;
      for (;;) {
        const value: DataException = { ...exception, id, revoked: null };
        const written = await store.write(PARTITION, [{ kind: 'insert', row: id, value }]);
        if (written.ok) return value;
        const known = (await store.get(PARTITION, id))?.value as DataException;
        if (known.revoked === null) return known;
        id = `exception-${contentHash({ ...content, after: id }, 12)}`;
      }
    },

    async all(): Promise<DataException[]> {
      const found: DataException[] = [];
      for await (const { value } of allRows(store, PARTITION)) found.push(value as DataException);
      return found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },

    /** undefined: there is none of this id. One that is revoked already stays as it is. */
    async revoke(id: string, by: string, nowMs: number): Promise<DataException | undefined> {
      const found = await store.get(PARTITION, id);
      if (found === undefined) return undefined;
      const known = found.value as DataException;
      if (known.revoked !== null) return known;
      const value = { ...known, revoked: { by, at: new Date(nowMs).toISOString() } };
      await store.write(PARTITION, [{ kind: 'replace', row: id, value, etag: found.etag }]);
      return (await store.get(PARTITION, id))?.value as DataException;
    },
  };
}
