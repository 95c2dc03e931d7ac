import type { AuditEntry } from '../../shared/model/wave.ts';
import type { Runtime } from '../compose.ts';

interface Change extends Pick<AuditEntry, 'message' | 'by' | 'before' | 'after'> {
  readonly event?: AuditEntry['event'];
  readonly at?: string;
  /** A wave or a run of a plan; absent: the general trail. */
  readonly waveId?: string | null;
}

/**
 * Into the trail what a call is about to change, before it does: a record whose writer died over its entry could not
 * be explained. `before` is null for what is new.
 */
export async function recordChange(
  { ledger, now }: Pick<Runtime, 'ledger' | 'now'>,
  key: string,
  { at = new Date(now()).toISOString(), waveId = null, ...change }: Change,
): Promise<void> {
  await ledger.audit.append(key, [{ at, waveId, machineId: null, stage: null, event: 'control', ...change }]);
}
