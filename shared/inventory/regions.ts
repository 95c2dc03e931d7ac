import { normalizeRegion } from '../model/ids.ts';

/**
 * Regions in the location lists of Microsoft's policies for Azure Monitor Agent: the union over all of them,
 * which cover public, Government and China regions alike. Source: Azure/azure-policy @f4a50bac of 2026-04-29,
 * built-in-policies/policyDefinitions/{Monitoring,ChangeTrackingAndInventory}.
 */
export const REGIONS = {
  public: [
    'australiacentral',
    'australiacentral2',
    'australiaeast',
    'australiasoutheast',
    'brazilsouth',
    'brazilsoutheast',
    'canadacentral',
    'canadaeast',
    'centralindia',
    'centralus',
    'centraluseuap',
    'chilecentral',
    'eastasia',
    'eastus',
    'eastus2',
    'eastus2euap',
    'francecentral',
    'francesouth',
    'germanynorth',
    'germanywestcentral',
    'indonesiacentral',
    'israelcentral',
    'italynorth',
    'japaneast',
    'japanwest',
    'jioindiacentral',
    'jioindiawest',
    'koreacentral',
    'koreasouth',
    'malaysiasouth',
    'malaysiawest',
    'mexicocentral',
    'newzealandnorth',
    'northcentralus',
    'northeurope',
    'norwayeast',
    'norwaywest',
    'polandcentral',
    'qatarcentral',
    'southafricanorth',
    'southafricawest',
    'southcentralus',
    'southeastasia',
    'southindia',
    'spaincentral',
    'swedencentral',
    'swedensouth',
    'switzerlandnorth',
    'switzerlandwest',
    'taiwannorth',
    'taiwannorthwest',
    'uaecentral',
    'uaenorth',
    'uksouth',
    'ukwest',
    'westcentralus',
    'westeurope',
    'westindia',
    'westus',
    'westus2',
    'westus3',
  ],
  government: ['usdodcentral', 'usdodeast', 'usgovarizona', 'usgovtexas', 'usgovvirginia'],
  china: ['chinaeast', 'chinaeast2', 'chinaeast3', 'chinanorth', 'chinanorth2', 'chinanorth3'],
} as const;

/** Azure Monitor Agent is not offered in air-gapped clouds. Source: azure-monitor-agent-overview.md, "Supported regions". */
export const AIR_GAPPED = ['usnateast', 'usnatwest', 'usseceast', 'ussecwest'] as const;

const LISTED: ReadonlySet<string> = new Set(Object.values(REGIONS).flat());
/** Also those of these clouds that may come: their names begin alike. */
const UNSUPPORTED = /^us(nat|sec)/;

/** `unlisted`: not in any list, which for a new region often means only that the lists are older. */
export function regionSupport(region: string): 'listed' | 'unlisted' | 'unsupported' {
  const name = normalizeRegion(region);
  if (LISTED.has(name)) return 'listed';
  return UNSUPPORTED.test(name) ? 'unsupported' : 'unlisted';
}
