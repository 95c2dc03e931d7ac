import type { ReasonCode } from './reasons.ts';
import { type Needs, REASONS } from './reasons.ts';

/** Result of a stage on one machine (DESIGN section 2). */
export type Outcome =
  | { readonly status: 'done' | 'alreadyDone'; readonly detail?: string }
  | { readonly status: 'skipped'; readonly reason: ReasonCode; readonly detail?: string }
  | {
      readonly status: 'waiting';
      readonly reason: ReasonCode;
      /** When to look again, ISO 8601. */
      readonly until: string;
      readonly detail?: string;
    }
  | {
      readonly status: 'blocked';
      readonly reason: ReasonCode;
      readonly needs: Needs;
      readonly detail?: string;
    }
  | { readonly status: 'failed'; readonly code: ReasonCode; readonly detail?: string };

export type OutcomeStatus = Outcome['status'];

export function blocked(reason: ReasonCode, detail?: string): Outcome {
  return { status: 'blocked', reason, needs: REASONS[reason].needs, ...withDetail(detail) };
}

export function failed(code: ReasonCode, detail?: string): Outcome {
  return { status: 'failed', code, ...withDetail(detail) };
}

export function skipped(reason: ReasonCode, detail?: string): Outcome {
  return { status: 'skipped', reason, ...withDetail(detail) };
}

export function waiting(reason: ReasonCode, until: string, detail?: string): Outcome {
  return { status: 'waiting', reason, until, ...withDetail(detail) };
}

export function isSettled(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.status !== 'waiting';
}

/** Whether the next stage may follow. A connector that stays on does not stop a machine. */
export function allowsNext(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'done' || outcome?.status === 'alreadyDone' || outcome?.status === 'skipped';
}

/** The stable code of an outcome that is not a success, if it has one. */
export function outcomeReason(outcome: Outcome): ReasonCode | undefined {
  if (outcome.status === 'failed') return outcome.code;
  return 'reason' in outcome ? outcome.reason : undefined;
}

function withDetail(detail: string | undefined): { detail?: string } {
  return detail === undefined ? {} : { detail };
}
