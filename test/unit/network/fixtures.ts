import { networkCloud } from '../../../shared/network/cloud.ts';
import type { NetworkContext, NetworkMachine, NetworkRule } from '../../../shared/network/context.ts';
import {
  CUSTOMER_ID,
  endpointResource,
  ruleResource,
  SUB,
  vmResource,
  WORKSPACE_ID,
} from '../../support/builders.ts';

export const OTHER_WORKSPACE = WORKSPACE_ID.replace('law-main', 'law-other');
export const OTHER_CUSTOMER = '33333333-3333-4333-8333-333333333333';
export const DCE = endpointResource('dce-weu').toLowerCase();

export function aNetworkMachine(changes: Partial<NetworkMachine> = {}, name = 'web-01'): NetworkMachine {
  return {
    id: vmResource(name).toLowerCase(),
    kind: 'azureVm',
    region: 'westeurope',
    os: 'windows',
    osName: null,
    tags: {},
    tenantId: null,
    subscriptionId: SUB,
    resourceGroup: 'RG-App',
    availability: 'running',
    scaleSetId: null,
    legacyWorkspaces: [WORKSPACE_ID],
    unseenWorkspaces: [],
    associations: [],
    arcAgent: null,
    ...changes,
  };
}

export function aNetworkRule(changes: Partial<NetworkRule> & { name?: string } = {}): NetworkRule {
  const { name = 'rule-windows', ...rest } = changes;
  return {
    id: ruleResource(name).toLowerCase(),
    region: 'westeurope',
    os: 'windows',
    flows: [{ stream: 'Microsoft-Event', workspaceId: WORKSPACE_ID }],
    metrics: false,
    ...rest,
  };
}

export const PROFILES = {
  open: { kind: 'none' },
  hq: { kind: 'proxy', address: 'http://proxy.contoso.example:8080' },
  auth: {
    kind: 'proxyWithCredentials',
    address: 'http://auth.contoso.example:3128',
    usernameSecret: 'https://kv-proxy.vault.azure.net/secrets/user',
    passwordSecret: 'https://kv-proxy.vault.azure.net/secrets/word',
  },
  gw: { kind: 'gateway', address: 'http://10.1.2.3:8080' },
  pl: { kind: 'privateLink' },
} as const;

type Changes = Partial<Omit<NetworkContext, 'estate'>> & { estate?: Partial<NetworkContext['estate']> };

/** A context in which every machine has the given profile, or its default. */
export function aNetworkContext(
  profile: keyof typeof PROFILES | null,
  changes: Changes = {},
): NetworkContext {
  return {
    cloud: networkCloud('public'),
    proxies: { profiles: PROFILES, rules: profile === null ? [] : [{ match: {}, profile }] },
    endpoints: [],
    ...changes,
    estate: {
      rules: [aNetworkRule()],
      endpoints: [],
      workspaces: [
        { id: WORKSPACE_ID, customerId: CUSTOMER_ID },
        { id: OTHER_WORKSPACE, customerId: OTHER_CUSTOMER },
      ],
      ...changes.estate,
    },
  };
}
