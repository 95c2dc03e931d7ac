import { isAmaExtension, isLegacyExtension } from '../../model/agents.ts';
import type { ReasonCode } from '../../model/reasons.ts';
import type { ScaleSetPolicy } from '../../model/scale-set.ts';
import type { Instance, ScaleSetState } from './gateway.ts';

/** The stages whose change of the model instances have to get. */
export type ChangeStage = 'install' | 'uninstall' | 'returnLegacy' | 'undoInstall';

export type UpgradeDecision =
  /** Every instance that counts is as the stage wants it. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'upgrade'; readonly instanceIds: readonly string[] }
  /** Time or a person must change something; look again. */
  | { readonly kind: 'wait'; readonly reason: ReasonCode; readonly detail?: string }
  | { readonly kind: 'blocked'; readonly reason: ReasonCode; readonly detail?: string };

export interface UpgradeFacts {
  readonly stage: ChangeStage;
  readonly state: ScaleSetState;
  readonly policy: ScaleSetPolicy;
  /** When the model was changed, ISO 8601: upgrades in batches that began earlier are not of this change. */
  readonly changedAt: string;
}

/** Instances in one request; own choice, no limit of Azure's is known. */
const MOST_AT_ONCE = 100;
/** Ids that a detail names. */
const SHOWN = 10;

/**
 * How the changed model goes on to the instances, from their state alone. Under the Manual policy the app upgrades
 * a share at a time, each only while those before are well; else Azure does it and is followed. Pure.
 */
export function nextUpgrade({ stage, state, policy, changedAt }: UpgradeFacts): UpgradeDecision {
  const lacking = lackingInstances(stage, state.instances);
  if (lacking.length === 0) return { kind: 'finished' };
  const isProtected = lacking.filter((one) => one.isProtected);
  if (isProtected.length > 0) return wait('instancesProtected', isProtected);
  if (state.upgradePolicy === 'rolling') return followRolling(state, changedAt, lacking);
  const unwell = state.instances.filter((one) => isUnwell(stage, one));
  if (unwell.length > 0) return wait('instancesUnhealthy', unwell);
  if (state.upgradePolicy !== 'manual') return wait('instancesUpgrading', lacking);
  if (!policy.upgradeManual) return { kind: 'blocked', reason: 'manualUpgrades' };
  if (state.rollingUpgrade?.status === 'running') return { kind: 'wait', reason: 'upgradeInProgress' };
  const busy = state.instances.filter(isBusy);
  if (busy.length > 0) return wait('instancesUpgrading', busy);
  const reachable = lacking.filter(({ running }) => running);
  if (reachable.length === 0) return wait('notRunning', lacking);
  const size = Math.floor((state.instances.length * policy.batchPercent) / 100);
  const batch = reachable.slice(0, Math.min(MOST_AT_ONCE, Math.max(1, size)));
  return { kind: 'upgrade', instanceIds: batch.map(({ instanceId }) => instanceId) };
}

/**
 * Instances that are not yet as the stage wants them. One that is off gets its new agent when it is started, but
 * no legacy agent may stay on it.
 */
export function lackingInstances(stage: ChangeStage, instances: readonly Instance[]): Instance[] {
  return instances.filter((one) => {
    if (stage === 'install') return one.running && !(one.latestModel && hasAgent(one));
    if (stage === 'uninstall') return one.extensions.some(isLegacyExtension);
    // What a rollback puts into the model, or takes out of it, comes with the model.
    return one.running && !one.latestModel;
  });
}

/** Azure Monitor Agent is on the instance, and provisioned. */
export function hasAgent({ extensions }: Instance): boolean {
  return extensions.find(isAmaExtension)?.provisioningState === 'Succeeded';
}

/** Whether an operation on the instance has not ended. */
export function isBusy({ provisioningState }: Instance): boolean {
  return /^(updating|creating)$/i.test(provisioningState ?? '');
}

/** An instance that has the model and is not well by it: others must not follow. */
function isUnwell(stage: ChangeStage, one: Instance): boolean {
  if (!one.latestModel || !one.running || isBusy(one)) return false;
  const failed = /^failed$/i.test(one.provisioningState ?? '');
  return failed || !one.healthy || lackingInstances(stage, [one]).length > 0;
}

function followRolling(
  { rollingUpgrade }: ScaleSetState,
  changedAt: string,
  lacking: readonly Instance[],
): UpgradeDecision {
  const ours = rollingUpgrade?.startedAt != null && rollingUpgrade.startedAt >= changedAt;
  if (ours && rollingUpgrade.status === 'failed') {
    return {
      kind: 'blocked',
      reason: 'rollingUpgradeFailed',
      detail: rollingUpgrade.error ?? 'no reason given',
    };
  }
  return wait('instancesUpgrading', lacking);
}

function wait(reason: ReasonCode, instances: readonly Instance[]): UpgradeDecision {
  return { kind: 'wait', reason, detail: named(instances) };
}

/** "instances 0, 2 and 3 more". */
export function named(instances: readonly Pick<Instance, 'instanceId'>[]): string {
  const more = instances.length - SHOWN;
  const ids = instances.slice(0, SHOWN).map(({ instanceId }) => instanceId);
  return `${instances.length === 1 ? 'instance' : 'instances'} ${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** "5 instances, of which 2 do not run". */
export function counted(instances: readonly Pick<Instance, 'running'>[]): string {
  const off = instances.filter(({ running }) => !running).length;
  return `${instances.length} instances${off === 0 ? '' : `, of which ${off} do not run`}`;
}
