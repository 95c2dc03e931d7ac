import { describe, expect, it } from 'vitest';
import { type MachineMatch, matches, Policy, tagValue } from '../../../shared/model/policy.ts';
import { aMachine, identityResource, WORKSPACE_ID } from '../../support/builders.ts';

const proxied = (profile: object) => ({ proxies: { profiles: { p: profile } } });
const SECRET = 'https://kv-proxy.vault.azure.net/secrets/proxy-user';
const credentials = (changes: object) =>
  proxied({
    kind: 'proxyWithCredentials',
    address: 'http://proxy.contoso.example:8080',
    usernameSecret: SECRET,
    passwordSecret: SECRET,
    ...changes,
  });

function pathsOf(policy: unknown): string[] {
  const parsed = Policy.safeParse(policy);
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
}

describe('Policy', () => {
  it('is complete when nothing is given, and asks approval for removal by somebody else', () => {
    const policy = Policy.parse({});

    expect(policy.approvals).toEqual({
      ...{ start: false, removal: true, requesterMayApprove: false },
      ...{ quorum: 1, validSeconds: 604_800 },
    });
    expect(policy.connector).toEqual({ disable: true, propagationSeconds: 900, watchSeconds: 1800 });
    expect(policy.holdTag).toBe('ama-migration-hold');
    expect(policy.proxies).toEqual({ profiles: {}, rules: [] });
    expect(policy.ingestionLagSeconds).toBeLessThan(policy.verifyDeadlineSeconds);
  });

  it('accepts every duration of one second (issue 3: durations may be as short as one second)', () => {
    const policy = {
      pollSeconds: 1,
      verifyPollSeconds: 1,
      operationDeadlineSeconds: 1,
      waitDeadlineSeconds: 1,
      verifyDeadlineSeconds: 1,
      heartbeatFreshSeconds: 1,
      soakSeconds: 1,
      ingestionLagSeconds: 0,
    };

    expect(pathsOf(policy)).toEqual([]);
  });

  it.each([
    ['pollSeconds', { pollSeconds: -1 }],
    ['pollSeconds', { pollSeconds: 0 }],
    ['pollSeconds', { pollSeconds: 1.5 }],
    ['verifyPollSeconds', { verifyPollSeconds: -5 }],
    ['operationDeadlineSeconds', { operationDeadlineSeconds: -1 }],
    ['waitDeadlineSeconds', { waitDeadlineSeconds: 0 }],
    ['verifyDeadlineSeconds', { verifyDeadlineSeconds: '7200' }],
    ['heartbeatFreshSeconds', { heartbeatFreshSeconds: -1 }],
    ['soakSeconds', { soakSeconds: -1 }],
    ['ingestionLagSeconds', { ingestionLagSeconds: -1 }],
    ['ingestionLagSeconds', { ingestionLagSeconds: 600, verifyDeadlineSeconds: 600 }],
    ['ingestionLagSeconds', { ingestionLagSeconds: 601, verifyDeadlineSeconds: 600 }],
    ['recheckSeconds', { recheckSeconds: 0 }],
    ['operationAttempts', { operationAttempts: 0 }],
    ['operationAttempts', { operationAttempts: 11 }],
    ['scom.0', { scom: [{ name: 'web' }] }],
    ['batchSize', { batchSize: 0 }],
    ['batchSize', { batchSize: 41 }],
    ['concurrentBatchesPerCell', { concurrentBatchesPerCell: 0 }],
    ['gate.maxNotVerifiedShare', { gate: { maxNotVerifiedShare: -0.1 } }],
    ['gate.maxNotVerifiedShare', { gate: { maxNotVerifiedShare: 20 } }],
    ['gate.maxFailed', { gate: { maxFailed: -1 } }],
    ['gate', { gate: { maxFail: 1 } }],
    ['approvals', { approvals: { remove: false } }],
    ['connector.override.by', { connector: { override: { by: '', reason: 'r' } } }],
    ['connector.override.reason', { connector: { override: { by: 'olga' } } }],
    ['holdTag', { holdTag: '' }],
    ['', { holdtag: 'x' }],
    ['proxies.rules.0.profile', { proxies: { rules: [{ match: {}, profile: 'hq' }] } }],
    [
      'proxies.rules.1.profile',
      {
        proxies: {
          profiles: { hq: { kind: 'none' } },
          rules: [
            { match: {}, profile: 'hq' },
            { match: {}, profile: 'HQ' },
          ],
        },
      },
    ],
    [
      'proxies.rules.0.match',
      { proxies: { profiles: { p: { kind: 'none' } }, rules: [{ match: { vnet: 'x' }, profile: 'p' }] } },
    ],
    ['proxies.profiles.p.kind', proxied({ kind: 'socks', address: 'http://a:1' })],
    ['proxies.profiles.p', proxied({ kind: 'none', address: 'http://a:1' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy', address: 'https://proxy.contoso.example:8080' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy', address: 'http://user:pw@proxy:8080' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy', address: 'http://proxy' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy', address: 'http://proxy:8080/path' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy', address: 'proxy:8080' })],
    ['proxies.profiles.p.address', proxied({ kind: 'proxy', address: 'http://pro xy:8080' })],
    ['proxies.profiles.p.address', proxied({ kind: 'gateway', address: 'https://gw:443' })],
    ['proxies.profiles.p.address', credentials({ address: 'http://user:pw@proxy:8080' })],
    ['proxies.profiles.p.usernameSecret', credentials({ usernameSecret: 'svc-proxy' })],
    ['proxies.profiles.p.passwordSecret', credentials({ passwordSecret: 'hunter2' })],
    ['proxies.profiles.p.passwordSecret', credentials({ passwordSecret: SECRET.replace('https', 'http') })],
    ['proxies.profiles.p.passwordSecret', credentials({ passwordSecret: SECRET.replace('secrets', 'keys') })],
    ['proxies.profiles.p.passwordSecret', credentials({ passwordSecret: `${SECRET}/latest` })],
    ['proxies.profiles.p.passwordSecret', credentials({ passwordSecret: 'https://example.org/secrets/x' })],
    ['proxies.profiles.p', credentials({ password: 'hunter2' })],
    [
      'identities.0.userAssignedIdentityId',
      { identities: [{ match: {}, userAssignedIdentityId: 'id-ama' }] },
    ],
    ['rules.0.ruleIds', { rules: [{ match: {}, ruleIds: [] }] }],
    ['rules.0.ruleIds.0', { rules: [{ match: {}, ruleIds: ['dcr-1'] }] }],
    ['rules.0.match.os', { rules: [{ match: { os: 'aix' }, ruleIds: ['/subscriptions/a/x'] }] }],
    ['endpoints.0.region', { endpoints: [{ region: '', endpointId: '/subscriptions/a/x' }] }],
  ])('refuses at %s: %j', (path, policy) => {
    expect(pathsOf(policy)).toEqual([path]);
  });

  it.each([
    ['http://proxy.contoso.example:8080'],
    ['http://10.1.2.3:3128'],
    ['http://p:1'],
    ['http://p:65535'],
  ])('accepts the proxy address %s', (address) => {
    expect(pathsOf(proxied({ kind: 'proxy', address }))).toEqual([]);
  });

  it.each([
    SECRET,
    `${SECRET}/0123456789abcdef0123456789abcdef`,
    'https://kv1.vault.usgovcloudapi.net/secrets/a',
    'https://kv1.vault.azure.cn/secrets/a',
  ])('accepts the secret address %s', (passwordSecret) => {
    expect(pathsOf(credentials({ passwordSecret }))).toEqual([]);
  });

  it('never repeats a refused password in its message', () => {
    const parsed = Policy.safeParse(
      credentials({ passwordSecret: 'hunter2', address: 'http://u:hunter2@p:1' }),
    );

    expect(JSON.stringify(parsed.error?.issues)).not.toContain('hunter2');
  });

  it('normalises resource ids', () => {
    const id = identityResource('Id-AMA');

    const policy = Policy.parse({ identities: [{ match: {}, userAssignedIdentityId: `${id}/` }] });

    expect(policy.identities[0]?.userAssignedIdentityId).toBe(id.toLowerCase());
  });

  // Names every object inherits are no profiles.
  it.each(['constructor', 'toString', '__proto__'])('refuses the unknown profile name %s', (profile) => {
    expect(pathsOf({ proxies: { rules: [{ match: {}, profile }] } })).toEqual(['proxies.rules.0.profile']);
  });

  it.each(['http://proxy:99999', 'http://proxy:65536', 'http://proxy:0', 'http://proxy:00'])(
    'refuses the impossible port of %s',
    (address) => {
      expect(pathsOf(proxied({ kind: 'proxy', address }))).toEqual(['proxies.profiles.p.address']);
    },
  );

  // Anything else would send the app's token to a host the plan names.
  it.each([
    'https://kv-proxy.vault.attacker.example/secrets/proxy-user',
    'https://kv-proxy.vault.azure.net.attacker.example/secrets/proxy-user',
    'https://kv-proxy.vaultxazure.net/secrets/proxy-user',
    'https://attacker.example/kv.vault.azure.net/secrets/proxy-user',
    'https://kv-proxy.vault.azure.net@attacker.example/secrets/proxy-user',
    'https://kv-proxy.vault.azure.net:8443/secrets/proxy-user',
  ])('refuses a vault outside the Key Vault domains: %s', (passwordSecret) => {
    expect(pathsOf(credentials({ passwordSecret }))).toEqual(['proxies.profiles.p.passwordSecret']);
  });
});

describe('matches', () => {
  const machine = aMachine({ tags: { Role: 'Web', empty: '' }, tenantId: 'tenant-1', scaleSetId: null });
  const cases: readonly [string, MachineMatch, boolean][] = [
    ['no field at all', {}, true],
    ['subscription in other casing', { subscriptionId: machine.subscriptionId.toUpperCase() }, true],
    ['another subscription', { subscriptionId: 'x' }, false],
    ['group in other casing', { resourceGroup: 'rg-app' }, true],
    ['the beginning of a group', { resourceGroup: 'rg' }, false],
    ['region', { region: 'WestEurope' }, true],
    // policy.endpoints and cells take display names as well.
    ['region by its display name', { region: 'West Europe' }, true],
    ['another region by its display name', { region: 'North Europe' }, false],
    ['kind', { kind: 'azureVm' }, true],
    ['the other kind', { kind: 'arcServer' }, false],
    ['system', { os: 'windows' }, true],
    ['the other system', { os: 'linux' }, false],
    ['a tag that is there', { tag: { name: 'role' } }, true],
    ['a tag with its value', { tag: { name: 'ROLE', value: 'Web' } }, true],
    ['a tag with another value', { tag: { name: 'role', value: 'db' } }, false],
    [
      'a tag with its value in other casing: values are case-sensitive',
      { tag: { name: 'role', value: 'web' } },
      false,
    ],
    ['a tag with an empty value asked for', { tag: { name: 'role', value: '' } }, false],
    ['a tag with an empty value', { tag: { name: 'empty' } }, true],
    ['its id in other casing', { machineId: machine.id }, true],
    ['another id', { machineId: `${machine.id}x` }, false],
    ['a workspace its legacy agent reports to', { workspaceId: WORKSPACE_ID }, true],
    ['another workspace', { workspaceId: `${WORKSPACE_ID}x` }, false],
    ['the name of its system in other casing', { osName: 'WINDOWS server 2019 datacenter' }, true],
    ['a part of the name of its system', { osName: 'Windows Server' }, false],
    ['a scale set it is not in', { scaleSetId: '/subscriptions/s/x' }, false],
    ['its tenant', { tenantId: 'TENANT-1' }, true],
    ['another tenant', { tenantId: 'tenant-2' }, false],
    ['its power state', { availability: 'running' }, true],
    ['another power state', { availability: 'stopped' }, false],
    ['a tag that is not there', { tag: { name: 'owner' } }, false],
    ['all fields fit but one', { os: 'windows', kind: 'azureVm', region: 'northeurope' }, false],
  ];

  it.each(cases)('by %s', (_, match, expected) => {
    expect(matches(match, machine)).toBe(expected);
  });
});

describe('tagValue', () => {
  it.each([
    ['hold', 'yes'],
    ['HOLD', 'yes'],
    ['blank', ''],
    ['missing', undefined],
  ])('%s is %j', (name, expected) => {
    expect(tagValue({ Hold: 'yes', blank: '' }, name)).toBe(expected);
  });
});
