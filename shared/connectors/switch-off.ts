import type { Ledger } from '../ledger/ledger.ts';
import type { ConnectorSwitch } from '../model/stream-check.ts';
import { ok, type Result } from '../model/trouble.ts';
import { record, recordWithMachines } from './audit.ts';
import { describe, isOn, sameSettings, switchedOff } from './collection.ts';
import type { Collection, CollectionGateway } from './gateway.ts';

export interface SwitchDependencies {
  readonly ledger: Ledger;
  readonly collections: CollectionGateway;
  now(): number;
}

export interface SwitchRequest {
  readonly workspace: { readonly id: string; readonly resourceId: string };
  /** The settings that were on when it was decided to switch them off. */
  readonly active: readonly Collection[];
  /** Machines that lose legacy collection. */
  readonly impact: readonly string[];
  /** null: by a call of the API. */
  readonly waveId: string | null;
  readonly by: string;
  readonly reason: string | null;
  /** How long rows may take to arrive. */
  readonly ingestionLagSeconds: number;
  readonly propagationSeconds?: number;
  readonly watchSeconds?: number;
}

/** How it ended. `changed`: somebody else set something else meanwhile; `stillOn`: None could not be read back. */
export type Switched =
  | { readonly status: 'done'; readonly switched: ConnectorSwitch }
  | { readonly status: 'changed' | 'stillOn'; readonly detail: string };

/**
 * Sets every active setting of a workspace to None: values stored and trail written first, each write only over
 * the version that was read, read back at the end. Killed or refused between two writes it can be called again:
 * what is None already is left, and what was stored stays. Trouble is Azure's.
 */
export async function switchOff(
  { ledger, collections, now }: SwitchDependencies,
  { workspace, active, impact, waveId, by, reason, ...times }: SwitchRequest,
): Promise<Result<Switched>> {
  const { id, resourceId } = workspace;
  const found = await collections.read(resourceId);
  if (!found.ok) return found;
  const current = found.value.filter(isOn);
  if (!sameSettings(current, active))
    return ok({ status: 'changed', detail: `was ${describe(active)}, is ${describe(found.value)}` });

  const at = new Date(now()).toISOString();
  const overridden = impact.length === 0 ? '' : `, overridden for ${impact.length} machines`;
  const why = reason === null ? '' : `: ${reason}`;
  const message = `switch off legacy security events of ${id}: ${describe(active)}${overridden}${why}`;
  const before = active.map(({ etag: _, ...value }) => value);
  await recordWithMachines(
    ledger,
    id,
    { at, waveId, event: 'connector', message, by, data: { before } },
    impact,
  );
  for (const { kind, name, tier, properties } of active) {
    const value = { workspaceId: id, kind, name, tier, properties, storedAt: at, waveId, by, reason };
    await ledger.connectors.remember({ ...value, restored: null });
  }
  const intent: ConnectorSwitch = {
    workspaceId: id,
    waveId,
    by,
    reason,
    startedAt: at,
    confirmedAt: null,
    dependents: impact.length,
    ...times,
    restoredAt: null,
    check: null,
  };
  await ledger.connectors.recordSwitch(intent);
  for (const collection of current) {
    const written = await collections.write(resourceId, switchedOff(collection));
    if (!written.ok) return written;
    if (written.value === 'changed')
      return ok({ status: 'changed', detail: `${collection.kind} is not ${collection.tier} any more` });
  }
  const after = await collections.read(resourceId);
  if (!after.ok) return after;
  const still = after.value.filter(isOn);
  if (still.length > 0) return ok({ status: 'stillOn', detail: describe(still) });
  return ok({ status: 'done', switched: await confirmSwitch({ ledger, now }, intent) });
}

/** Notes that None was read back: from here on a setting that is on again was set by somebody else. */
export async function confirmSwitch(
  { ledger, now }: Pick<SwitchDependencies, 'ledger' | 'now'>,
  intent: ConnectorSwitch,
): Promise<ConnectorSwitch> {
  const at = new Date(now()).toISOString();
  const switched: ConnectorSwitch = { ...intent, confirmedAt: at };
  await ledger.connectors.recordSwitch(switched);
  const { workspaceId, waveId, by } = intent;
  const message = `legacy security events of ${workspaceId} are off`;
  await record(ledger, workspaceId, { at, waveId, event: 'effect', message, by });
  return switched;
}
