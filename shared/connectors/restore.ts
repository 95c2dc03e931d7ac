import type { StoredCollection } from '../ledger/connectors.ts';
import { ok, type Result } from '../model/trouble.ts';
import { record } from './audit.ts';
import { describe, isOn } from './collection.ts';
import type { Collection } from './gateway.ts';
import type { SwitchDependencies } from './switch-off.ts';

export interface RestoreRequest {
  readonly workspace: { readonly id: string; readonly resourceId: string };
  readonly by: string;
  readonly reason: string;
  /** Writes over what somebody set since the switch. */
  readonly force: boolean;
  /** Only looks. */
  readonly whatIf: boolean;
  /** Restores what this wave switched off, and nothing else. */
  readonly ofWave?: string;
}

/** What happens to one setting: `conflict` is one that somebody set to something else since. */
export interface RestoreStep {
  readonly kind: string;
  readonly name: string;
  readonly action: 'restore' | 'alreadyThere' | 'conflict';
  /** null: nothing is configured. */
  readonly current: string | null;
  readonly stored: string;
}

export type Restored =
  | { readonly status: 'nothingStored' }
  | { readonly status: 'whatIf' | 'restored' | 'refused'; readonly steps: readonly RestoreStep[] }
  /** Somebody else changed it between look and write; or it could not be read back. */
  | { readonly status: 'changed' | 'notRestored'; readonly detail: string };

/**
 * Puts back what was stored of a workspace before it was switched off, and marks it restored once it is read
 * back. What somebody set since is left unless forced. It can be called again after a kill. Trouble is Azure's.
 */
export async function restore(
  dependencies: SwitchDependencies,
  { workspace, by, reason, force, whatIf, ofWave }: RestoreRequest,
): Promise<Result<Restored>> {
  const { ledger, collections, now } = dependencies;
  const { id, resourceId } = workspace;
  const stored = (await ledger.connectors.stored(id)).filter(
    ({ restored, waveId }) => restored === null && (ofWave === undefined || waveId === ofWave),
  );
  if (stored.length === 0) return ok({ status: 'nothingStored' });
  const found = await collections.read(resourceId);
  if (!found.ok) return found;
  const plan = stored.map((value) => ({ value, ...stepOf(value, currentOf(value, found.value), force) }));
  const steps = plan.map(({ step }) => step);
  if (whatIf) return ok({ status: 'whatIf', steps });
  if (steps.some(({ action }) => action === 'conflict')) return ok({ status: 'refused', steps });

  const at = new Date(now()).toISOString();
  const wanted = stored.map(({ kind, tier }) => `${kind} tier ${tier}`).join(', ');
  const message = `restore legacy security events of ${id}: ${wanted}; ${reason}`;
  const before = found.value.map(({ etag: _, ...value }) => value);
  const data = { before, force };
  await record(ledger, id, { at, waveId: ofWave ?? null, event: 'connector', message, by, data });
  for (const { value, current, step } of plan) {
    if (step.action !== 'restore') continue;
    const { kind, name, tier, properties } = value;
    const body = { kind, name, tier, properties } as Collection;
    const etag = current?.etag === undefined ? {} : { etag: current.etag };
    const written = await collections.write(resourceId, { ...body, ...etag });
    if (!written.ok) return written;
    if (written.value === 'changed')
      return ok({ status: 'changed', detail: `${kind} was changed meanwhile` });
  }
  return confirm(dependencies, { id, resourceId, by, stored, steps, ofWave });
}

/** A value counts as restored only when it can be read back. */
async function confirm(
  { ledger, collections, now }: SwitchDependencies,
  {
    id,
    resourceId,
    by,
    stored,
    steps,
    ofWave,
  }: {
    id: string;
    resourceId: string;
    by: string;
    stored: readonly StoredCollection[];
    steps: readonly RestoreStep[];
    ofWave: string | undefined;
  },
): Promise<Result<Restored>> {
  const after = await collections.read(resourceId);
  if (!after.ok) return after;
  if (stored.some((value) => !isThere(value, currentOf(value, after.value))))
    return ok({ status: 'notRestored', detail: describe(after.value) });
  const at = new Date(now()).toISOString();
  for (const value of stored) await ledger.connectors.remember({ ...value, restored: { at, by } });
  const last = await ledger.connectors.switchOf(id);
  if (last !== undefined) await ledger.connectors.recordSwitch({ ...last, restoredAt: at });
  const message = `legacy security events of ${id} are as they were: ${describe(after.value)}`;
  await record(ledger, id, { at, waveId: ofWave ?? null, event: 'effect', message, by });
  return ok({ status: 'restored', steps });
}

function stepOf(value: StoredCollection, current: Collection | undefined, force: boolean) {
  const action: RestoreStep['action'] = isThere(value, current)
    ? 'alreadyThere'
    : force || current === undefined || !isOn(current)
      ? 'restore'
      : 'conflict';
  const { kind, name, tier } = value;
  return { current, step: { kind, name, action, current: current?.tier ?? null, stored: tier } };
}

function currentOf({ kind, name }: StoredCollection, found: readonly Collection[]): Collection | undefined {
  return found.find((one) => one.kind === kind && one.name.toLowerCase() === name.toLowerCase());
}

function isThere({ tier }: StoredCollection, current: Collection | undefined): boolean {
  return current?.tier.toLowerCase() === tier.toLowerCase();
}
