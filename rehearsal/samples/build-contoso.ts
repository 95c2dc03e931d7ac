/** Builds contoso.json: `node rehearsal/samples/build-contoso.ts`. What is where: contoso.notes.md. */
import { fileURLToPath } from 'node:url';
import type { EstateFile } from '../estate/index.ts';
import { share } from '../estate/random.ts';
import { association, dataSource, endpoint, rule, usualDataSources, workspace } from './collection.ts';
import { contosoMachines, type Member, type Oddities, SUBSCRIPTIONS } from './contoso-machines.ts';
import { bystanders, metricsRule, oddHeartbeats, otherExtensions, solution } from './contoso-others.ts';
import { GROUPS, policies } from './contoso-policies.ts';
import { scaleSets } from './contoso-scale-sets.ts';
import { legacyAgent, newAgent, type Os, type Resource, subscription } from './resources.ts';
import { SYSTEMS } from './systems.ts';
import { writeSample } from './write-sample.ts';

const SEED = 20261121;
const CUSTOMERS = {
  security: '5b0c8f3e-7a41-4e6d-b2f9-c3d17e80a254',
  operations: 'e27a96d4-1f58-4b03-9c7e-68d0b5a3f912',
};
const KEY_VAULT = 'kv-contoso-agents';
const DMZ_PROXY = 'http://proxy-dmz.contoso.com:3128';
const PLANT_PROXY = 'http://proxy-plant.contoso.com:8080';
const GATEWAY = 'http://omsgw01.contoso.com:8080';

