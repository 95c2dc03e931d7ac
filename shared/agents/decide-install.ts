import { AMA_EXTENSION, isAmaExtension } from '../model/agents.ts';
import type { PlannedMachine } from '../model/plan.ts';
import { type Policy, tagValue } from '../model/policy.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { type Settings, settingsDrift } from './ama-settings.ts';
import { versionObstacle } from './ama-versions.ts';
import type { MachineState } from './gateway.ts';
import { machineChange } from './machine-change.ts';

export type InstallDecision =
  | { readonly kind: 'present' }
  /** Time or a person must change something; look again. */
  | { readonly kind: 'wait'; readonly reason: ReasonCode; readonly detail?: string }
  | { readonly kind: 'blocked'; readonly reason: ReasonCode; readonly detail?: string }
  /** An operation this record does not know is running: follow it by reading. */
  | { readonly kind: 'follow'; readonly extension: string }
  | { readonly kind: 'put'; readonly extension: string; readonly why: string };

/** What to do about Azure Monitor Agent on a machine, from its state alone. */
export function decideInstall(
  planned: PlannedMachine,
  state: MachineState,
  wanted: Settings | undefined,
  policy: Policy,
): InstallDecision {
  const change = machineChange(planned, state);
  if (change !== undefined) return { kind: 'blocked', reason: 'machineChanged', detail: change };
  if (tagValue(state.tags, policy.holdTag) !== undefined) return { kind: 'wait', reason: 'heldTag' };
  const found = state.extensions.find(isAmaExtension);
  const drift =
    found === undefined
      ? undefined
      : (settingsDrift(found.settings, wanted) ?? versionObstacle(found.version, planned, wanted));
  if (found?.provisioningState === 'Succeeded' && drift === undefined) return { kind: 'present' };
  if (state.availability === 'stopped') return { kind: 'wait', reason: 'notRunning' };
  if (state.availability === 'disconnected') return { kind: 'wait', reason: 'arcDisconnected' };
  const identity = identityObstacle(planned, state);
  if (identity !== undefined) return { kind: 'blocked', ...identity };
  if (found === undefined) {
    return { kind: 'put', extension: AMA_EXTENSION[planned.os].type, why: 'install' };
  }
  switch (found.provisioningState) {
    case 'Creating':
    case 'Updating':
      return { kind: 'follow', extension: found.name };
    case 'Deleting':
      return { kind: 'wait', reason: 'extensionBusy', detail: `${found.name} is being deleted` };
    default:
      return {
        kind: 'put',
        extension: found.name,
        why: drift === undefined ? `repair: ${found.provisioningState ?? 'no state'}` : `repair: ${drift}`,
      };
  }
}

/** The agent signs in with a managed identity; on a VM there may be none, or too many (facts file 3.3). */
function identityObstacle(
  planned: PlannedMachine,
  state: MachineState,
): { reason: ReasonCode; detail?: string } | undefined {
  if (planned.kind === 'arcServer') return undefined;
  const named = planned.userAssignedIdentityId;
  if (named !== null) {
    return state.userIdentities.includes(named)
      ? undefined
      : { reason: 'identityMissing', detail: `${named} is not assigned to the VM` };
  }
  if (state.systemIdentity || state.userIdentities.length === 1) return undefined;
  return { reason: state.userIdentities.length === 0 ? 'identityMissing' : 'identityAmbiguous' };
}
