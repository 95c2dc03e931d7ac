import type { MachineKind } from '../model/ids.ts';
import type { Permission } from './gateway.ts';

const EXTENSIONS = ['extensions/read', 'extensions/write', 'extensions/delete'] as const;

const SCALE_SETS = 'Microsoft.Compute/virtualMachineScaleSets';
/**
 * The set's own answer shows its extensions, so they are not read apart; its instances are, they are brought the
 * model, and Azure is followed when it does so.
 */
const SET_ACTIONS = [
  ...['read', 'extensions/write', 'extensions/delete'],
  ...['virtualMachines/read', 'manualUpgrade/action', 'rollingUpgrades/read'],
] as const;

/** Actions that waves need, by the kinds of machines they work on. Facts file 3.5. */
export function neededActions(kinds: ReadonlySet<MachineKind>): string[] {
  const of = (type: string) => ['read', ...EXTENSIONS].map((action) => `${type}/${action}`);
  return [
    ...(kinds.has('azureVm') ? of('Microsoft.Compute/virtualMachines') : []),
    ...(kinds.has('scaleSet') ? SET_ACTIONS.map((one) => `${SCALE_SETS}/${one}`) : []),
    ...(kinds.has('arcServer') ? of('Microsoft.HybridCompute/machines') : []),
    'Microsoft.Insights/dataCollectionRuleAssociations/read',
    'Microsoft.Insights/dataCollectionRuleAssociations/write',
  ];
}

/** Built-in roles that give them, for the sentence a person acts on. Facts file 3.5. */
export const ROLES =
  'Virtual Machine Contributor, Azure Connected Machine Resource Administrator and Monitoring Contributor';

/** Needed actions that no permission grants. A permission grants what its actions name less its notActions. */
export function missingActions(permissions: readonly Permission[], needed: readonly string[]): string[] {
  return needed.filter(
    (action) =>
      !permissions.some(
        ({ actions, notActions }) =>
          actions.some((pattern) => covers(pattern, action)) &&
          !notActions.some((pattern) => covers(pattern, action)),
      ),
  );
}

/** `*` stands for any text, in any place. */
function covers(pattern: string, action: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i').test(action);
}
