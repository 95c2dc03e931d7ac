import { isSamePerson } from '../model/caller.ts';
import { shortHash } from '../model/ids.ts';
import { missingApproval } from '../model/phase.ts';
import type { Policy } from '../model/policy.ts';
import type { CloseCode, DeskWord, TicketRecord, TicketSnapshot } from '../model/ticket.ts';
import type { ApprovalGate, Wave } from '../model/wave.ts';
import { approve } from '../waves/control.ts';
import type { FileLabel } from './evidence.ts';
import { closeCodeOf, hasBegun, type WaveStanding } from './standing.ts';
import { startOf, stopBefore } from './window.ts';

/** What is done next for the ticket of a wave. */
export type TicketStep =
  | { readonly kind: 'open' }
  | { readonly kind: 'attach'; readonly label: FileLabel }
  | { readonly kind: 'submit' | 'start' }
  | {
      readonly kind: 'approve';
      readonly gate: ApprovalGate;
      readonly who: DeskWord;
      readonly startAt: string | null;
    }
  /** Somebody's approval does not count, and is told so. */
  | { readonly kind: 'refuse'; readonly who: DeskWord }
  /** The wave stops, once for each cause. */
  | { readonly kind: 'hold' | 'abort'; readonly cause: string; readonly reason: string; readonly by: string }
  | { readonly kind: 'schedule'; readonly startAt: string | null }
  | { readonly kind: 'note'; readonly key: string; readonly isEnd: boolean }
  | { readonly kind: 'close'; readonly code: CloseCode }
  /** The change has ended at the desk, or there never was one. */
  | { readonly kind: 'settle'; readonly code: CloseCode }
  | { readonly kind: 'wait'; readonly until: number; readonly trouble?: string };

export interface TicketInput {
  readonly record: TicketRecord;
  /** Undefined while there is no ticket to be read. */
  readonly snapshot: TicketSnapshot | undefined;
  readonly wave: Wave;
  readonly standing: WaveStanding;
  readonly policy: Policy;
  readonly nowMs: number;
  readonly pollMs: number;
}

/** Notes of a wave that goes up and down are no closer than this; of the last state alone. */
export const NOTE_GAP_MS = 600_000;

/**
 * The whole life of a wave's ticket as one pure function of wave, record and change: the one thing to do next. Killed
 * anywhere, the same step comes out again, or the next one if the desk shows that it was done.
 */
export function nextTicketStep(input: TicketInput): TicketStep {
  const { record, snapshot, wave, nowMs, pollMs } = input;
  if (record.ticket === null || snapshot === undefined) {
    if (wave.step === 'finished' && record.openingAt === null) return { kind: 'settle', code: 'cancelled' };
    return { kind: 'open' };
  }
  return (
    afterRejection(input, snapshot) ??
    afterEnd(input, snapshot) ??
    opening(record, snapshot, wave) ??
    approving(input, snapshot) ??
    withinWindow(input, snapshot) ??
    starting(snapshot, wave) ??
    telling(input, snapshot) ??
    ending(input, snapshot) ?? {
      kind: 'wait',
      until: nextLook(input, snapshot, nowMs + pollMs),
      ...namesNobody(input, snapshot),
    }
  );
}

/** Somebody ended the change at the desk, or we did. */
function afterEnd(
  { record, wave, standing }: TicketInput,
  { state, deskState, decision, refusedBy, reason }: TicketSnapshot,
): TicketStep | undefined {
  if (state !== 'closed' && state !== 'cancelled') return undefined;
  const code = closeCodeOf(wave, standing);
  if (wave.step === 'finished' || record.sent.includes('close'))
    return { kind: 'settle', code: state === 'cancelled' ? 'cancelled' : code };
  const cause = `ended ${state}`;
  const isTold = record.stoppedFor.includes(cause) || decision === 'rejected';
  if (isTold || wave.abort !== null) return { kind: 'settle', code: 'cancelled' };
  return stop(record, cause, refusedBy, `was ended in the desk (${deskState})${because(reason)}`);
}

