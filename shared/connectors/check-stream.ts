import { agentOfHeartbeat } from '../model/agents.ts';
import { type ConnectorSwitch, DEFAULT_WATCH, type StreamCheck } from '../model/stream-check.ts';
import { isTransient, ok, type Result } from '../model/trouble.ts';
import { agentHeartbeatsQuery } from '../verification/queries/agent-heartbeats.ts';
import type { DependentsDependencies } from './dependents.ts';
import { type SecurityEventWriter, securityEventWritersQuery } from './queries/security-event-writers.ts';

/**
 * Rows before from which silence after means something: with two agents writing, half of them are of Azure
 * Monitor Agent, and where ten are usual none comes by chance once in twenty thousand times.
 */
const ENOUGH_ROWS = 20;
const MACHINES_PER_QUERY = 500;
const MOST_NAMED = 100;

type Stretches = Pick<StreamCheck, 'before' | 'after'>;

/** The stretches to compare for a switch. */
export function stretchesOf(switched: ConnectorSwitch): Stretches {
  const { startedAt, confirmedAt } = switched;
  const { propagationSeconds, watchSeconds } = { ...DEFAULT_WATCH, ...switched };
  const begun = Date.parse(startedAt);
  const from = Date.parse(confirmedAt ?? startedAt) + propagationSeconds * 1000;
  const stretch = watchSeconds * 1000;
  const span = (since: number) => ({
    since: new Date(since).toISOString(),
    until: new Date(since + stretch).toISOString(),
  });
  return { before: span(begun - stretch), after: span(from) };
}

/** When all rows of the stretch after have arrived, ISO 8601. */
export function judgeableAt(switched: ConnectorSwitch): string {
  return new Date(
    Date.parse(stretchesOf(switched).after.until) + switched.ingestionLagSeconds * 1000,
  ).toISOString();
}

/**
 * Compares the two stretches, machine by machine, over the machines that are verified on Azure Monitor Agent.
 * A machine that fell silent and was still heard lost its events: only the legacy agent had written them.
 * Trouble that time may cure is returned; other trouble makes the check inconclusive.
 */
export async function checkStream(
  { ledger, logs, now }: DependentsDependencies,
  customerId: string,
  switched: ConnectorSwitch,
): Promise<Result<StreamCheck>> {
  const stretches = stretchesOf(switched);
  const at = new Date(now()).toISOString();
  const { before, after } = stretches;
  const rows = await logs.query(
    customerId,
    securityEventWritersQuery,
    { since: before.since, splitAt: before.until, resumeAt: after.since, until: after.until },
    { since: before.since, until: after.until },
  );
  if (!rows.ok)
    return isTransient(rows.trouble.code) ? rows : ok(unread(stretches, at, rows.trouble.message));
  const verified = await ledger.migrated.ids();
  const writers = rows.value.filter(({ ResourceId }) => verified.has(ResourceId));
  const silent = silentOf(writers).map(({ ResourceId }) => ResourceId);
  const alive = new Set<string>();
  for (let i = 0; i < silent.length; i += MACHINES_PER_QUERY) {
    const machines = silent.slice(i, i + MACHINES_PER_QUERY);
    const heard = await logs.query(customerId, agentHeartbeatsQuery, { ...after, machines }, after);
    if (!heard.ok)
      return isTransient(heard.trouble.code) ? heard : ok(unread(stretches, at, heard.trouble.message));
    for (const { ResourceId, Category } of heard.value)
      if (agentOfHeartbeat(Category) === 'ama') alive.add(ResourceId);
  }
  return ok(judgeStream(writers, alive, stretches, at));
}

/** The verdict over what verified machines wrote; `alive` are the silent ones that were heard all the same. Pure. */
export function judgeStream(
  writers: readonly SecurityEventWriter[],
  alive: ReadonlySet<string>,
  stretches: Stretches,
  at: string,
): StreamCheck {
  const judged = writers.filter(({ rowsBefore }) => rowsBefore >= ENOUGH_ROWS);
  const silent = silentOf(writers);
  const lost = silent.filter(({ ResourceId }) => alive.has(ResourceId));
  const going = judged.length - silent.length;
  const result = lost.length > 0 ? 'fail' : going > 0 ? 'pass' : 'inconclusive';
  const messages = {
    fail: `${lost.length} of ${judged.length} verified machines write no security events any more though they are heard`,
    pass: `${going} verified machines go on to write security events`,
    inconclusive: 'no verified machine wrote enough security events before the switch to be judged',
  };
  return {
    ...stretches,
    result,
    at,
    message: messages[result],
    judged: judged.length,
    quiet: writers.filter(({ rowsBefore }) => rowsBefore > 0 && rowsBefore < ENOUGH_ROWS).length,
    silent: silent.length,
    lost: lost.length,
    lostMachines: lost.slice(0, MOST_NAMED).map(({ ResourceId }) => ResourceId),
    queries: [securityEventWritersQuery.id, agentHeartbeatsQuery.id],
  };
}

function silentOf(writers: readonly SecurityEventWriter[]): SecurityEventWriter[] {
  return writers.filter(({ rowsBefore, rowsAfter }) => rowsBefore >= ENOUGH_ROWS && rowsAfter === 0);
}

function unread(stretches: Stretches, at: string, why: string): StreamCheck {
  const counts = { judged: 0, quiet: 0, silent: 0, lost: 0, lostMachines: [] };
  const message = `the workspace could not be asked: ${why}`;
  const queries = [securityEventWritersQuery.id];
  return { ...stretches, ...counts, result: 'inconclusive', at, message, queries };
}
