import type { WaveMachine } from '../ledger/waves.ts';
import { blocked, type Outcome, waiting } from '../model/outcome.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Verdict } from '../model/verdict.ts';
import { awaitsTurn, type Decision, later, type StageContext, type StageHandler } from '../waves/stage.ts';
import type { LogsGateway } from './gateway.ts';
import { freshSeconds, isFresh, machinesByWorkspace, readHeartbeats } from './heartbeats.ts';
import { judge } from './judge-presence.ts';
import { readTableCounts, tableGroups } from './table-counts.ts';

/** From when on the rows of a machine count, for the stage that asks. */
export type Since = (machine: WaveMachine, context: StageContext) => string | undefined;

/** The proof `presence`: heartbeat fresh, rows in every expected table since `since`. */
export function createPresence(
  logs: LogsGateway,
  since: Since,
  options: { expectRise: boolean },
): StageHandler {
  return async (context, machines) => {
    const starts = machines.map(
      (machine) => since(machine, context) ?? new Date(context.now()).toISOString(),
    );
    // One window for all keeps it one query per table; the latest start is the strictest.
    const start = starts.toSorted().at(-1) ?? '';
    const end = new Date(context.now() - context.policy.ingestionLagSeconds * 1000).toISOString();
    if (end <= start)
      return machines.map(({ planned }) =>
        wait(planned.id, waiting('dataNotYet', later(context, context.policy.verifyPollSeconds))),
      );

    if (!context.mayCall({ queries: queriesOf(machines) }))
      return machines.map(({ planned }) => wait(planned.id, awaitsTurn(context)));
    // The legacy agent counts as live if it was heard anywhere in the judged window.
    const windowSeconds = Math.max(freshSeconds(context), (context.now() - Date.parse(start)) / 1000);
    const heard = await readHeartbeats(logs, context, machines, windowSeconds);
    const found = await readTableCounts(logs, context, machines, { since: start, until: end });
    return machines.map(({ planned }) => {
      const agents = heard.get(planned.id);
      const { counts, trouble } = found.get(planned.id) ?? { counts: [], trouble: null };
      const verdict = judge({
        trouble: agents?.trouble ?? trouble,
        heartbeatFresh: isFresh(context, agents?.ama ?? null),
        legacyLive: agents?.legacy != null || agents?.scom != null,
        expectRise: options.expectRise,
        counts,
      });
      return settle(context, planned.id, verdict, agents?.trouble ?? trouble);
    });
  };
}

function settle(
  context: StageContext,
  machineId: string,
  verdict: Verdict,
  trouble: Trouble | null,
): Decision {
  return {
    machineId,
    step: { machineId, outcome: outcomeOf(context, verdict, trouble), patch: { verdict } },
  };
}

function outcomeOf(context: StageContext, verdict: Verdict, trouble: Trouble | null): Outcome {
  if (verdict.result === 'pass') return { status: 'done' };
  const reason = verdict.reason ?? 'dataNotYet';
  if (reason === 'unverifiableRules') return blocked(reason);
  const poll = context.policy.verifyPollSeconds;
  if (trouble !== null) {
    // Nothing was learned: ask again as soon as the service allows, not after a whole interval for new data.
    return waiting(
      'queryFailed',
      later(context, context.policy.pollSeconds, trouble.retryAfterMs),
      trouble.message,
    );
  }
  const empty = verdict.evidence.filter(({ rows }) => rows === 0).map(({ table }) => table);
  return waiting(
    reason,
    later(context, poll),
    empty.length === 0 ? undefined : `no rows in ${empty.join(', ')}`,
  );
}

function wait(machineId: string, outcome: Outcome): Decision {
  return { machineId, step: { machineId, outcome } };
}

/** Heartbeats of each workspace, and each table. */
function queriesOf(machines: readonly WaveMachine[]): number {
  return machinesByWorkspace(machines).size + tableGroups(machines).length;
}