function afterRejection(
  { record, wave, policy }: TicketInput,
  { decision, refusedBy, reason }: TicketSnapshot,
): TicketStep | undefined {
  if (decision !== 'rejected' || wave.step === 'finished' || wave.abort !== null) return undefined;
  const cause = `rejected ${refusedBy?.at ?? ''}`;
  if (record.stoppedFor.includes(cause)) return undefined;
  const step = stop(record, cause, refusedBy, `was refused in the desk${because(reason)}`);
  const aborts = policy.ticket?.onRejection === 'abort' && !hasBegun(wave);
  return aborts ? { ...step, kind: 'abort' } : step;
}

function stop(
  { ticket }: TicketRecord,
  cause: string,
  who: DeskWord | null,
  what: string,
): Extract<TicketStep, { cause: string }> {
  return {
    kind: 'hold',
    cause,
    reason: `Its change ${ticket?.number} ${what}`,
    by: who?.by ?? 'the ticket desk',
  };
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

/** What approvers should see comes before they are asked. */
function opening(
  record: TicketRecord,
  { decision, state }: TicketSnapshot,
  { step }: Wave,
): TicketStep | undefined {
  if (step === 'finished') return undefined;
  if (!record.files.some(({ label }) => label === 'machines')) return { kind: 'attach', label: 'machines' };
  return decision === 'notAsked' && state === 'open' ? { kind: 'submit' } : undefined;
}

function approving(input: TicketInput, snapshot: TicketSnapshot): TicketStep | undefined {
  const { record, wave, policy, nowMs } = input;
  const gate = awaited(input);
  if (gate === undefined || snapshot.decision !== 'approved') return undefined;
  for (const one of snapshot.approvers) {
    const who = dated(one, wave, nowMs);
    if (isOwn(record, who)) continue;
    const result = approve(wave, policy, gate, { ...who, via: 'ticket' });
    if (result.ok && result.changed) return { kind: 'approve', gate, who, startAt: startOf(input, snapshot) };
    if (!result.ok && result.code === 'requesterMayNotApprove' && !record.refused.includes(who.by))
      return { kind: 'refuse', who };
  }
  return undefined;
}

/** The gate that the wave waits at and that its ticket may approve. */
function awaited({ wave, policy, nowMs }: Pick<TicketInput, 'wave' | 'policy' | 'nowMs'>) {
  if (wave.abort !== null || wave.rollback !== undefined) return undefined;
  const gate = missingApproval(wave, policy.approvals, nowMs);
  return gate !== undefined && policy.ticket?.approves.includes(gate) ? gate : undefined;
}

/** What the app's own account does at the desk is nobody's word. */
export function isOwn({ own }: Pick<TicketRecord, 'own'>, who: DeskWord): boolean {
  return own.some((by) => isSamePerson({ by }, who));
}

/** An approval is of no time before there was a wave, and of no time to come. */
function dated(word: DeskWord, { createdAt }: Wave, nowMs: number): DeskWord {
  const at = Date.parse(word.at);
  const bounded = Number.isNaN(at) ? nowMs : Math.min(Math.max(at, Date.parse(createdAt)), nowMs);
  return { ...word, at: new Date(bounded).toISOString() };
}

function namesNobody(input: TicketInput, snapshot: TicketSnapshot): { trouble?: string } {
  if (awaited(input) === undefined || snapshot.decision !== 'approved') return {};
  const { record, wave, policy, nowMs } = input;
  const persons = snapshot.approvers.filter((who) => !isOwn(record, who));
  const oldest = nowMs - policy.approvals.validSeconds * 1000;
  if (persons.some((who) => Date.parse(dated(who, wave, nowMs).at) >= oldest)) return {};
  if (persons.length > 0)
    return {
      trouble:
        'The approval of the change is older than approvals.validSeconds; have it approved anew, or approve the wave in the app.',
    };
  return {
    trouble: 'The change is approved, and the desk names no person who did so; approve the wave in the app.',
  };
}

/** The planned time of a change that is approved limits the wave. */
function withinWindow(input: TicketInput, snapshot: TicketSnapshot): TicketStep | undefined {
  const { record, wave, policy, nowMs } = input;
  if (policy.ticket?.window !== 'narrows' || snapshot.decision !== 'approved') return undefined;
  if (wave.step === 'finished' || wave.abort !== null || wave.rollback !== undefined) return undefined;
  const startAt = startOf(input, snapshot);
  if (!hasBegun(wave) && (wave.startAt ?? null) !== startAt && isAhead(wave.startAt, startAt, nowMs))
    return { kind: 'schedule', startAt };
  const endMs = stopBefore(wave, policy, snapshot);
  const cause = `end ${snapshot.plannedEnd}`;
  if (endMs === undefined || nowMs < endMs || record.stoppedFor.includes(cause)) return undefined;
  const what = `is planned to end at ${snapshot.plannedEnd}, and a change that starts now would likely end later`;
  return stop(record, cause, null, what);
}

/** A start that has passed is not worth a change of the record. */
function isAhead(known: string | null | undefined, wanted: string | null, nowMs: number): boolean {
  return Math.max(Date.parse(known ?? '') || 0, Date.parse(wanted ?? '') || 0) > nowMs;
}

function starting({ state, decision }: TicketSnapshot, wave: Wave): TicketStep | undefined {
  return state === 'open' && decision === 'approved' && hasBegun(wave) ? { kind: 'start' } : undefined;
}

/** Tells of each stage, hold and wait once; never more often than the gap allows. */
function telling(input: TicketInput, { notes }: TicketSnapshot): TicketStep | undefined {
  const { record, wave, nowMs } = input;
  if (wave.step === 'finished') return undefined;
  if (isJudged(wave) && hasBegun(wave) && !record.files.some(({ label }) => label === 'verdicts-gate'))
    return { kind: 'attach', label: 'verdicts-gate' };
  const key = noteKey(input);
  if (key === undefined || record.told?.key === key || notes.includes(key)) return undefined;
  if (record.told !== null && nowMs < Date.parse(record.told.at) + NOTE_GAP_MS) return undefined;
  return { kind: 'note', key, isEnd: false };
}

/** Before the removal, with its gate passed: whoever approves it sees the data. */
function isJudged({ step, gates }: Wave): boolean {
  return step === 'gate' && gates.some(({ result }) => result === 'pass');
}

/** Undefined while there is nothing to tell that the change itself does not say. */
function noteKey({ wave, standing }: TicketInput): string | undefined {
  if (wave.holds.length > 0)
    return `held-${shortHash(wave.holds.map(({ id, reason }) => `${id} ${reason}`).join('\n'), 8)}`;
  if (!hasBegun(wave)) return undefined;
  const round = wave.resumedAt === null ? '' : `-${shortHash(wave.resumedAt, 6)}`;
  const waits = standing.phase === 'awaitingApproval' ? '-approval' : '';
  return `${wave.abort === null ? '' : 'abort-'}${wave.step}${waits}${round}`.toLowerCase();
}

function ending({ record, wave, standing }: TicketInput, { notes }: TicketSnapshot): TicketStep | undefined {
  if (wave.step !== 'finished') return undefined;
  const has = (label: FileLabel) => record.files.some((file) => file.label === label);
  if (hasBegun(wave)) {
    if (!has('verdicts')) return { kind: 'attach', label: 'verdicts' };
    if (!has('evidence')) return { kind: 'attach', label: 'evidence' };
    if (!notes.includes('end') && !record.sent.includes('note-end'))
      return { kind: 'note', key: 'end', isEnd: true };
  }
  return { kind: 'close', code: closeCodeOf(wave, standing) };
}

/** Sooner than the next poll where something is due before. */
function nextLook(
  { record, wave, policy, nowMs }: TicketInput,
  snapshot: TicketSnapshot,
  pollMs: number,
): number {
  const ends = policy.ticket?.window === 'narrows' ? stopBefore(wave, policy, snapshot) : undefined;
  const told = record.told === null ? undefined : Date.parse(record.told.at) + NOTE_GAP_MS;
  const due = [ends, told].filter((at) => at !== undefined && at > nowMs) as number[];
  return Math.min(pollMs, ...due);
}
