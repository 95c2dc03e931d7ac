import { isAmaExtension } from '../model/agents.ts';
import type { Assessment, AssessmentReason } from '../model/assessment.ts';
import type { Machine } from '../model/machine.ts';
import { tagValue } from '../model/policy.ts';
import type { ScaleSetPolicy } from '../model/scale-set.ts';
import { tooOldForAma } from './arc-agent.ts';
import { osSupport } from './os-support.ts';
import { regionSupport } from './regions.ts';
import { isAlive, legacyPresence } from './reports.ts';
import { changesModel, scaleSetReasons } from './scale-sets.ts';

export interface AssessOptions {
  readonly holdTag: string;
  /** The user-assigned identity a plan names for the machine. */
  readonly namedIdentity: string | null;
  /** The instant of the inventory, milliseconds: what counts as heard lately. */
  readonly now: number;
  /** A plan lets the app deal with agents that were installed by hand. */
  readonly manualInstalls?: boolean;
  /** What a plan lets the app do to scale sets; absent: the default. */
  readonly scaleSets?: Pick<ScaleSetPolicy, 'upgradeManual' | 'upgradeOutdated'>;
  /** The machine was migrated before and is to be put right: that it carries no legacy agent is no answer. */
  readonly repairs?: boolean;
}

/** Everything of a machine but what assessment itself adds. */
export type Assessable = Omit<Machine, 'assessment' | 'findings'>;

/** Whether a machine can be migrated as it stands, from the inventory alone. Pure. */
export function assess(machine: Assessable, options: AssessOptions): Assessment {
  if (machine.kind === 'unmanaged') return assessUnmanaged(machine);
  const found = legacyPresence(machine, options.now);
  // The old voice of an agent that was removed says nothing of one that was installed by hand.
  const presence =
    options.repairs === true && found === 'heartbeat' && !isAlive(machine, options.now) ? 'none' : found;
  if (presence === 'none' && options.repairs !== true)
    return { status: machine.extensions.some(isAmaExtension) ? 'alreadyMigrated' : 'notApplicable' };
  if (machine.kind === 'scaleSet' && !changesModel(machine.scaleSet))
    return blocked([{ code: 'scaleSetUnsupported' }]);
  const reasons = [
    // No script can follow the instances of a scale set as they come and go.
    presence === 'heartbeat' && (options.manualInstalls !== true || machine.kind === 'scaleSet')
      ? manualReason(machine)
      : undefined,
    ...scaleSetReasons(machine.scaleSet, options.scaleSets),
    osReason(machine),
    regionSupport(machine.region) === 'unsupported'
      ? ({ code: 'regionUnsupported', detail: machine.region } as const)
      : undefined,
    availabilityReason(machine),
    machine.arcAgent !== null && tooOldForAma(machine.arcAgent.version)
      ? ({ code: 'arcAgentTooOld', detail: machine.arcAgent.version ?? '' } as const)
      : undefined,
    guestAgentReason(machine),
    machine.extensionsAllowed ? undefined : ({ code: 'extensionsForbidden' } as const),
    identityReason(machine, options.namedIdentity),
    lockReason(machine),
    permissionReason(machine),
    tagValue(machine.tags, options.holdTag) === undefined ? undefined : ({ code: 'heldTag' } as const),
  ].filter((reason) => reason !== undefined);
  return reasons.length === 0 ? { status: 'ready' } : blocked(reasons);
}

/** A client with Azure Monitor Agent has no ARM id either, and nothing to migrate. */
function assessUnmanaged({ heartbeats, name }: Assessable): Assessment {
  const legacy = heartbeats.legacy !== null || heartbeats.scom !== null;
  return legacy ? blocked([{ code: 'unmanaged', detail: name }]) : { status: 'alreadyMigrated' };
}

function blocked(reasons: readonly AssessmentReason[]): Assessment {
  return { status: 'blocked', reasons };
}

function manualReason({ heartbeats }: Assessable): AssessmentReason {
  const last = [heartbeats.legacy, heartbeats.scom]
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  return { code: 'manualInstall', detail: `last heard ${last}` };
}

function osReason(machine: Assessable): AssessmentReason | undefined {
  const support = osSupport(machine);
  if (support.verdict === 'unsupported') {
    const arm = machine.architecture === 'arm64' && osSupport({ ...machine, architecture: 'x64' }).verdict;
    const code = arm !== false && arm !== 'unsupported' ? 'unsupportedArchitecture' : 'unsupportedOs';
    return { code, detail: support.why };
  }
  return machine.os === 'unknown' ? { code: 'unknownOs' } : undefined;
}

function availabilityReason({ availability }: Assessable): AssessmentReason | undefined {
  if (availability === 'stopped') return { code: 'notRunning' };
  if (availability === 'disconnected') return { code: 'arcDisconnected' };
  if (availability === 'expired')
    return { code: 'arcDisconnected', detail: 'expired: it must be connected anew' };
  return undefined;
}

function guestAgentReason({ guestAgent, availability }: Assessable): AssessmentReason | undefined {
  if (guestAgent === 'absent') return { code: 'guestAgentNotReady', detail: 'the VM has none' };
  // A stopped VM cannot answer; that it is stopped is the reason then.
  return guestAgent === 'notReady' && availability === 'running' ? { code: 'guestAgentNotReady' } : undefined;
}

function identityReason(machine: Assessable, named: string | null): AssessmentReason | undefined {
  if (machine.kind === 'arcServer') return undefined;
  if (named !== null) {
    if (machine.userIdentities.includes(named)) return undefined;
    return { code: 'identityMissing', detail: `${named} is not assigned to the VM` };
  }
  if (machine.systemIdentity || machine.userIdentities.length === 1) return undefined;
  return { code: machine.userIdentities.length === 0 ? 'identityMissing' : 'identityAmbiguous' };
}

function lockReason({ locks }: Assessable): AssessmentReason | undefined {
  const [lock] = locks;
  return lock === undefined
    ? undefined
    : { code: 'locked', detail: `${lock.level} lock "${lock.name}" on ${lock.scope}` };
}

function permissionReason({ missingActions }: Assessable): AssessmentReason | undefined {
  return missingActions.length === 0
    ? undefined
    : { code: 'notAuthorized', detail: `lacks ${missingActions.join(', ')}` };
}
