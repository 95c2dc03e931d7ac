import { isSamePerson, requesterOf, type Word } from '../model/caller.ts';
import type { Fault } from '../model/faults.ts';
import { approversOf, missingApproval } from '../model/phase.ts';
import type { Policy } from '../model/policy.ts';
import { type ApprovalGate, type Hold, isRollingBack, type Wave } from '../model/wave.ts';

/** A control verb either changes the record or is refused with a stable code. */
export type ControlResult =
  | { readonly ok: true; readonly wave: Wave; readonly changed: boolean }
  | {
      readonly ok: false;
      readonly code: ControlRefusal;
      readonly message: string;
      /** What of the request is wrong, where it is a part of it. */
      readonly faults?: readonly Fault[];
    };

export type ControlRefusal =
  | 'waveFinished'
  | 'waveAborted'
  | 'notAwaitingApproval'
  | 'requesterMayNotApprove'
  | 'ticketApproves'
  | 'notHeld'
  | 'notSoaking'
  | 'nothingToRetry'
  | 'waveReachedMachines'
  | 'machinesNotInPlan'
  | 'machineNotInWave'
  | 'rollbackRunning'
  | 'dryRunWave'
  | 'nothingToRollBack'
  | 'detailsPurged'
  | 'confirmationDiffers';

export interface By extends Word {
  readonly at: string;
  /** Where the call came from; absent: the API. */
  readonly via?: 'ticket';
}

/** Approves the gate the wave is waiting at. Each person counts once; approving twice changes nothing. */
export function approve(
  wave: Wave,
  policy: Policy,
  gate: ApprovalGate | undefined,
  { at, via, ...who }: By,
): ControlResult {
  const closed = refuseRollback(wave) ?? refuseClosed(wave);
  if (closed !== undefined) return closed;
  const nowMs = Date.parse(at);
  const awaited = missingApproval(wave, policy.approvals, nowMs);
  const approved = gate !== undefined && wave.approvals.some((approval) => approval.gate === gate);
  if (approved && awaited !== gate) return unchanged(wave);
  if (awaited === undefined && gate === undefined && isPastRemovalApproval(wave)) return unchanged(wave);
  if (awaited === undefined || (gate !== undefined && gate !== awaited)) {
    return refuse(
      'notAwaitingApproval',
      `The wave is not waiting for approval of the ${gate ?? 'next'} gate.`,
    );
  }
  if (via !== 'ticket' && policy.approvals.fromTicket?.includes(awaited)) {
    return refuse('ticketApproves', `The ${awaited} gate of this wave is approved in its ticket alone.`);
  }
  if (!mayApprove(wave, policy, who)) {
    return refuse('requesterMayNotApprove', `${who.by} requested this wave and may not approve it.`);
  }
  if (approversOf(wave, policy.approvals, awaited, nowMs).some((one) => isSamePerson(one, who)))
    return unchanged(wave);
  const approval = { gate: awaited, ...who, at, ...(via === undefined ? {} : { via }) };
  return changed({ ...wave, approvals: [...wave.approvals, approval] });
}

/** Ends a soak early, with a reason. Who may do so is who may approve the removal. */
export function promote(wave: Wave, policy: Policy, reason: string, { at, ...who }: By): ControlResult {
  const { by } = who;
  const closed = refuseRollback(wave) ?? refuseClosed(wave);
  if (closed !== undefined) return closed;
  const { soakUntil } = wave;
  if (wave.step !== 'gate' || soakUntil === null || Date.parse(soakUntil) <= Date.parse(at)) {
    if (wave.promotions?.some((one) => same(one.by, by) && one.reason === reason)) return unchanged(wave);
    return refuse('notSoaking', 'The wave is not in a soak; only the rest of a soak can be skipped.');
  }
  if (policy.approvals.removal && !mayApprove(wave, policy, who))
    return refuse('requesterMayNotApprove', `${by} requested this wave and may not cut its soak short.`);
  const promotion = { by, at, reason, soakUntil };
  return changed({ ...wave, soakUntil: null, promotions: [...(wave.promotions ?? []), promotion] });
}

