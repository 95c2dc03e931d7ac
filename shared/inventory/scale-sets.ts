import { isLegacyExtension } from '../model/agents.ts';
import type { AssessmentReason } from '../model/assessment.ts';
import type { ScaleSet } from '../model/machine.ts';
import type { ScaleSetPolicy } from '../model/scale-set.ts';
import type { GraphRow } from './queries/graph.ts';

/** Whether a scale set's model carries a legacy agent. */
export function carriesLegacy(row: GraphRow<'scaleSets'>): boolean {
  return (row.extensions ?? []).some(({ properties }) =>
    isLegacyExtension({ publisher: properties?.publisher ?? '', type: properties?.type ?? '' }),
  );
}

/** Whether waves change the set's model: instances of a Flexible set are VMs, each migrated on its own. */
export function changesModel(scaleSet: ScaleSet | null): boolean {
  return scaleSet?.orchestration === 'uniform' && scaleSet.upgradePolicy !== 'unknown';
}

/** Why the instances of a scale set cannot be reached as a plan lets the app do it; nothing for other machines. */
export function scaleSetReasons(
  scaleSet: ScaleSet | null,
  { upgradeManual, upgradeOutdated }: Pick<ScaleSetPolicy, 'upgradeManual' | 'upgradeOutdated'> = {
    upgradeManual: false,
    upgradeOutdated: false,
  },
): AssessmentReason[] {
  if (scaleSet === null) return [];
  const { instances, outdatedInstances, upgradePolicy } = scaleSet;
  const reasons: AssessmentReason[] = [];
  if (instances === 0) reasons.push({ code: 'noInstances' });
  if (upgradePolicy === 'manual' && !upgradeManual) reasons.push({ code: 'manualUpgrades' });
  if (outdatedInstances > 0 && !upgradeOutdated)
    reasons.push({ code: 'instancesOutdated', detail: `${outdatedInstances} of ${instances}` });
  return reasons;
}