const userIdentity = (name: string) =>
  `/subscriptions/${SUBSCRIPTIONS.shared}/resourceGroups/rg-identity/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

/** Machines that are not as the others. */
const ODD: Oddities = {
  'web-we-15': { status: 'PowerState/deallocated' },
  'build-eu-09': { status: 'PowerState/stopped' },
  'dc-13': {
    status: 'Disconnected',
    properties: {
      hardwareProfile: {
        processors: [{ name: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz', numberOfCores: 2 }],
      },
      storageProfile: {
        disks: [{ path: 'C:', maxSizeInBytes: 68_719_476_736, usedSpaceInBytes: 68_317_000_000 }],
      },
    },
  },
  'sql-we-10': { system: SYSTEMS.windows2008r2 },
  'ops-ne-10': { system: SYSTEMS.centos6 },
  'web-we-14': { identity: null },
  'api-ne-12': {
    identity: {
      type: 'UserAssigned',
      userAssignedIdentities: {
        [userIdentity('id-api-blue')]: {
          clientId: '0d5f8b61-4c2a-4d0e-9a77-b1e2f3c4d501',
          principalId: '9f5f8b61-4c2a-4d0e-9a77-b1e2f3c4d502',
        },
        [userIdentity('id-api-green')]: {
          clientId: '0d5f8b61-4c2a-4d0e-9a77-b1e2f3c4d503',
          principalId: '9f5f8b61-4c2a-4d0e-9a77-b1e2f3c4d504',
        },
      },
    },
  },
  'dc-01': { tags: { scom: 'attached' } },
  'dc-02': { tags: { scom: 'attached' } },
};

const MIGRATED = ['test-eu-01', 'test-eu-02', 'test-eu-03', 'dc-05', 'build-eu-01'];
const WRONG_PROXY = 'dmz-we-08';
const WINDOWS_NAMES = [
  'MicrosoftMonitoringAgent',
  'MMAExtension',
  'MicrosoftMonitoringAgent',
  'OMSExtension',
  'LogAnalytics-prod',
];
const LINUX_NAMES = ['OmsAgentForLinux', 'OMSAgentForLinux', 'OMSExtension', 'omsagent'];

function contoso(): EstateFile {
  const machines = contosoMachines(SEED, ODD);
  const home = { subscription: SUBSCRIPTIONS.shared, group: 'rg-monitor', location: 'westeurope' };
  const targets = {
    security: workspace(home, 'law-contoso-security', CUSTOMERS.security),
    operations: workspace(home, 'law-contoso-operations', CUSTOMERS.operations),
  };
  const rules = {
    security: {
      windows: rule(home, 'dcr-security-windows', 'windows', targets.security, true),
      linux: rule(home, 'dcr-security-linux', 'linux', targets.security, false),
    },
    operations: {
      windows: rule(home, 'dcr-operations-windows', 'windows', targets.operations, true),
      linux: rule(home, 'dcr-operations-linux', 'linux', targets.operations, false),
    },
  };
  const sentinel = 'SecurityInsightsSecurityEventCollectionConfiguration';
  const defender = 'SecurityEventCollectionConfiguration';
  const id = (name: string): string => (machines.get(name) as Member).resource.id;
  const ruleOf = (name: string): string => {
    const { workspace: target, os } = machines.get(name) as Member;
    return rules[target][os as Os].id;
  };

  const resources: Resource[] = [
    subscription(SUBSCRIPTIONS.production, 'Contoso Production', GROUPS.production),
    subscription(SUBSCRIPTIONS.shared, 'Contoso Shared Services', GROUPS.shared),
    subscription(SUBSCRIPTIONS.development, 'Contoso Development', GROUPS.development),
    targets.security,
    targets.operations,
    ...usualDataSources(targets.security),
    ...usualDataSources(targets.operations),
    dataSource(targets.security, sentinel, sentinel, { tier: 'All', tierSetMethod: 'Custom' }),
    dataSource(targets.operations, defender, defender, { tier: 'Recommended', tierSetMethod: 'Custom' }),
    ...[rules.security, rules.operations].flatMap((pair) => [pair.windows, pair.linux]),
    endpoint({ ...home, group: 'rg-pay', subscription: SUBSCRIPTIONS.production }, 'dce-contoso-we'),
    endpoint({ ...home, location: 'northeurope' }, 'dce-contoso-ne'),
    {
      id: `/subscriptions/${home.subscription}/resourceGroups/${home.group}/providers/Microsoft.KeyVault/vaults/${KEY_VAULT}`,
      name: KEY_VAULT,
      type: 'microsoft.keyvault/vaults',
      location: home.location,
      properties: { vaultUri: `https://${KEY_VAULT}.vault.azure.net/` },
    },
  ];
  for (const product of ['Security', 'SecurityInsights']) resources.push(solution(targets.security, product));
  for (const product of ['Updates', 'ChangeTracking', 'VMInsights'])
    resources.push(solution(targets.operations, product));
  for (const [name, member] of machines) {
    resources.push(member.resource);
    if (MIGRATED.includes(name)) {
      resources.push(
        newAgent(member.resource, member.os),
        association(member.resource, 'assoc-contoso', { dataCollectionRuleId: ruleOf(name) }),
      );
      continue;
    }
    const names = member.os === 'windows' ? WINDOWS_NAMES : LINUX_NAMES;
    const legacyName = names[Math.floor(share(SEED, name, 'extension') * names.length)] as string;
    resources.push(legacyAgent(member.resource, member.os, CUSTOMERS[member.workspace], legacyName));
  }
  const wrong = machines.get(WRONG_PROXY) as Member;
  resources.push(
    newAgent(wrong.resource, wrong.os, {
      proxy: { mode: 'application', address: 'http://proxy-old.contoso.com:8080', auth: 'false' },
    }),
    association(wrong.resource, 'assoc-contoso', { dataCollectionRuleId: ruleOf(WRONG_PROXY) }),
  );
  resources.push(
    ...otherExtensions(machines),
    ...metricsRule(home, machines),
    ...scaleSets(CUSTOMERS.security),
    ...bystanders(),
    ...policies(targets.security.id),
  );
  return {
    $schema: '../../docs/reference/estate-file.schema.json',
    name: 'Contoso: 120 machines with every kind of trouble, and what surrounds them',
    heartbeats: [
      { machine: id('dc-01'), agent: 'legacy', category: 'SCOM Agent' },
      { machine: id('dc-02'), agent: 'legacy', category: 'SCOM Agent' },
      { computer: 'OLDFILE01', agent: 'legacy', workspace: CUSTOMERS.operations },
      { computer: 'LAB-PRINT.contoso.local', agent: 'legacy', workspace: CUSTOMERS.operations },
      ...oddHeartbeats(machines, CUSTOMERS),
    ],
    usage: [
      { workspace: CUSTOMERS.security, table: 'WindowsFirewall', megabytesPerDay: 12 },
      { workspace: CUSTOMERS.operations, table: 'ShopOrders_CL', megabytesPerDay: 40 },
      { workspace: CUSTOMERS.operations, table: 'UpdateSummary', megabytesPerDay: 2, billable: false },
    ],
    behaviour: {
      start: '2026-11-21T08:00:00Z',
      network: {
        rules: [
          {
            match: { resourceGroup: 'rg-dmz' },
            network: { mode: 'proxy', address: DMZ_PROXY, username: 'svc-ama', password: 'rehearsal-only' },
          },
          {
            match: { tag: { name: 'site', value: 'plant' } },
            network: { mode: 'proxy', address: PLANT_PROXY },
          },
          {
            match: { tag: { name: 'network', value: 'gateway' } },
            network: { mode: 'gateway', address: GATEWAY },
          },
          { match: { resourceGroup: 'rg-pay' }, network: { mode: 'privateLink' } },
        ],
      },
      secrets: [
        { vault: KEY_VAULT, name: 'dmz-proxy-username', value: 'svc-ama' },
        { vault: KEY_VAULT, name: 'dmz-proxy-password', value: 'rehearsal-only' },
      ],
      offline: [{ machine: id('plant-14'), from: '2026-11-07T00:00:00Z', until: '2026-11-22T06:00:00Z' }],
      stuckExtensions: [{ machine: id('ops-ne-09'), agent: 'legacy' }],
      silentAgents: [{ machine: id('api-ne-11'), agent: 'ama' }],
      failedInstalls: [{ match: { machines: [id('web-we-13')] }, agent: 'ama', attempts: 1 }],
      reinstall: [{ match: { machines: [id('test-eu-08')] }, afterSeconds: 21_600, times: 1 }],
      freeSpace: [
        { machine: id('ops-ne-10'), disk: '/var', megabytes: 310, lastSeen: '2026-11-20T22:00:00Z' },
      ],
      locks: [
        { scope: id('sql-we-09'), level: 'CanNotDelete', name: 'keep-sql' },
        { scope: id('dc-14'), level: 'ReadOnly', name: 'frozen' },
      ],
    },
    resources,
  };
}

writeSample(fileURLToPath(new URL('./contoso.json', import.meta.url)), contoso());
