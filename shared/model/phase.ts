import type { BatchSummary, Wave } from './wave.ts';

export const PHASES = [
  'planned',
  'awaitingApproval',
  'progressing',
  'held',
  'degraded',
  'aborted',
  'completed',
] as const;
export type PhaseName = (typeof PHASES)[number];

export interface Phase {
  readonly phase: PhaseName;
  readonly message: string;
}

export interface WaveTotals {
  readonly machines: number;
  readonly inFlight: number;
  readonly verified: number;
  readonly failed: number;
}

export interface GateLimits {
  readonly maxNotVerifiedShare: number;
  readonly maxFailed: number;
}

export interface ApprovalPolicy {
  readonly start: boolean;
  readonly removal: boolean;
}

/** Sums the batches of a wave. */
export function totalsOf(batches: readonly BatchSummary[]): WaveTotals {
  const sum = (pick: (batch: BatchSummary) => number) => batches.reduce((n, batch) => n + pick(batch), 0);
  return {
    machines: sum((b) => b.size),
    inFlight: sum((b) => b.inFlight),
    verified: sum((b) => b.verified),
    failed: sum((b) => b.failed),
  };
}

/** The phase of a wave with a sentence; derived, never stored (DESIGN section 2). */
export function phaseOf(
  wave: Wave,
  totals: WaveTotals,
  approvals: ApprovalPolicy,
  limits: GateLimits,
): Phase {
  if (wave.step === 'finished') return endPhase(wave, totals, limits);
  if (wave.abort !== null) {
    return {
      phase: 'aborted',
      message: `Aborted by ${wave.abort.by}; ${totals.inFlight} machines finish their stage.`,
    };
  }
  if (wave.holds.length > 0) {
    const reasons = wave.holds.map((hold) => `${hold.reason} (${hold.by})`).join('; ');
    return { phase: 'held', message: `Held: ${reasons}. ${totals.inFlight} machines finish their stage.` };
  }
  // Once it starts it is laid out.
  const startsAt = wave.step === 'prepare' && wave.cells.length === 0 ? (wave.startAt ?? null) : null;
  const waitingFor = missingApproval(wave, approvals);
  if (waitingFor !== undefined) {
    const then = startsAt === null ? '' : ` Starts at ${startsAt} at the earliest.`;
    return { phase: 'awaitingApproval', message: `Waiting for approval of the ${waitingFor} gate.${then}` };
  }
  if (startsAt !== null) return { phase: 'planned', message: `Starts at ${startsAt}.` };
  if (wave.step === 'prepare') return { phase: 'planned', message: 'The wave is about to start.' };
  if (wave.step === 'gate' && wave.soakUntil !== null) {
    return { phase: 'progressing', message: `Soaking until ${wave.soakUntil}.` };
  }
  return {
    phase: 'progressing',
    message: `Stage group ${wave.step}; ${totals.inFlight} machines in flight.`,
  };
}

/** The approval the wave needs before its next step, if it lacks one. */
export function missingApproval(wave: Wave, approvals: ApprovalPolicy): 'start' | 'removal' | undefined {
  const has = (gate: string) => wave.approvals.some((approval) => approval.gate === gate);
  if (wave.dryRun) return undefined;
  if (wave.step === 'prepare' && approvals.start && !has('start')) return 'start';
  const judged = wave.gates.some((gate) => gate.gate === 'removal' && gate.result === 'pass');
  if (wave.step === 'gate' && judged && approvals.removal && !has('removal')) return 'removal';
  return undefined;
}

function endPhase(wave: Wave, totals: WaveTotals, limits: GateLimits): Phase {
  if (wave.abort !== null) {
    return { phase: 'aborted', message: `Aborted by ${wave.abort.by}: ${wave.abort.reason}.` };
  }
  const failed = `${totals.failed} of ${totals.machines} machines failed or are blocked`;
  if (totals.failed > limits.maxFailed) {
    return { phase: 'degraded', message: `Finished, but ${failed}; the plan tolerates ${limits.maxFailed}.` };
  }
  return { phase: 'completed', message: totals.failed === 0 ? 'Finished.' : `Finished; ${failed}.` };
}
