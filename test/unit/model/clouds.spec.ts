import { AzureAuthorityHosts } from '@azure/identity';
import { KnownMonitorLogsQueryAudience } from '@azure/monitor-query-logs';
import { describe, expect, it } from 'vitest';
import { CLOUDS } from '../../../shared/model/clouds.ts';

const SDK_NAMES = { public: 'AzurePublicCloud', government: 'AzureGovernment', china: 'AzureChina' } as const;
const SUFFIXES = { public: 'com', government: 'us', china: 'cn' } as const;

describe.each(['public', 'government', 'china'] as const)('the %s cloud', (name) => {
  const cloud = CLOUDS[name];

  it("has the hosts of the SDKs' own tables", () => {
    expect(cloud.authorityHost).toBe(AzureAuthorityHosts[SDK_NAMES[name]]);
    expect(cloud.logs.scope).toBe(`${KnownMonitorLogsQueryAudience[SDK_NAMES[name]]}/.default`);
  });

  it.each(['arm', 'logs'] as const)('asks for tokens of the endpoint it calls: %s', (service) => {
    const { endpoint, scope } = cloud[service];

    expect(scope).toBe(`${new URL(endpoint).origin}/.default`);
    expect(endpoint).not.toMatch(/\/$/);
  });

  it('asks for tokens of its vaults', () => {
    expect(cloud.keyVault.scope).toBe(`https://${cloud.keyVault.dnsSuffix.slice(1)}/.default`);
  });

  it('has agent hosts of one suffix', () => {
    for (const host of Object.values(cloud.agentHosts))
      expect(host).toMatch(new RegExp(`\\.azure\\.${SUFFIXES[name]}$`));
  });
});
