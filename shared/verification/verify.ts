import type { WaveMachine } from '../ledger/waves.ts';
import { blocked, type Outcome, waiting } from '../model/outcome.ts';
import type { Verdict } from '../model/verdict.ts';
import { type Decision, later, type StageContext, type StageHandler } from '../waves/stage.ts';
import type { LogsGateway } from './gateway.ts';
import { readHeartbeats } from './heartbeats.ts';
import { judge } from './judge.ts';
import { readTableCounts } from './table-counts.ts';

export interface VerifyDependencies {
  readonly logs: LogsGateway;
}

/** From when on the rows of a machine count, for the stage that asks. */
type Since = (machine: WaveMachine, context: StageContext) => string | undefined;

/** Stages `verify` and `reverify`: heartbeat fresh, rows in every expected table since `since`. */
export function createVerify(
  { logs }: VerifyDependencies,
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
    if (end <= start) return machines.map((machine) => notYet(context, machine));

    const windowSeconds = context.policy.heartbeatFreshSeconds + context.policy.ingestionLagSeconds;
    const heard = await readHeartbeats(logs, context, machines, windowSeconds);
    const counts = await readTableCounts(logs, context, machines, { since: start, until: end });
    if (!counts.ok) {
      const outcome = waiting(
        'queryFailed',
        later(context, context.policy.verifyPollSeconds, counts.trouble.retryAfterMs),
        counts.trouble.message,
      );
      return machines.map(({ planned }) => ({
        machineId: planned.id,
        step: { machineId: planned.id, outcome },
      }));
    }
    return machines.map(({ planned }) => {
      const agents = heard.get(planned.id);
      const verdict = judge({
        heard: agents,
        heartbeatFresh: agents?.ama != null,
        legacyLive: agents?.legacy != null || agents?.scom != null,
        expectRise: options.expectRise,
        counts: counts.value.get(planned.id) ?? [],
      });
      return settle(context, planned.id, verdict);
    });
  };
}

function settle(context: StageContext, machineId: string, verdict: Verdict): Decision {
  return { machineId, step: { machineId, outcome: outcomeOf(context, verdict), patch: { verdict } } };
}

function outcomeOf(context: StageContext, verdict: Verdict): Outcome {
  if (verdict.result === 'pass') return { status: 'done' };
  const reason = verdict.reason ?? 'dataNotYet';
  if (reason === 'unverifiableRules') return blocked(reason);
  const empty = verdict.evidence.filter(({ rows }) => rows === 0).map(({ table }) => table);
  return waiting(
    reason,
    later(context, context.policy.verifyPollSeconds),
    empty.length === 0 ? undefined : `no rows in ${empty.join(', ')}`,
  );
}

function notYet(context: StageContext, { planned }: WaveMachine): Decision {
  const outcome = waiting('dataNotYet', later(context, context.policy.verifyPollSeconds));
  return { machineId: planned.id, step: { machineId: planned.id, outcome } };
}
