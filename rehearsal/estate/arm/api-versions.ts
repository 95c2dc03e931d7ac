import type { Reply } from '../wire.ts';
import { FIRST_ARC_VERSION } from './arc-versions.ts';
import { badRequest } from './errors.ts';

const COMPUTE = [
  '2019-07-01',
  '2020-12-01',
  '2021-03-01',
  '2021-07-01',
  '2022-11-01',
  '2023-03-01',
  '2023-09-01',
  '2024-03-01',
  '2024-07-01',
  '2024-11-01',
  '2025-04-01',
  '2026-04-01',
];
const HYBRID = [FIRST_ARC_VERSION, '2022-12-27', '2024-07-10', '2025-01-13', '2025-06-01', '2026-07-15'];
const RULES = ['2021-04-01', '2021-09-01-preview', '2022-06-01', '2023-03-11', '2024-03-11'];
const LOGS = [
  '2015-11-01-preview',
  '2020-03-01-preview',
  '2020-08-01',
  '2020-10-01',
  '2021-06-01',
  '2022-10-01',
  '2023-09-01',
  '2025-02-01',
  '2025-07-01',
  '2026-03-01',
];

/** Versions the estate accepts, by lower-case type: those of the SDKs, of the public specifications, and of the policies. */
export const API_VERSIONS: Readonly<Record<string, readonly string[]>> = {
  subscriptions: ['2016-06-01', '2020-01-01', '2021-01-01', '2022-12-01'],
  resourcegroups: ['2020-10-01', '2021-04-01', '2022-09-01', '2025-04-01'],
  'microsoft.compute/virtualmachines': COMPUTE,
  'microsoft.compute/virtualmachines/extensions': COMPUTE,
  'microsoft.compute/virtualmachines/instanceview': COMPUTE,
  'microsoft.compute/virtualmachines/runcommands': COMPUTE.filter((version) => version >= '2020-12-01'),
  'microsoft.compute/virtualmachines/start': COMPUTE,
  'microsoft.compute/virtualmachines/deallocate': COMPUTE,
  'microsoft.compute/virtualmachinescalesets': COMPUTE,
  'microsoft.compute/virtualmachinescalesets/extensions': COMPUTE,
  'microsoft.compute/virtualmachinescalesets/virtualmachines': COMPUTE,
  'microsoft.compute/virtualmachinescalesets/manualupgrade': COMPUTE,
  'microsoft.compute/virtualmachinescalesets/rollingupgrades': COMPUTE,
  'microsoft.compute/locations/operations': COMPUTE,
  'microsoft.hybridcompute/machines': HYBRID,
  'microsoft.hybridcompute/machines/extensions': HYBRID,
  'microsoft.hybridcompute/machines/runcommands': HYBRID.filter((version) => version >= '2025-01-13'),
  'microsoft.hybridcompute/locations/operationstatus': HYBRID,
  'microsoft.hybridcompute/locations/operationresults': HYBRID,
  'microsoft.insights/datacollectionrules': RULES,
  'microsoft.insights/datacollectionrules/associations': RULES,
  'microsoft.insights/datacollectionendpoints': RULES,
  'microsoft.insights/datacollectionruleassociations': RULES,
  'microsoft.operationalinsights/workspaces': LOGS,
  'microsoft.operationalinsights/workspaces/datasources': LOGS,
  'microsoft.operationalinsights/workspaces/tables': LOGS,
  'microsoft.operationalinsights/workspaces/tables/migrate': LOGS.filter(
    (version) => version >= '2021-12-01',
  ),
  'microsoft.operationalinsights/workspaces/savedsearches': LOGS,
  'microsoft.securityinsights/alertrules': [
    '2020-01-01',
    '2024-09-01',
    '2025-01-01-preview',
    '2025-06-01',
    '2025-09-01',
  ],
  'microsoft.insights/workbooks': ['2021-08-01', '2022-04-01', '2023-06-01'],
  'microsoft.authorization/locks': ['2016-09-01', '2017-04-01', '2020-05-01'],
  'microsoft.authorization/permissions': ['2015-07-01', '2018-07-01', '2022-04-01'],
  'microsoft.policyinsights/remediations': ['2019-07-01', '2021-10-01'],
  'microsoft.authorization/policyassignments': [
    '2020-09-01',
    '2021-06-01',
    '2022-06-01',
    '2023-04-01',
    '2024-04-01',
  ],
  'microsoft.security/autoprovisioningsettings': ['2017-08-01-preview'],
  'microsoft.resourcegraph/resources': ['2021-03-01', '2022-10-01', '2024-04-01'],
};

/** Checks `api-version` as ARM does, before anything about the resource. */
export function checkApiVersion(type: string, version: string): Reply | undefined {
  if (version === '') {
    return badRequest(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  const accepted = API_VERSIONS[type];
  if (accepted === undefined) return undefined;
  if (!/^20\d\d-\d\d-\d\d(-[a-z]+)?$/i.test(version)) {
    return badRequest(
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid. The supported versions are '${accepted.join(',')}'.`,
    );
  }
  if (accepted.includes(version.toLowerCase())) return undefined;
  return badRequest(
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '' and API version '${version}' for type '${type.split('/').slice(1).join('/') || type}'. The supported api-versions are '${accepted.join(', ')}'.`,
  );
}
