import type { OperationKind } from './wire.ts';

/** One exchange as the log keeps it. */
export interface LogEntry {
  /** Clock milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** 0 where the connection broke instead of an answer. */
  readonly status: number;
  /** What the work came to; 0 where none was done. Differs from `status` when the answer got lost. */
  readonly worked: number;
  readonly kind: OperationKind;
  /** `subscription/region` of the machine or `subscription`; undefined for tenant-wide calls. */
  readonly cell: string | undefined;
  readonly machineId: string | undefined;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface RequestLog {
  /** Every exchange in order; empty when only counters are kept. */
  entries(filter?: {
    readonly kind?: OperationKind;
    readonly machineId?: string;
    readonly status?: number;
  }): readonly LogEntry[];
  /** How many exchanges of a kind (and status) there were. */
  count(kind?: OperationKind, status?: number): number;
  /** When the first and the last exchange of a kind were answered without an error, clock milliseconds. */
  span(kind: OperationKind): Span | undefined;
  total(): number;
  clear(): void;
}

/** A log that either keeps entries or, for large fleets, only counts. */
export function createRequestLog(keepEntries: boolean): RequestLog & { add(entry: LogEntry): void } {
  let entries: LogEntry[] = [];
  const counts = new Map<OperationKind, Map<number, number>>();
  const spans = new Map<OperationKind, Span>();
  let total = 0;
  return {
    add(entry) {
      total += 1;
      if (entry.status > 0 && entry.status < 400) {
        spans.set(entry.kind, { from: spans.get(entry.kind)?.from ?? entry.at, to: entry.at });
      }
      let byStatus = counts.get(entry.kind);
      if (byStatus === undefined) {
        byStatus = new Map();
        counts.set(entry.kind, byStatus);
      }
      byStatus.set(entry.status, (byStatus.get(entry.status) ?? 0) + 1);
      if (keepEntries) entries.push(entry);
    },
    entries(filter = {}) {
      const id = filter.machineId?.toLowerCase();
      return entries.filter(
        (entry) =>
          (filter.kind === undefined || entry.kind === filter.kind) &&
          (filter.status === undefined || entry.status === filter.status) &&
          (id === undefined || entry.machineId?.toLowerCase() === id),
      );
    },
    count(kind, status) {
      let sum = 0;
      for (const [of, byStatus] of counts) {
        if (kind !== undefined && kind !== of) continue;
        for (const [code, n] of byStatus) if (status === undefined || status === code) sum += n;
      }
      return sum;
    },
    span: (kind) => spans.get(kind),
    total: () => total,
    clear() {
      entries = [];
      counts.clear();
      spans.clear();
      total = 0;
    },
  };
}
