import type { JudgedMachine } from '../../ledger/verdicts.ts';
import type { WaveMachine } from '../../ledger/waves.ts';
import type { ReasonCode } from '../../model/reasons.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { StageContext } from '../../waves/stage.ts';
import { openEvidence } from '../accept.ts';
import type { LogsGateway } from '../gateway.ts';
import { freshSeconds } from '../heartbeats.ts';
import { HOUR_MS } from '../statistics/series.ts';
import { compareData, type Findings } from './compare.ts';
import { judgedFrom } from './hours.ts';
import type { Timing } from './sets.ts';

/** Clocks this far ahead put rows into windows they do not belong to. */
const MOST_AHEAD_SECONDS = 600;

/** Judges machines by their data up to `until`, milliseconds since the epoch. */
export async function judgeMachines(
  logs: LogsGateway,
  context: StageContext,
  machines: readonly { readonly machine: WaveMachine; readonly timing: Timing }[],
  until: number,
): Promise<JudgedMachine[]> {
  const found = await compareData(logs, {
    ...{ context, until },
    machines: machines.map(({ machine }) => machine),
    timings: new Map(machines.map(({ timing }) => [timing.id, timing])),
  });
  return machines.map(({ machine, timing }) => {
    const findings = found.get(timing.id);
    const trouble = findings?.trouble ?? null;
    return {
      machineId: timing.id,
      verdict: verdictOf(context, machine, findings),
      trouble:
        trouble === null ? null : { message: trouble.message, retryAfterMs: trouble.retryAfterMs ?? null },
      nextAt: nextLook(context, timing, until),
    };
  });
}

function verdictOf(context: StageContext, { planned }: WaveMachine, findings: Findings | undefined): Verdict {
  const evidence = findings?.evidence ?? [];
  const judged = (result: Verdict['result'], reason: ReasonCode): Verdict => ({ result, reason, evidence });
  if (findings === undefined || planned.rules.every(({ workspaceId }) => workspaceId === null))
    return judged('inconclusive', 'unverifiableRules');
  if (findings.trouble !== null) return judged('inconclusive', 'queryFailed');
  if (evidence.length === 0) return judged('inconclusive', 'unverifiableRules');
  const { ama, aheadSeconds } = findings;
  if (aheadSeconds > MOST_AHEAD_SECONDS) return judged('inconclusive', 'clockAhead');
  if (ama === null || context.now() - ama > freshSeconds(context) * 1000)
    return judged('inconclusive', 'noHeartbeat');
  const left = openEvidence(context, planned.id, evidence);
  // What was accepted stands in no one's way, and what is still open is judged without it.
  const open = left.length > 0 ? left : evidence.filter(({ result }) => result !== 'pass');
  if (open.length === 0) return { result: 'pass', evidence };
  const failed = open.filter(({ result }) => result === 'fail');
  if (failed.some(({ notCovered }) => notCovered)) return judged('fail', 'tableNotCovered');
  if (failed.length > 0)
    return judged(
      'fail',
      failed.some(({ missingKeys }) => missingKeys !== undefined) ? 'keysLost' : 'rowsLost',
    );
  return judged('inconclusive', open.some(({ rows }) => rows === 0) ? 'dataNotYet' : 'notSettled');
}

/** Longest time between two looks at data. */
const MOST_MS = 12 * HOUR_MS;

/**
 * Twice the data tells more; a little more tells next to nothing. On the grid of the windows, so that machines that
 * came to the stage a little apart share their next round.
 */
function nextLook({ policy }: StageContext, { currentSince }: Timing, until: number): string {
  const wait = Math.min(Math.max(until - currentSince, HOUR_MS), MOST_MS);
  const next = until + Math.max(wait, policy.verifyPollSeconds * 1000);
  return new Date(judgedFrom(next, policy.ingestionLagSeconds)).toISOString();
}
