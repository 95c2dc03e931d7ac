import type { Store } from '../shared/ledger/store.ts';
import { createApi } from './drive/api.ts';
import { type DriveEvent, type DriveResult, drive } from './drive/drive.ts';
import type { Metrics } from './drive/metrics.ts';
import type { BucketReport, Estate, EstateFile, Exchange, OperationKind, Span } from './estate/index.ts';
import type { Counters, LogEntry, OnInvoke } from './host/index.ts';
import { joinClock } from './participant.ts';
import { type Session, startSession } from './session.ts';

export interface RehearseOptions {
  readonly file: EstateFile;
  readonly plan: unknown;
  readonly seed: number;
  readonly requestLog?: 'entries' | 'counters';
  /** Files for the state of host and app; memory when absent. */
  readonly hostStore?: string;
  readonly ledger?: string;
  /** The ledger's storage, in place of the file. */
  readonly store?: Store;
  readonly onExchange?: (exchange: Exchange) => void;
  readonly onInvoke?: OnInvoke;
  readonly onEvent?: (event: DriveEvent, now: number) => void;
  readonly log?: (entry: LogEntry) => void;
  /** Called when the last wave has ended; the app lives on until it returns. */
  readonly afterwards?: (session: Session) => Promise<void>;
}

export interface Rehearsal {
  readonly seed: number;
  readonly from: string;
  readonly to: string;
  readonly result: DriveResult;
  readonly metrics: Metrics;
  /** What the host did. */
  readonly counters: Counters;
  /** How full each documented limit got. */
  readonly buckets: readonly BucketReport[];
  /** When the first and the last exchange of each of these kinds were, milliseconds since the epoch. */
  readonly spans: Readonly<Partial<Record<OperationKind, Span>>>;
}

/** Kinds whose time a benchmark asks for. */
const TIMED: readonly OperationKind[] = [
  'extension.write',
  'association.write',
  'extension.delete',
  'operation.read',
];

/** Runs the app over a simulated estate from inventory to the last wave, in skipped time. */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const began = performance.now();
  const session = await startSession(options);
  const from = session.clock.now();
  const participant = joinClock(session.clock);
  try {
    const result = await drive({
      api: createApi({ url: 'http://127.0.0.1', key: session.host.key, fetch: session.host.fetch }),
      plan: options.plan,
      requestedBy: 'rehearsal operator',
      approveAs: 'rehearsal approver',
      runId: 'rehearsal',
      sleep: participant.sleep,
      onEvent: (event) => options.onEvent?.(event, session.clock.now()),
    });
    const rehearsal: Rehearsal = {
      seed: options.seed,
      from: new Date(from).toISOString(),
      to: new Date(session.clock.now()).toISOString(),
      result,
      metrics: measure(session, result, from, began),
      counters: session.host.counters(),
      buckets: session.estate.throttleReport(),
      spans: Object.fromEntries(
        TIMED.flatMap((kind) => {
          const span = session.estate.requestLog.span(kind);
          return span === undefined ? [] : [[kind, span]];
        }),
      ),
    };
    await options.afterwards?.(session);
    return rehearsal;
  } finally {
    participant.leave();
    await session.close();
  }
}

function measure(
  { estate, host, clock }: Session,
  result: DriveResult,
  from: number,
  began: number,
): Metrics {
  const machines = result.waves.reduce((n, { machineCount }) => n + machineCount, 0);
  const counters = host.counters();
  const queries = estate.requestLog.count('graph.query') + estate.requestLog.count('logs.query');
  const armCalls = estate.requestLog.total() - queries - estate.requestLog.count('token.read');
  const each = (n: number) => (machines === 0 ? 0 : Math.round((n / machines) * 100) / 100);
  return {
    machines,
    simulatedSeconds: Math.round((clock.now() - from) / 1000),
    wallSeconds: Math.round(performance.now() - began) / 1000,
    armCalls,
    queries,
    throttled: estate.throttleReport().reduce((n, { refused }) => n + refused, 0),
    activities: counters.activities,
    historyEvents: counters.historyEvents,
    perMachine: {
      armCalls: each(armCalls),
      activities: each(counters.activities),
      historyEvents: each(counters.historyEvents),
    },
    highestShare: highestShare(estate),
  };
}

function highestShare(estate: Estate): Metrics['highestShare'] {
  const fullest = estate.throttleReport().toSorted((a, b) => b.peakShare - a.peakShare)[0];
  if (fullest === undefined) return { bucket: 'none', share: 0 };
  return { bucket: fullest.bucket, share: Math.round(fullest.peakShare * 1000) / 1000 };
}
