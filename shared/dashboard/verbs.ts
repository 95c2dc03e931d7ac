import { mayDo, type Role, type Word } from '../model/caller.ts';
import type { Policy } from '../model/policy.ts';
import { isRollingBack, type OutcomeCounts, type Wave } from '../model/wave.ts';
import {
  abort,
  acceptsRisk,
  approve,
  type By,
  type ControlResult,
  hold,
  promote,
  refuse,
  resume,
} from '../waves/control.ts';
import { requestRetry } from '../waves/retry.ts';

export const VERBS = ['approve', 'promote', 'hold', 'resume', 'retry', 'abort', 'rollback'] as const;
export type VerbName = (typeof VERBS)[number];

/** Whether somebody may use a verb on a wave now; where not, why. */
export interface Verb {
  readonly verb: VerbName;
  readonly allowed: boolean;
  /** The role it needs, or the first that is missing. */
  readonly role: Role;
  /** Absent where it is allowed. */
  readonly why?: string;
}

const ROLE: Readonly<Record<VerbName, Role>> = {
  approve: 'approver',
  promote: 'approver',
  hold: 'operator',
  resume: 'operator',
  retry: 'operator',
  abort: 'operator',
  rollback: 'operator',
};

interface Asked {
  readonly wave: Wave;
  readonly policy: Policy;
  readonly counts: OutcomeCounts;
  readonly who: Word;
  readonly roles: readonly Role[];
  readonly nowMs: number;
}

/**
 * What the caller may do with a wave. It asks the very functions that decide when a verb is used, so that a button is
 * offered exactly where it works; what only the call itself finds out is refused there.
 */
export function verbsOf(asked: Asked): Verb[] {
  return VERBS.map((verb): Verb => {
    const needed = rolesFor(verb, asked.wave);
    const missing = needed.find((role) => !mayDo(asked.roles, role));
    const result = tried(verb, asked);
    if (!result.ok) return { verb, allowed: false, role: needed[0] ?? 'operator', why: result.message };
    if (missing !== undefined)
      return { verb, allowed: false, role: missing, why: `Needs the role "${missing}".` };
    return { verb, allowed: true, role: needed[0] ?? 'operator' };
  });
}

/** To go on over a failed gate or check takes an approver beside the operator. */
function rolesFor(verb: VerbName, wave: Wave): readonly Role[] {
  return verb === 'resume' && acceptsRisk(wave) ? ['operator', 'approver'] : [ROLE[verb]];
}

function tried(verb: VerbName, { wave, policy, counts, who, nowMs }: Asked): ControlResult {
  const by = { ...who, at: new Date(nowMs).toISOString() };
  switch (verb) {
    case 'approve':
      return again(approve(wave, policy, undefined, by), 'You have approved already.');
    case 'promote':
      return again(promote(wave, policy, '', by), 'The soak was cut short already.');
    case 'hold':
      return hold(wave, '', by);
    case 'resume':
      return resume(wave, policy, undefined, by);
    case 'abort':
      return again(abort(wave, '', by), 'The wave was aborted already.');
    case 'retry':
      return again(retryable(wave, counts, by), 'A retry waits for the batches under way.');
    case 'rollback':
      return rollbackable(wave);
  }
}

/** A verb that would change nothing is not worth a button. */
function again(result: ControlResult, why: string): ControlResult {
  return result.ok && !result.changed ? { ok: false, code: 'notAwaitingApproval', message: why } : result;
}

function retryable(wave: Wave, counts: OutcomeCounts, by: By): ControlResult {
  if (wave.detailsPurgedAt !== undefined)
    return refuse('detailsPurged', 'Its machines were deleted for their age.');
  const open = Object.values(counts).reduce(
    (sum, { failed = 0, blocked = 0, waiting = 0 }) => sum + failed + blocked + waiting,
    0,
  );
  return requestRetry(wave, open, { machineIds: null, reason: '' }, by);
}

function rollbackable(wave: Wave): ControlResult {
  if (wave.dryRun) return refuse('dryRunWave', 'A dry run changed nothing.');
  if (isRollingBack(wave)) return refuse('rollbackRunning', 'The wave is being rolled back.');
  if (wave.detailsPurgedAt !== undefined)
    return refuse('detailsPurged', 'Its machines were deleted for their age.');
  if (wave.cells.length === 0) return refuse('nothingToRollBack', 'The wave has changed nothing yet.');
  return { ok: true, wave, changed: true };
}
