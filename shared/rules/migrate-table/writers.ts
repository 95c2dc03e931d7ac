import { ok, type Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../../verification/gateway.ts';
import type { LegacyAgents, WriteEvidence, Writer } from './model.ts';
import { legacyAgentsQuery } from './queries/legacy-agents.ts';
import { tableWritersQuery } from './queries/table-writers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Rows that came in may not be found yet (facts file 3.9: 10 to 20 minutes); an hour is far on the safe side. */
const INGESTION_DELAY_MS = HOUR_MS;
/**
 * How far a row's own time may be from when it came in. The service is said to replace times of more than two
 * days before and a day after [not verified], so a week is far more than needed.
 */
const [OLDEST_MS, NEWEST_MS] = [7 * DAY_MS, 2 * DAY_MS];

/** The time to look at: the look-back and the time rows may be under way. Times are ISO 8601. */
export function lookBack(nowMs: number, hours: number): { readonly since: string; readonly until: string } {
  return { since: iso(nowMs - hours * HOUR_MS - INGESTION_DELAY_MS), until: iso(nowMs) };
}

/** Counts the rows that came in, by writer. `table` is in Azure's casing. */
export async function readWriters(
  logs: LogsGateway,
  customerId: string,
  table: string,
  { since, until }: { readonly since: string; readonly until: string },
): Promise<Result<WriteEvidence>> {
  const oldest = iso(Date.parse(since) - OLDEST_MS);
  const newest = iso(Date.parse(until) + NEWEST_MS);
  const answer = await logs.query(
    customerId,
    tableWritersQuery,
    { logTable: table, oldest, newest, since, until },
    { since: oldest, until: newest },
  );
  if (!answer.ok) return answer;
  const writers = answer.value.map(({ SourceSystem, rowCount, computers, lastRow }) => ({
    writer: writerOf(SourceSystem ?? ''),
    sourceSystem: SourceSystem ?? '',
    rows: rowCount,
    computers,
    lastRow: lastRow ?? null,
  }));
  return ok({
    ...{ query: tableWritersQuery.id, since, until },
    rows: writers.reduce((sum, { rows }) => sum + rows, 0),
    lastRow: latest(writers.map(({ lastRow }) => lastRow)),
    writers,
  });
}

/** Legacy agents that the workspace heard. */
export async function readLegacyAgents(
  logs: LogsGateway,
  customerId: string,
  window: { readonly since: string; readonly until: string },
): Promise<Result<LegacyAgents>> {
  const answer = await logs.query(customerId, legacyAgentsQuery, window, window);
  if (!answer.ok) return answer;
  const lastHeartbeat = latest(answer.value.map(({ lastSeen }) => lastSeen));
  return ok({
    query: legacyAgentsQuery.id,
    agents: answer.value.reduce((sum, { agents }) => sum + agents, 0),
    lastHeartbeat,
    lastComputer: answer.value.find(({ lastSeen }) => lastSeen === lastHeartbeat)?.Computer ?? null,
  });
}

/**
 * Who a row of a classic table is from. `OpsManager` and `Linux` are the legacy agents' (Azure's page on custom
 * logs of the legacy agent, "Custom log record properties"), `RestAPI` the Data Collector API's (facts file
 * 3.9). Azure Monitor Agent cannot write to a classic table, so its rows are never among them.
 */
export function writerOf(sourceSystem: string): Writer {
  const known: Readonly<Record<string, Writer>> = {
    opsmanager: 'legacyAgent',
    linux: 'legacyAgent',
    restapi: 'dataCollectorApi',
  };
  return known[sourceSystem.trim().toLowerCase()] ?? 'unknown';
}

function latest(instants: readonly (string | null)[]): string | null {
  return instants.reduce<string | null>((best, one) => {
    if (one === null) return best;
    return best === null || Date.parse(one) > Date.parse(best) ? one : best;
  }, null);
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
