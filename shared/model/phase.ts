import { distinctPersons } from './caller.ts';
import { type Approval, type ApprovalGate, type BatchSummary, isRollingBack, type Wave } from './wave.ts';

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
  /** Machines of which a rollback could not undo something; absent: none. */
  readonly notUndone?: number;
}

export interface GateLimits {
  readonly maxNotVerifiedShare: number;
  readonly maxFailed: number;
}

export interface ApprovalPolicy {
  readonly start: boolean;
  readonly removal: boolean;
  /** Persons who must approve; absent in plans of before: one. */
  readonly quorum?: number;
  /** How long an approval counts while the wave waits; absent in plans of before: for ever. */
  readonly validSeconds?: number;
  /** Gates at which only what the wave's ticket says counts; absent: none. */
  readonly fromTicket?: readonly ApprovalGate[] | undefined;
}

/** Sums the batches of a wave. */
export function totalsOf(batches: readonly BatchSummary[]): WaveTotals {
  const sum = (pick: (batch: BatchSummary) => number) => batches.reduce((n, batch) => n + pick(batch), 0);
  const notUndone = sum((b) => b.notUndone ?? 0);
  return {
    machines: sum((b) => b.size),
    inFlight: sum((b) => b.inFlight),
    verified: sum((b) => b.verified),
    failed: sum((b) => b.failed),
    ...(notUndone === 0 ? {} : { notUndone }),
  };
}

/** The phase of a wave with a sentence; derived, never stored (DESIGN section 2). */
export function phaseOf(
  wave: Wave,
  totals: WaveTotals,
  approvals: ApprovalPolicy,
  limits: GateLimits,
  nowMs: number,
): Phase {
  if (wave.step === 'finished') return rolledBack(wave, totals, endPhase(wave, totals, limits));
  if (wave.abort !== null && !isRollingBack(wave)) {
    return {
      phase: 'aborted',
      message: `Aborted by ${wave.abort.by}; ${totals.inFlight} machines finish their stage.`,
    };
  }
  if (wave.holds.length > 0) {
    const reasons = wave.holds.map((hold) => `${hold.reason} (${hold.by})`).join('; ');
    return { phase: 'held', message: `Held: ${reasons}. ${totals.inFlight} machines finish their stage.` };
  }
  if (isRollingBack(wave)) return rollingBack(wave, totals);
  // Once it starts it is laid out.
  const startsAt = wave.step === 'prepare' && wave.cells.length === 0 ? (wave.startAt ?? null) : null;
  const waitingFor = missingApproval(wave, approvals, nowMs);
  if (waitingFor !== undefined) {
    const { quorum = 1 } = approvals;
    const given = approversOf(wave, approvals, waitingFor, nowMs).length;
    const count = quorum === 1 ? '' : ` (${given} of ${quorum} have approved)`;
    const then = startsAt === null ? '' : ` Starts at ${startsAt} at the earliest.`;
    return {
      phase: 'awaitingApproval',
      message: `Waiting for approval of the ${waitingFor} gate${approvals.fromTicket?.includes(waitingFor) ? ' in its ticket' : ''}${count}.${then}`,
    };
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

/** Who has approved a gate and still counts, each person once. */
export function approversOf(
  { approvals }: Pick<Wave, 'approvals'>,
  { validSeconds = Number.POSITIVE_INFINITY, fromTicket = [] }: ApprovalPolicy,
  gate: ApprovalGate,
  nowMs: number,
): Approval[] {
  const counting = approvals.filter(
    (approval) =>
      approval.gate === gate &&
      nowMs - Date.parse(approval.at) <= validSeconds * 1000 &&
      (approval.via === 'ticket' || !fromTicket.includes(gate)),
  );
  return distinctPersons(counting);
}

/** The approval the wave needs before its next step, if it lacks one. */
export function missingApproval(
  wave: Wave,
  approvals: ApprovalPolicy,
  nowMs: number,
): ApprovalGate | undefined {
  const has = (gate: ApprovalGate) =>
    approversOf(wave, approvals, gate, nowMs).length >= (approvals.quorum ?? 1);
  if (wave.dryRun) return undefined;
  if (wave.step === 'prepare' && approvals.start && !has('start')) return 'start';
  const judged = wave.gates.some((gate) => gate.gate === 'removal' && gate.result === 'pass');
  if (wave.step === 'gate' && judged && approvals.removal && !has('removal')) return 'removal';
  return undefined;
}

function rollingBack({ step, rollback }: Wave, { inFlight }: WaveTotals): Phase {
  const by = rollback?.by;
  return {
    phase: 'progressing',
    message:
      step === 'rollback'
        ? `Rolling back for ${by}; ${inFlight} machines in flight.`
        : `Rolling back for ${by}: ${inFlight} machines finish their stage first.`,
  };
}

/** A wave that was rolled back as a whole has not done what it was for, however far it came. */
function rolledBack({ rollback }: Wave, { machines, notUndone = 0 }: WaveTotals, end: Phase): Phase {
  if (rollback === undefined) return end;
  const { machineIds, by, reason } = rollback;
  const rest = notUndone === 0 ? '' : ` On ${notUndone} machines something could not be undone.`;
  if (machineIds === null) return { phase: 'aborted', message: `Rolled back by ${by}: ${reason}.${rest}` };
  const some = `${machineIds.length} of ${machines} machines were rolled back by ${by}: ${reason}.${rest}`;
  return { phase: end.phase, message: `${end.message} ${some}` };
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
