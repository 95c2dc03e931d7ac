import type { Store, WriteOperation, WriteResult } from '../../shared/ledger/store.ts';
import type { AuditEntry } from '../../shared/model/wave.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Tally } from './tally.ts';

/** An entry of the audit trail, and how many requests Azure had answered when it was first written. */
export interface Journaled {
  readonly entry: AuditEntry;
  readonly after: number;
}

/** Notes when which entry of the audit trail was really there: clocks that leap cannot tell. */
export function journaling(store: Store, requests: () => number, journal: Journaled[]): Store {
  const known = new Set<string>();
  return {
    ...store,
    async write(partition, operations) {
      const after = requests();
      const written = await store.write(partition, operations);
      if (!written.ok || !partition.startsWith('audit|')) return written;
      for (const operation of operations) {
        const key = `${partition}/${operation.row}`;
        if (operation.kind === 'delete' || known.has(key)) continue;
        known.add(key);
        journal.push({ entry: operation.value as AuditEntry, after });
      }
      return written;
    },
  };
}

/** A store with the trouble of a remote one: other writers, refusals, answers that get lost. */
export function faulty(store: Store, faults: FaultPlan['ledger'], dice: Dice, tally: Tally): Store {
  function count(name: string): void {
    tally.add(`ledger: ${name}`);
  }
  return {
    ...store,
    async write(partition, operations) {
      const first = operations[0];
      const roll = dice.roll('ledger', partition, first?.row ?? '', first?.kind ?? '');
      if (roll < faults.refused) {
        count('write refused');
        throw new Error('injected: the ledger did not answer');
      }
      if (roll < faults.refused + faults.answerLost) {
        count('answer lost');
        await store.write(partition, operations);
        throw new Error('injected: the answer of the ledger got lost');
      }
      if (roll < faults.refused + faults.answerLost + faults.conflict) {
        const conflict = await conflictOf(store, partition, operations);
        if (conflict !== undefined) {
          count('write conflict');
          return conflict;
        }
      }
      return store.write(partition, operations);
    },
  };
}

/**
 * As if another writer had been faster: a replace finds the row changed. A single insert is written and then
 * refused, as when the client of the storage repeats one whose answer got lost.
 */
async function conflictOf(
  store: Store,
  partition: string,
  operations: readonly WriteOperation[],
): Promise<WriteResult | undefined> {
  const replace = operations.find(({ kind }) => kind === 'replace');
  if (replace !== undefined) return { ok: false, code: 'changed', row: replace.row };
  const [insert] = operations;
  if (operations.length !== 1 || insert?.kind !== 'insert') return undefined;
  await store.write(partition, operations);
  return { ok: false, code: 'exists', row: insert.row };
}

/** A store that never answers once its life is over: what waits for it has died with its process. */
export function mortal(store: Store, isAlive: () => boolean, onWritten: () => void): Store {
  async function answered<T>(work: () => Promise<T>): Promise<T> {
    if (!isAlive()) return never();
    const result = await work().catch((error: unknown) => (isAlive() ? Promise.reject(error) : never<T>()));
    return isAlive() ? result : never();
  }
  return {
    get: (partition, row) => answered(() => store.get(partition, row)),
    list: (partition, options) => answered(() => store.list(partition, options)),
    write: (partition, operations) =>
      answered(async () => {
        const written = await store.write(partition, operations);
        onWritten();
        return written;
      }),
    // The storage outlives the app.
    close: async () => undefined,
  };
}

export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
