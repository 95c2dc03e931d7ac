import type { Fault } from './file/faults.ts';
import { share } from './random.ts';
import type { OperationKind } from './wire.ts';

export type Effect = Fault['effect'];

export interface Faults {
  /** The declared effect on this exchange, or undefined. Counts what it hands out. */
  strike(method: string, url: string, kind: OperationKind, machineId: string | undefined): Effect | undefined;
  /** How often each struck, by its name. */
  report(): ReadonlyMap<string, number>;
}

/** Declared failures. Chance depends on the exchange and how often it was tried, not on the order of other exchanges. */
export function createFaults(faults: readonly Fault[] | undefined, seed: number): Faults {
  const active = (faults ?? []).map((fault, i) => ({
    fault,
    i,
    pattern: fault.match.url === undefined ? undefined : new RegExp(fault.match.url, 'i'),
    machine: fault.match.machine?.toLowerCase(),
    left: fault.count ?? Number.POSITIVE_INFINITY,
    tries: new Map<string, number>(),
  }));

  const struck = new Map<string, number>();

  return {
    report: () => struck,
    strike(method, url, kind, machineId) {
      for (const entry of active) {
        const { match, probability, effect } = entry.fault;
        if (entry.left <= 0) continue;
        if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
        if (match.kind !== undefined && match.kind !== kind) continue;
        if (entry.machine !== undefined && entry.machine !== machineId?.toLowerCase()) continue;
        if (entry.pattern !== undefined && !entry.pattern.test(url)) continue;
        if (probability !== undefined) {
          const key = `${method} ${url}`;
          const n = entry.tries.get(key) ?? 0;
          entry.tries.set(key, n + 1);
          if (share(seed, 'fault', entry.i, key, n) >= probability) continue;
        }
        entry.left -= 1;
        const name = entry.fault.name ?? `fault ${entry.i}`;
        struck.set(name, (struck.get(name) ?? 0) + 1);
        return effect;
      }
      return undefined;
    },
  };
}
