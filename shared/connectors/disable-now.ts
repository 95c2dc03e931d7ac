import type { Workspace } from '../model/machine.ts';
import type { ConnectorSwitch } from '../model/stream-check.ts';
import { ok, type Result } from '../model/trouble.ts';
import { isOn } from './collection.ts';
import { dependentsOf, readKnownMachines } from './dependents.ts';
import type { DisableDependencies } from './disable.ts';
import type { Collection } from './gateway.ts';
import { confirmSwitch, switchOff } from './switch-off.ts';

/** As the default of policy.ingestionLagSeconds. */
const INGESTION_LAG_SECONDS = 300;

export interface DisableRequest {
  readonly workspace: Workspace;
  readonly inventoryId: string;
  readonly by: string;
  readonly reason: string;
  /** Why it goes off although machines depend on it; undefined: then it does not. */
  readonly override: string | undefined;
  /** Only looks. */
  readonly whatIf: boolean;
}

export type Disabled =
  | { readonly status: 'alreadyDone'; readonly collections: readonly Collection[] }
  /** What would be switched off, and whether it would be. */
  | {
      readonly status: 'whatIf';
      readonly collections: readonly Collection[];
      readonly dependents: number;
      readonly allowed: boolean;
    }
  | { readonly status: 'inUse'; readonly dependents: number }
  | { readonly status: 'disabled'; readonly dependents: number; readonly switched: ConnectorSwitch }
  | { readonly status: 'changed' | 'stillOn'; readonly detail: string };

/**
 * Switches legacy collection of one workspace off at a person's word: only when no machine depends on it, or
 * with an override whose reason is kept (D8). Trouble is Azure's.
 */
export async function disableNow(
  dependencies: DisableDependencies,
  { workspace, inventoryId, by, reason, override, whatIf }: DisableRequest,
): Promise<Result<Disabled>> {
  const { ledger, collections } = dependencies;
  const found = await collections.read(workspace.resourceId);
  if (!found.ok) return found;
  const active = found.value.filter(isOn);
  if (active.length === 0) {
    const last = await ledger.connectors.switchOf(workspace.id);
    // The call before was killed between its last write and its note of it.
    const open = last !== undefined && last.waveId === null && last.confirmedAt === null;
    if (open && !whatIf) await confirmSwitch(dependencies, last);
    return ok({ status: 'alreadyDone', collections: found.value });
  }
  const known = await readKnownMachines(ledger, inventoryId, [workspace.id]);
  const dependents = await dependentsOf(dependencies, workspace, known);
  if (!dependents.ok) return dependents;
  const impact = dependents.value.map(({ id }) => id);
  const allowed = impact.length === 0 || override !== undefined;
  if (whatIf) return ok({ status: 'whatIf', collections: active, dependents: impact.length, allowed });
  if (!allowed) return ok({ status: 'inUse', dependents: impact.length });
  const request = { workspace, active, impact, waveId: null, by, ingestionLagSeconds: INGESTION_LAG_SECONDS };
  const why = impact.length > 0 && override !== undefined ? `${reason}; ${override}` : reason;
  const answer = await switchOff(dependencies, { ...request, reason: why });
  if (!answer.ok || answer.value.status !== 'done') return answer as Result<Disabled>;
  return ok({ status: 'disabled', dependents: impact.length, switched: answer.value.switched });
}
