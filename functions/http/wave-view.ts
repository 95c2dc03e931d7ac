import { type Phase, phaseOf, totalsOf } from '../../shared/model/phase.ts';
import { type Plan, policyOfWave } from '../../shared/model/plan.ts';
import type { Rollback } from '../../shared/model/rollback.ts';
import { judgesData, type Stage } from '../../shared/model/stages.ts';
import { type BatchSummary, isRollingBack, type OutcomeCounts, type Wave } from '../../shared/model/wave.ts';
import { windowOfWave } from '../../shared/waves/wave-window.ts';
import { type WindowState, windowAt } from '../../shared/waves/windows.ts';
import type { Runtime } from '../compose.ts';

/** A wave as the API shows it: phase and totals are derived here, every time. */
export async function waveView(app: Runtime, wave: Wave) {
  const plan = await app.plan(wave.planId);
  return viewOf(wave, plan, await app.ledger.waves.summaries(wave.id), app.now());
}

/** The same, with the seconds after which another look is worth a request. */
export async function waveViewAndHint(app: Runtime, wave: Wave) {
  const plan = await app.plan(wave.planId);
  const summaries = await app.ledger.waves.summaries(wave.id);
  return {
    view: viewOf(wave, plan, summaries, app.now()),
    hintSeconds: pollHint(wave, plan, summaries, app.now()),
  };
}

function viewOf(wave: Wave, plan: Plan, summaries: readonly BatchSummary[], nowMs: number) {
  const policy = policyOfWave(plan, wave.index);
  const totals = totalsOf(summaries);
  const { startKey: _, rollback, ...shown } = wave;
  const phase = phaseOf(wave, totals, policy.approvals, policy.gate, nowMs);
  const limited = policy.windows.length + policy.freezes.length > 0 && wave.step !== 'finished';
  // Changes start only while a window is open and no freeze is on; what was started goes on.
  const window = limited ? windowOfWave(wave, policy, summaries, nowMs) : undefined;
  return {
    ...shown,
    ...(rollback === undefined ? {} : { rollback: rollbackView(rollback) }),
    ...phase,
    ...(window === undefined ? {} : { window, message: withRest(phase, wave, window) }),
    totals,
    counts: sumCounts(summaries),
  };
}

/** The machines of a rollback show it themselves. */
function rollbackView({ machineIds, ...rollback }: Rollback) {
  return { ...rollback, machines: machineIds === null ? 'all' : machineIds.length };
}

/** The message of a wave in which nothing may start now, with the reason. */
function withRest({ phase, message }: Phase, wave: Wave, window: WindowState): string {
  if (phase !== 'progressing' || wave.dryRun || window.open) return message;
  if (window.opensAt === null) return `${message} No window opens any more.`;
  return `${message} Nothing is started before ${window.opensAt}: ${window.detail ?? 'the window is closed'}.`;
}

function pollHint(wave: Wave, plan: Plan, summaries: readonly BatchSummary[], nowMs: number): number {
  if (wave.step === 'gate' && wave.soakUntil !== null) {
    const left = Math.ceil((Date.parse(wave.soakUntil) - nowMs) / 1000);
    return Math.min(Math.max(left, 1), 600);
  }
  const policy = policyOfWave(plan, wave.index);
  const { pollSeconds, verifyPollSeconds } = policy;
  if (onlyWaitsForData(summaries)) return Math.max(pollSeconds, verifyPollSeconds);
  const window = windowAt(policy, nowMs);
  if (window.open || window.opensAt === null || wave.dryRun || isRollingBack(wave)) return pollSeconds;
  const left = Math.ceil((Date.parse(window.opensAt) - nowMs) / 1000);
  return Math.min(Math.max(left, pollSeconds), 600);
}

/** Whether all machines that are under way wait for rows, which takes hours. */
function onlyWaitsForData(summaries: readonly BatchSummary[]): boolean {
  const open = summaries.map(({ oldest }) => Object.keys(oldest ?? {}) as Stage[]);
  if (!open.some((stages) => stages.length > 0)) return false;
  return summaries.every(({ finished }, i) => {
    const stages = open[i] ?? [];
    return stages.length > 0 ? stages.every(judgesData) : finished.length > 0;
  });
}

export function sumCounts(summaries: readonly BatchSummary[]): OutcomeCounts {
  const total: Record<string, Record<string, number>> = {};
  for (const { counts } of summaries) {
    for (const [stage, row] of Object.entries(counts)) {
      const sum = total[stage] ?? {};
      for (const [status, n] of Object.entries(row)) sum[status] = (sum[status] ?? 0) + n;
      total[stage] = sum;
    }
  }
  return total as OutcomeCounts;
}
