import { describe, expect, it } from 'vitest';
import {
  desiredSettings,
  extensionBody,
  type Settings,
  settingsDrift,
} from '../../../shared/agents/ama-settings.ts';
import type { OsType } from '../../../shared/model/agents.ts';
import type { MachineKind } from '../../../shared/model/ids.ts';
import type { ProxyProfile } from '../../../shared/model/policy.ts';
import { identityResource } from '../../support/builders.ts';

const ADDRESS = 'http://proxy.contoso.example:8080';
const SECRETS = {
  usernameSecret: 'https://kv-hq.vault.azure.net/secrets/u',
  passwordSecret: 'https://kv-hq.vault.azure.net/secrets/p',
};
const IDENTITY = identityResource('id-ama').toLowerCase();
const AUTHENTICATION = {
  authentication: { managedIdentity: { 'identifier-name': 'mi_res_id', 'identifier-value': IDENTITY } },
};

/** Facts file 3.3, word for word. */
const PROFILES: readonly [string, ProxyProfile | undefined, object][] = [
  ['no profile', undefined, {}],
  ['none', { kind: 'none' }, { proxy: { mode: 'none' } }],
  ['private link', { kind: 'privateLink' }, { proxy: { mode: 'none' } }],
  [
    'proxy',
    { kind: 'proxy', address: ADDRESS },
    { proxy: { mode: 'application', address: ADDRESS, auth: 'false' } },
  ],
  [
    'gateway',
    { kind: 'gateway', address: ADDRESS },
    { proxy: { mode: 'application', address: ADDRESS, auth: 'false' } },
  ],
  [
    'proxy with credentials',
    { kind: 'proxyWithCredentials', address: ADDRESS, ...SECRETS },
    { proxy: { mode: 'application', address: ADDRESS, auth: 'true' } },
  ],
];

/** Facts file 3.1 and 3.2. */
const TARGETS: readonly [MachineKind, OsType, object][] = [
  ['azureVm', 'windows', { type: 'AzureMonitorWindowsAgent', typeHandlerVersion: '1.2' }],
  ['azureVm', 'linux', { type: 'AzureMonitorLinuxAgent', typeHandlerVersion: '1.36' }],
  ['arcServer', 'windows', { type: 'AzureMonitorWindowsAgent' }],
  ['arcServer', 'linux', { type: 'AzureMonitorLinuxAgent' }],
];

const TABLE = PROFILES.flatMap(([name, proxy, proxySettings]) =>
  TARGETS.flatMap(([kind, os, agent]) =>
    [null, IDENTITY].map((identity) => ({ name, proxy, proxySettings, kind, os, agent, identity })),
  ),
);

describe('extensionBody', () => {
  it.each(TABLE)(
    '$kind $os, $name, identity $identity',
    ({ proxy, proxySettings, kind, os, agent, identity }) => {
      const settings = {
        ...proxySettings,
        ...(identity !== null && kind === 'azureVm' ? AUTHENTICATION : {}),
      };
      const desired = { kind, os, region: 'westeurope', proxy, userAssignedIdentityId: identity };

      const body = extensionBody(desired);

      expect(JSON.parse(JSON.stringify(body))).toStrictEqual({
        location: 'westeurope',
        properties: {
          publisher: 'Microsoft.Azure.Monitor',
          ...agent,
          autoUpgradeMinorVersion: true,
          enableAutomaticUpgrade: true,
          ...(Object.keys(settings).length === 0 ? {} : { settings }),
        },
      });
    },
  );

  it('puts credentials into protectedSettings and nowhere else', () => {
    const desired = {
      kind: 'arcServer',
      os: 'linux',
      region: 'westeurope',
      proxy: { kind: 'proxyWithCredentials', address: ADDRESS, ...SECRETS },
      userAssignedIdentityId: null,
    } as const;

    const { properties } = extensionBody(desired, { username: 'svc-proxy', password: 'hunter2' });
    const { protectedSettings, ...open } = properties;

    expect(protectedSettings).toStrictEqual({ proxy: { username: 'svc-proxy', password: 'hunter2' } });
    expect(JSON.stringify(open)).not.toMatch(/hunter2|svc-proxy|vault/);
  });
});

describe('desiredSettings', () => {
  it('is undefined when only defaults are wanted', () => {
    const base = { os: 'windows', region: 'westeurope', proxy: undefined } as const;

    expect(desiredSettings({ ...base, kind: 'azureVm', userAssignedIdentityId: null })).toBeUndefined();
    expect(desiredSettings({ ...base, kind: 'arcServer', userAssignedIdentityId: IDENTITY })).toBeUndefined();
  });
});

describe('settingsDrift', () => {
  const open: Settings = { proxy: { mode: 'application', address: ADDRESS, auth: 'false' } };
  const secret: Settings = { proxy: { mode: 'application', address: ADDRESS, auth: 'true' } };
  const none: Settings = { proxy: { mode: 'none' } };
  const identity = AUTHENTICATION as Settings;
  const found = (proxy: object) => ({ proxy });
  const cases: readonly [string, unknown, Settings | undefined, boolean][] = [
    ['nothing found, nothing wanted', null, undefined, false],
    ['settings found, nothing wanted', found({ mode: 'none' }), undefined, false],
    ['the same', open, open, false],
    [
      'auth as an old boolean false',
      found({ mode: 'application', address: ADDRESS, auth: false }),
      open,
      false,
    ],
    [
      'auth as an old boolean true',
      found({ mode: 'application', address: ADDRESS, auth: true }),
      secret,
      false,
    ],
    ['auth not given', found({ mode: 'application', address: ADDRESS }), open, false],
    [
      'address in other casing',
      found({ mode: 'application', address: ADDRESS.toUpperCase(), auth: 'false' }),
      open,
      false,
    ],
    ['more keys than wanted', { ...open, agentTelemetry: true }, open, false],
    ['no settings at all', null, open, true],
    ['settings that are no object', 'x', open, true],
    [
      'another address',
      found({ mode: 'application', address: 'http://old:8080', auth: 'false' }),
      open,
      true,
    ],
    [
      'another port',
      found({ mode: 'application', address: 'http://proxy.contoso.example:3128', auth: 'false' }),
      open,
      true,
    ],
    ['no credentials where they are needed', open, secret, true],
    ['credentials where none are needed', secret, open, true],
    ['direct instead of the proxy', none, open, true],
    ['the proxy instead of direct', open, none, true],
    ['the default instead of direct', null, none, true],
    ['the identity', AUTHENTICATION, identity, false],
    [
      'the identity in Azure casing',
      {
        authentication: {
          managedIdentity: { 'identifier-name': 'mi_res_id', 'identifier-value': identityResource('ID-AMA') },
        },
      },
      identity,
      false,
    ],
    [
      'another identity',
      {
        authentication: { managedIdentity: { 'identifier-name': 'client_id', 'identifier-value': 'c0ffee' } },
      },
      identity,
      true,
    ],
    ['no identity', {}, identity, true],
    ['right proxy, no identity', open, { ...open, ...identity }, true],
    ['right identity, no proxy', AUTHENTICATION, { ...open, ...identity }, true],
  ];

  it.each(cases)('%s', (_, actual, wanted, drifts) => {
    expect(settingsDrift(actual, wanted) !== undefined).toBe(drifts);
  });

  it('says what it found and what it wanted', () => {
    expect(settingsDrift(null, open)).toBe(`proxy is the default, wanted ${ADDRESS}`);
    expect(settingsDrift({}, identity)).toBe(`identity is the default, wanted ${IDENTITY}`);
  });
});
