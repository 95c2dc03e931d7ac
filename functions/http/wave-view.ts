import { phaseOf, totalsOf } from '../../shared/model/phase.ts';
import { type Plan, policyOfWave } from '../../shared/model/plan.ts';
import type { Rollback } from '../../shared/model/rollback.ts';
import { type BatchSummary, isRollingBack, type OutcomeCounts, type Wave } from '../../shared/model/wave.ts';
import { windowAt } from '../../shared/waves/windows.ts';
import type { Runtime } from '../compose.ts';

/** A wave as the API shows it: phase and totals are derived here, every time. */
export async function waveView(app: Runtime, wave: Wave) {
  const policy = policyOfWave(await app.plan(wave.planId), wave.index);
  const summaries = await app.ledger.waves.summaries(wave.id);
  const totals = totalsOf(summaries);
  const { startKey: _, rollback, ...shown } = wave;
  return {
    ...shown,
    ...(rollback === undefined ? {} : { rollback: rollbackView(rollback) }),
    ...phaseOf(wave, totals, policy.approvals, policy.gate, app.now()),
    // Changes start only while a window is open; what was started goes on.
    ...(policy.windows.length === 0 || wave.step === 'finished'
      ? {}
      : { window: windowAt(policy.windows, app.now()) }),
    totals,
    counts: sumCounts(summaries),
  };
}

/** The machines of a rollback show it themselves. */
function rollbackView({ machineIds, ...rollback }: Rollback) {
  return { ...rollback, machines: machineIds === null ? 'all' : machineIds.length };
}

/** Seconds after which a look at the wave is worth a request. */
export function pollHint(wave: Wave, plan: Plan, nowMs: number): number {
  if (wave.step === 'gate' && wave.soakUntil !== null) {
    const left = Math.ceil((Date.parse(wave.soakUntil) - nowMs) / 1000);
    return Math.min(Math.max(left, 1), 600);
  }
  const { windows, pollSeconds } = policyOfWave(plan, wave.index);
  const window = windowAt(windows, nowMs);
  if (window.open || window.opensAt === null || wave.dryRun || isRollingBack(wave)) return pollSeconds;
  const left = Math.ceil((Date.parse(window.opensAt) - nowMs) / 1000);
  return Math.min(Math.max(left, pollSeconds), 600);
}

function sumCounts(summaries: readonly BatchSummary[]): OutcomeCounts {
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
