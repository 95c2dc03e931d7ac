import { isAmaExtension, isLegacyExtension } from '../model/agents.ts';
import type { Machine } from '../model/machine.ts';
import { tagValue } from '../model/policy.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { unsupportedOs } from './os-support.ts';

export interface AssessmentReason {
  readonly code: ReasonCode;
  readonly detail?: string;
}

export type Assessment =
  | { readonly status: 'ready' }
  /** Only the new agent is there. */
  | { readonly status: 'alreadyMigrated' }
  /** No agent at all: nothing to migrate. */
  | { readonly status: 'notApplicable' }
  | { readonly status: 'blocked'; readonly reasons: readonly AssessmentReason[] };

/** Whether a machine can be migrated as it stands, from the inventory alone. */
export function assess(
  machine: Machine,
  options: { holdTag: string; namedIdentity: string | null },
): Assessment {
  const legacy = machine.extensions.some(isLegacyExtension);
  if (!legacy)
    return { status: machine.extensions.some(isAmaExtension) ? 'alreadyMigrated' : 'notApplicable' };
  const reasons = [
    osReason(machine),
    availabilityReason(machine),
    identityReason(machine, options.namedIdentity),
    lockReason(machine),
    tagValue(machine.tags, options.holdTag) === undefined ? undefined : ({ code: 'heldTag' } as const),
  ].filter((reason) => reason !== undefined);
  return reasons.length === 0 ? { status: 'ready' } : { status: 'blocked', reasons };
}

function osReason(machine: Machine): AssessmentReason | undefined {
  const unsupported = unsupportedOs(machine.osName, machine.osVersion);
  if (unsupported !== undefined) return { code: 'unsupportedOs', detail: unsupported };
  return machine.os === 'unknown' ? { code: 'unknownOs' } : undefined;
}

function availabilityReason({ availability }: Machine): AssessmentReason | undefined {
  if (availability === 'stopped') return { code: 'notRunning' };
  if (availability === 'disconnected') return { code: 'arcDisconnected' };
  return undefined;
}

function identityReason(machine: Machine, named: string | null): AssessmentReason | undefined {
  if (machine.kind === 'arcServer') return undefined;
  if (named !== null) {
    if (machine.userIdentities.includes(named)) return undefined;
    return { code: 'identityMissing', detail: `${named} is not assigned to the VM` };
  }
  if (machine.systemIdentity || machine.userIdentities.length === 1) return undefined;
  return { code: machine.userIdentities.length === 0 ? 'identityMissing' : 'identityAmbiguous' };
}

function lockReason({ locks }: Machine): AssessmentReason | undefined {
  const [lock] = locks;
  return lock === undefined
    ? undefined
    : { code: 'locked', detail: `${lock.level} lock "${lock.name}" on ${lock.scope}` };
}
