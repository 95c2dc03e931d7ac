import type { Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../../verification/gateway.ts';
import type { MeasuredKey } from './model.ts';
import { eventIdsQuery } from './queries/event-ids.ts';
import { perfCountersQuery } from './queries/perf-counters.ts';
import { securityEventIdsQuery } from './queries/security-event-ids.ts';
import { syslogSeveritiesQuery } from './queries/syslog-severities.ts';

interface Span {
  readonly since: string;
  readonly until: string;
  readonly top: string;
}

/** Asks for the kinds of rows of one table. */
interface KeyReader {
  readonly table: string;
  ask(
    logs: LogsGateway,
    customerId: string,
    span: Span,
  ): Promise<{ readonly query: string; readonly answer: Result<readonly MeasuredKey[]> }>;
}

/** The log that security events come from; rows of the legacy agent may leave it empty. [not verified] */
const SECURITY_LOG = 'Security';

/** Tables whose rows come in kinds that a rule can tell apart, each with its query. */
export const KEY_READERS: readonly KeyReader[] = [
  {
    table: 'SecurityEvent',
    ask: async (logs, customerId, span) => ({
      query: securityEventIdsQuery.id,
      answer: mapped(
        await logs.query(customerId, securityEventIdsQuery, { ...span }, span),
        ({ Log, EventID }) => (EventID === -1 ? null : [Log || SECURITY_LOG, String(EventID ?? '')]),
      ),
    }),
  },
  {
    table: 'Event',
    ask: async (logs, customerId, span) => ({
      query: eventIdsQuery.id,
      answer: mapped(
        await logs.query(customerId, eventIdsQuery, { ...span }, span),
        ({ Log, EventID, Level }) =>
          EventID === -1 ? null : [Log ?? '', String(EventID ?? ''), Level ?? ''],
      ),
    }),
  },
  {
    table: 'Syslog',
    ask: async (logs, customerId, span) => ({
      query: syslogSeveritiesQuery.id,
      answer: mapped(
        await logs.query(customerId, syslogSeveritiesQuery, { ...span }, span),
        ({ Facility, SeverityLevel }) =>
          Facility || SeverityLevel ? [Facility ?? '', SeverityLevel ?? ''] : null,
      ),
    }),
  },
  {
    table: 'Perf',
    ask: async (logs, customerId, span) => ({
      query: perfCountersQuery.id,
      answer: mapped(
        await logs.query(customerId, perfCountersQuery, { ...span }, span),
        ({ ObjectName, CounterName }) =>
          ObjectName || CounterName ? [ObjectName ?? '', CounterName ?? ''] : null,
      ),
    }),
  },
];

function mapped<R extends { readonly rowCount: number; readonly billedBytes: number }>(
  answer: Result<readonly R[]>,
  keyOf: (row: R) => readonly string[] | null,
): Result<readonly MeasuredKey[]> {
  if (!answer.ok) return answer;
  const value = answer.value.map((row) => ({
    key: keyOf(row),
    rows: row.rowCount,
    bytes: row.billedBytes,
  }));
  return { ok: true, value };
}
