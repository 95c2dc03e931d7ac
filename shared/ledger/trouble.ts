import { isRefusal } from './refusals.ts';
import type { Store } from './store.ts';

const CODE = 'ledgerTrouble';

/** Whether a thrown error says that the ledger's storage failed: an outage, and no bug of whoever asked. */
export function isLedgerTrouble(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === CODE;
}

/** Marks what a store throws, so that it is not taken for a bug of a stage; what it refuses stays one. */
export function marked(store: Store): Store {
  const named = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      if (isRefusal(cause)) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw Object.assign(new Error(message, { cause }), { code: CODE });
    });
  return {
    get: (partition, row) => named(store.get(partition, row)),
    list: (partition, options) => named(store.list(partition, options)),
    write: (partition, operations) => named(store.write(partition, operations)),
    close: () => store.close(),
  };
}
