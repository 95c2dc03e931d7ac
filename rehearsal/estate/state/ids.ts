/** A parsed ARM path. `type` is lower case, such as `microsoft.compute/virtualmachines/extensions`. */
export interface ArmPath {
  readonly subscription?: string | undefined;
  readonly group?: string | undefined;
  readonly type: string;
  /** Names of the last provider's chain, as written. */
  readonly names: readonly string[];
  /** The path names a collection, not a resource. */
  readonly list: boolean;
  /** The resource a provider is mounted on (the machine of an association). */
  readonly parent?: ArmPath | undefined;
  /** The path with a leading slash and without a trailing one. */
  readonly id: string;
}

/** Reads `/subscriptions/{s}[/resourceGroups/{g}][/providers/{ns}/{type}/{name}…]*`; undefined when it is none. */
export function parseArmPath(path: string): ArmPath | undefined {
  const raw = path.includes('%') ? decode(path) : path;
  const parts = raw.split('/').filter((part) => part !== '');
  let at = 0;
  let scope: ArmPath | undefined;
  let subscription: string | undefined;
  let group: string | undefined;

  if (parts[0]?.toLowerCase() === 'subscriptions') {
    subscription = parts[1];
    scope = {
      type: 'subscriptions',
      names: subscription ? [subscription] : [],
      list: !subscription,
      subscription,
      id: `/${parts.slice(0, 2).join('/')}`,
    };
    at = 2;
    if (parts[at]?.toLowerCase() === 'resourcegroups') {
      group = parts[at + 1];
      scope = {
        type: 'resourcegroups',
        names: group ? [group] : [],
        list: !group,
        subscription,
        group,
        id: `/${parts.slice(0, at + 2).join('/')}`,
      };
      at += 2;
    }
  }
  while (at < parts.length) {
    if (parts[at]?.toLowerCase() !== 'providers' || parts[at + 1] === undefined) return undefined;
    const types = [parts[at + 1] as string];
    const names: string[] = [];
    let list = false;
    for (at += 2; at < parts.length && parts[at]?.toLowerCase() !== 'providers'; at += 2) {
      types.push(parts[at] as string);
      const name = parts[at + 1];
      if (name === undefined) list = true;
      else names.push(name);
    }
    scope = {
      subscription,
      group,
      type: types.join('/').toLowerCase(),
      names,
      list,
      parent: scope,
      id: `/${parts.slice(0, Math.min(at, parts.length)).join('/')}`,
    };
  }
  return scope;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Casing ARM uses for the types it answers with. */
const canonical = new Map(
  [
    'Microsoft.Compute/virtualMachines',
    'Microsoft.Compute/virtualMachines/extensions',
    'Microsoft.Compute/virtualMachines/runCommands',
    'Microsoft.Compute/virtualMachines/start',
    'Microsoft.Compute/virtualMachines/deallocate',
    'Microsoft.Compute/virtualMachineScaleSets',
    'Microsoft.Compute/virtualMachineScaleSets/extensions',
    'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
    'Microsoft.Compute/virtualMachineScaleSets/manualUpgrade',
    'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades',
    'Microsoft.HybridCompute/machines',
    'Microsoft.HybridCompute/machines/runCommands',
    'Microsoft.HybridCompute/machines/extensions',
    'Microsoft.Insights/dataCollectionRules',
    'Microsoft.Insights/dataCollectionEndpoints',
    'Microsoft.Insights/dataCollectionRuleAssociations',
    'Microsoft.OperationalInsights/workspaces',
    'Microsoft.OperationalInsights/workspaces/dataSources',
    'Microsoft.OperationalInsights/workspaces/tables',
    'Microsoft.OperationalInsights/workspaces/tables/migrate',
    'Microsoft.OperationalInsights/workspaces/savedSearches',
    'Microsoft.SecurityInsights/alertRules',
    'Microsoft.Insights/workbooks',
    'Microsoft.OperationsManagement/solutions',
    'Microsoft.Authorization/locks',
    'Microsoft.Authorization/policyAssignments',
    'Microsoft.Security/autoProvisioningSettings',
    'Microsoft.KeyVault/vaults',
  ].map((type) => [type.toLowerCase(), type]),
);

export function canonicalType(type: string): string {
  return canonical.get(type.toLowerCase()) ?? type;
}

/** Region names compare without case and spaces: "West Europe" is "westeurope". */
export function region(location: string | null | undefined): string {
  return (location ?? '').toLowerCase().replaceAll(' ', '');
}
