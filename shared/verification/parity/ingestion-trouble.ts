import type { Evidence } from '../../model/verdict.ts';
import type { LogsGateway } from '../gateway.ts';
import { ingestionTroubleQuery } from '../queries/ingestion-trouble.ts';
import { DAY_MS } from '../statistics/series.ts';

/** How far back a workspace is asked what went wrong. */
const BACK_MS = 3 * DAY_MS;
const MOST_REPORTS = 5;
const MOST_CHARACTERS = 300;

/**
 * What a workspace itself reports of data it did not take in: it may explain missing rows, and decides nothing.
 * A workspace that does not answer says nothing.
 */
export async function readIngestionTrouble(
  logs: LogsGateway,
  customerId: string,
  until: number,
): Promise<readonly string[]> {
  const span = { since: new Date(until - BACK_MS).toISOString(), until: new Date(until).toISOString() };
  const answer = await logs.query(customerId, ingestionTroubleQuery, span, span);
  if (!answer.ok) return [];
  return answer.value
    .slice(0, MOST_REPORTS)
    .map(({ Source, Operation, times, lastSeen, Detail }) =>
      `${Source}: ${Operation ?? 'unnamed'}, ${times} times, last ${lastSeen}: ${Detail ?? ''}`.slice(
        0,
        MOST_CHARACTERS,
      ),
    );
}

/** Adds what the workspace reports to evidence that is no pass. */
export function withReports(evidence: readonly Evidence[], reports: readonly string[]): readonly Evidence[] {
  if (reports.length === 0) return evidence;
  return evidence.map((one) => (one.result === 'pass' ? one : { ...one, workspaceReports: reports }));
}
