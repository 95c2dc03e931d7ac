import { AsyncLocalStorage } from 'node:async_hooks';
import type { Exchange } from '../../../rehearsal/estate/index.ts';
import type { OnInvoke } from '../../../rehearsal/host/index.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import type { MeasuredExecution } from './busy-time.ts';

/** Requests to the ledger's storage; Azure bills a page and a transaction of up to 100 rows as one each. */
export interface LedgerCounts {
  reads: number;
  pages: number;
  writes: number;
  rowsWritten: number;
}

export interface Meter {
  readonly executions: readonly MeasuredExecution[];
  readonly ledger: Readonly<LedgerCounts>;
  readonly onInvoke: OnInvoke;
  readonly onExchange: (exchange: Exchange) => void;
  /** The same storage, counted. */
  counted(store: Store): Store;
}

/** Counts executions, and the requests that each of them makes. */
export function createMeter(): Meter {
  const current = new AsyncLocalStorage<MeasuredExecution>();
  const executions: MeasuredExecution[] = [];
  const ledger: LedgerCounts = { reads: 0, pages: 0, writes: 0, rowsWritten: 0 };

  function storage(kind: 'reads' | 'pages' | 'writes'): void {
    ledger[kind] += 1;
    const execution = current.getStore();
    if (execution !== undefined) execution.ledgerOperations += 1;
  }

  return {
    executions,
    ledger,
    onInvoke(execution, run) {
      const measured = { ...execution, armCalls: 0, graphQueries: 0, logQueries: 0, ledgerOperations: 0 };
      executions.push(measured);
      return current.run(measured, run);
    },
    onExchange({ liveRequest: { url } }) {
      const execution = current.getStore();
      if (execution !== undefined) execution[kindOf(url)] += 1;
    },
    counted: (store) => ({
      get(partition, row) {
        storage('reads');
        return store.get(partition, row);
      },
      list(partition, options) {
        storage('pages');
        return store.list(partition, options);
      },
      write(partition, operations) {
        storage('writes');
        ledger.rowsWritten += operations.length;
        return store.write(partition, operations);
      },
      close: () => store.close(),
    }),
  };
}

function kindOf(url: string): 'armCalls' | 'graphQueries' | 'logQueries' {
  if (/^https:\/\/api\.loganalytics\./i.test(url)) return 'logQueries';
  return /\/providers\/microsoft\.resourcegraph\//i.test(url) ? 'graphQueries' : 'armCalls';
}
