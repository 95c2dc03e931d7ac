import { createSkippingClock } from '../../../rehearsal/clock.ts';
import { createEstate, type Exchange } from '../../../rehearsal/estate/index.ts';
import {
  ARC,
  ENDPOINT,
  GROUP,
  RULE,
  START,
  SUBSCRIPTION,
  smallEstate,
  VM,
  WORKSPACE,
} from '../small-estate.ts';
import { realShapes } from './traffic.ts';

/** Kinds of traffic that waves do not make but tests, people and later stages do: written straight to the estate. */
export async function collectProbes(): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  const clock = createSkippingClock({ start: START });
  const release = clock.hold();
  const onExchange = (exchange: Exchange) => exchanges.push(exchange);
  const locks = [{ scope: GROUP, level: 'CanNotDelete' as const, name: 'keep' }];
  const estate = createEstate({ file: realShapes(smallEstate({ behaviour: { locks } })), clock, onExchange });
  const authorization = `Bearer ${estate.issueToken()}`;
  for (const [method, path, version, body] of PROBES) {
    const url = `https://management.azure.com${path}${path.includes('?') ? '&' : '?'}api-version=${version}`;
    const headers = { authorization, 'content-type': 'application/json' };
    await estate.handle({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  release();
  clock.stop();
  return exchanges;
}

const INSIGHTS = `${GROUP}/providers/Microsoft.Insights`;
const COMPUTE = '2026-04-01';
const HYBRID = '2024-07-10';
const MONITOR = '2024-03-11';
const LOGS = '2025-07-01';

const NEW_RULE = {
  location: 'westeurope',
  kind: 'Windows',
  properties: {
    dataSources: {
      windowsEventLogs: [
        { name: 'events', streams: ['Microsoft-Event'], xPathQueries: ['System!*[System[Level=1]]'] },
      ],
    },
    destinations: { logAnalytics: [{ name: 'main', workspaceResourceId: WORKSPACE }] },
    dataFlows: [{ streams: ['Microsoft-Event'], destinations: ['main'] }],
  },
};
const NEW_ENDPOINT = {
  location: 'westeurope',
  properties: { networkAcls: { publicNetworkAccess: 'Disabled' } },
};
const AMA = {
  location: 'westeurope',
  properties: {
    publisher: 'Microsoft.Azure.Monitor',
    type: 'AzureMonitorWindowsAgent',
    typeHandlerVersion: '1.2',
    autoUpgradeMinorVersion: true,
    enableAutomaticUpgrade: true,
  },
};
const { typeHandlerVersion: _, ...arcAgent } = AMA.properties;
const ACCESS = `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/configurationAccessEndpoint`;

type Probe = readonly [method: string, path: string, version: string, body?: unknown];

const PROBES: readonly Probe[] = [
  ['GET', VM, COMPUTE],
  ['GET', `${VM}?$expand=instanceView`, COMPUTE],
  ['GET', `${VM}/instanceView`, COMPUTE],
  ['GET', `${GROUP}/providers/Microsoft.Compute/virtualMachines`, COMPUTE],
  ['GET', `${VM}/extensions`, COMPUTE],
  ['GET', `${VM}/extensions/MMAExtension?$expand=instanceView`, COMPUTE],
  ['GET', `${VM}/extensions/absent`, COMPUTE],
  ['PUT', `${VM}/extensions/AzureMonitorWindowsAgent`, COMPUTE, AMA],
  ['PATCH', `${VM}/extensions/MMAExtension`, COMPUTE, { properties: { autoUpgradeMinorVersion: true } }],
  ['GET', ARC, HYBRID],
  ['GET', `${GROUP}/providers/Microsoft.HybridCompute/machines`, HYBRID],
  ['GET', `${ARC}/extensions`, HYBRID],
  ['GET', `${ARC}/extensions/MicrosoftMonitoringAgent`, HYBRID],
  ['PUT', `${ARC}/extensions/AzureMonitorWindowsAgent`, HYBRID, { ...AMA, properties: arcAgent }],
  ['GET', RULE, MONITOR],
  ['GET', `${INSIGHTS}/dataCollectionRules`, MONITOR],
  ['PUT', `${INSIGHTS}/dataCollectionRules/rule-new`, MONITOR, NEW_RULE],
  ['PUT', `${INSIGHTS}/dataCollectionRules/rule-new`, MONITOR, NEW_RULE],
  ['GET', `${INSIGHTS}/dataCollectionRules/absent`, MONITOR],
  ['GET', `${RULE}/associations`, MONITOR],
  ['GET', ENDPOINT, MONITOR],
  ['GET', `${INSIGHTS}/dataCollectionEndpoints`, MONITOR],
  ['PUT', `${INSIGHTS}/dataCollectionEndpoints/dce-new`, MONITOR, NEW_ENDPOINT],
  ['PUT', ACCESS, MONITOR, { properties: { dataCollectionEndpointId: ENDPOINT } }],
  ['GET', ACCESS, MONITOR],
  ['GET', `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations`, MONITOR],
  ['GET', WORKSPACE, LOGS],
  ['GET', `${GROUP}/providers/Microsoft.OperationalInsights/workspaces`, LOGS],
  ['GET', `${WORKSPACE}/dataSources/SecurityInsightsSecurityEventCollectionConfiguration`, LOGS],
  ['GET', `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/locks`, '2020-05-01'],
  ['DELETE', `${VM}/extensions/MMAExtension`, COMPUTE],
];
