import type { ScaleSetPolicy } from '../../model/scale-set.ts';
import type { ScaleSetState } from './gateway.ts';
import { type ChangeStage, isBusy, named, type UpgradeDecision } from './next-upgrade.ts';

export type Obstacle = Extract<UpgradeDecision, { reason: unknown }>;

export interface ChangeFacts {
  readonly stage: ChangeStage;
  readonly state: ScaleSetState;
  readonly policy: ScaleSetPolicy;
  /** The extension the model is about to lose; empty where it gets one. */
  readonly extension: string;
}

/**
 * Why the model must not be changed now: the change would carry more than the app means to bring, or would not
 * reach every instance. undefined means it may. Pure.
 */
export function changeObstacle({ stage, state, policy, extension }: ChangeFacts): Obstacle | undefined {
  const { instances, upgradePolicy, rollingUpgrade, sequence } = state;
  if (upgradePolicy === 'unknown') return { kind: 'blocked', reason: 'scaleSetUnsupported' };
  const after = sequence.find((one) => one.after.some((name) => same(name, extension)));
  if ((stage === 'uninstall' || stage === 'undoInstall') && after !== undefined)
    return { kind: 'blocked', reason: 'extensionSequence', detail: `${after.name} waits for ${extension}` };
  if (upgradePolicy === 'manual' && !policy.upgradeManual)
    return { kind: 'blocked', reason: 'manualUpgrades' };
  // Also the upgrade of the operating system that Azure carries out by itself.
  if (rollingUpgrade?.status === 'running') return { kind: 'wait', reason: 'upgradeInProgress' };
  const busy = instances.filter(isBusy);
  if (busy.length > 0) return { kind: 'wait', reason: 'upgradeInProgress', detail: named(busy) };
  const isProtected = instances.filter((one) => one.isProtected);
  if (isProtected.length > 0)
    return { kind: 'wait', reason: 'instancesProtected', detail: named(isProtected) };
  const outdated = instances.filter(({ latestModel }) => !latestModel);
  if (outdated.length > 0 && !policy.upgradeOutdated) {
    // Under the other policies Azure may still be about to bring them up to date.
    const kind = upgradePolicy === 'manual' ? 'blocked' : 'wait';
    return { kind, reason: 'instancesOutdated', detail: named(outdated) };
  }
  const off = instances.filter(({ running }) => !running);
  if (stage === 'uninstall' && off.length > 0)
    return { kind: 'wait', reason: 'notRunning', detail: named(off) };
  return undefined;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