/** Adds a hold; the same person holding again for the same reason changes nothing. */
export function hold(wave: Wave, reason: string, { by, at }: By): ControlResult {
  const closed = refuseClosed(wave);
  if (closed !== undefined) return closed;
  if (
    wave.holds.some((known) => known.kind === 'operator' && same(known.by, by) && known.reason === reason)
  ) {
    return unchanged(wave);
  }
  const added: Hold = { id: `operator-${at}`, kind: 'operator', reason, since: at, by };
  return changed({ ...wave, holds: [...wave.holds, added] });
}

/** Removes every hold. Resuming over a failed gate is a decision of its own and is recorded as the gate's pass. */
export function resume(
  wave: Wave,
  policy: Policy,
  reason: string | undefined,
  { at, ...who }: By,
): ControlResult {
  const { by } = who;
  const closed = refuseClosed(wave);
  if (closed !== undefined) return closed;
  if (wave.holds.length === 0) return refuse('notHeld', 'The wave is not held.');
  const overGate = wave.holds.some(({ kind }) => kind === 'gate');
  if (acceptsRisk(wave) && !mayApprove(wave, policy, who)) {
    const what = overGate ? 'failed gate' : 'failed check';
    return refuse('requesterMayNotApprove', `${by} requested this wave and may not accept its ${what}.`);
  }
  const gates = overGate
    ? [
        ...wave.gates,
        {
          gate: 'removal' as const,
          result: 'pass' as const,
          at,
          message: `Accepted by ${by}: ${reason ?? 'no reason given'}`,
        },
      ]
    : wave.gates;
  const overruled = wave.holds.flatMap(({ kind, id }) =>
    kind === 'check' ? [id.slice('check-'.length)] : [],
  );
  return changed({
    ...{ ...wave, holds: [], resumedAt: at, gates },
    ...(overruled.length === 0 ? {} : { overruled: [...new Set([...(wave.overruled ?? []), ...overruled])] }),
  });
}

/** No new machine starts, those in flight finish their stage; the first abort keeps its time. */
export function abort(wave: Wave, reason: string, { by, at }: By): ControlResult {
  const rolling = refuseRollback(wave);
  if (rolling !== undefined) return rolling;
  if (wave.step === 'finished') return refuse('waveFinished', 'The wave is finished.');
  if (wave.abort !== null) return unchanged(wave);
  return changed({ ...wave, abort: { at, by, reason } });
}

/** Nothing is left to approve, because the last gate was approved already. */
function isPastRemovalApproval({ approvals, step }: Wave): boolean {
  return step !== 'prepare' && step !== 'deploy' && approvals.some(({ gate }) => gate === 'removal');
}

function mayApprove(wave: Wave, policy: Policy, who: Word): boolean {
  return policy.approvals.requesterMayApprove || !isSamePerson(who, requesterOf(wave));
}

/** Whether lifting the holds takes on what a gate or a check stopped the wave for. */
export function acceptsRisk({ holds }: Pick<Wave, 'holds'>): boolean {
  return holds.some(({ kind }) => kind === 'gate' || kind === 'check');
}

/** A rollback goes on from where the wave was stopped: it can be held and resumed, and nothing else. */
export function refuseRollback(wave: Wave): ControlResult | undefined {
  if (!isRollingBack(wave)) return undefined;
  return refuse('rollbackRunning', 'The wave is being rolled back; hold it to stop that.');
}

function refuseClosed(wave: Wave): ControlResult | undefined {
  if (isRollingBack(wave)) return undefined;
  if (wave.step === 'finished') return refuse('waveFinished', 'The wave is finished.');
  if (wave.abort !== null) return refuse('waveAborted', 'The wave was aborted.');
  return undefined;
}

export function changed(wave: Wave): ControlResult {
  return { ok: true, wave, changed: true };
}

export function unchanged(wave: Wave): ControlResult {
  return { ok: true, wave, changed: false };
}

export function refuse(code: ControlRefusal, message: string, faults: readonly Fault[] = []): ControlResult {
  return { ok: false, code, message, ...(faults.length === 0 ? {} : { faults }) };
}

/** Whether two names are of one person. */
export function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
