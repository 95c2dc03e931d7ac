import { describe, expect, it } from 'vitest';
import type { CloudName } from '../../../shared/model/clouds.ts';
import { networkCloud } from '../../../shared/network/cloud.ts';
import { hostOf, type NetworkContext, type NetworkMachine } from '../../../shared/network/context.ts';
import { requiredEndpoints } from '../../../shared/network/endpoints.ts';
import { CUSTOMER_ID, WORKSPACE_ID } from '../../support/builders.ts';
import {
  aNetworkContext,
  aNetworkMachine,
  aNetworkRule,
  DCE,
  OTHER_CUSTOMER,
  OTHER_WORKSPACE,
  PROFILES,
} from './fixtures.ts';

/** The list as short lines: "machines>host:port via". */
function lines(machine: NetworkMachine, context: NetworkContext): readonly string[] {
  const result = requiredEndpoints(machine, context);
  if (!result.ok) throw new Error(result.unknown.reason);
  return result.endpoints.map(
    ({ from, source, host, port, via }) => `${from}${source ? `(${source})` : ''}>${host}:${port} ${via}`,
  );
}

function reasonOf(machine: Partial<NetworkMachine>, context = aNetworkContext(null)) {
  const result = requiredEndpoints(aNetworkMachine(machine), context);
  return result.ok ? 'a list' : [result.unknown.reason, result.unknown.detail];
}

const SUFFIX: Record<CloudName, string> = { public: 'com', government: 'us', china: 'cn' };
const ARM: Record<CloudName, string> = {
  public: 'management.azure.com',
  government: 'management.usgovcloudapi.net',
  china: 'management.chinacloudapi.cn',
};
const clouds = Object.keys(SUFFIX) as CloudName[];
const profiles = [null, ...(Object.keys(PROFILES) as (keyof typeof PROFILES)[])];
const systems = [
  { kind: 'azureVm', os: 'windows' },
  { kind: 'azureVm', os: 'linux' },
  { kind: 'arcServer', os: 'windows' },
  { kind: 'arcServer', os: 'linux' },
  { kind: 'scaleSet', os: 'linux' },
] as const;

/** Hosts of a machine with metrics, written out once more by hand. */
function expected(cloud: CloudName, profile: (typeof profiles)[number]): readonly string[] {
  const top = SUFFIX[cloud];
  const logs = [
    `global.handler.control.monitor.azure.${top}:443`,
    `westeurope.handler.control.monitor.azure.${top}:443`,
    `${CUSTOMER_ID}.ods.opinsights.azure.${top}:443`,
  ];
  const metrics = [
    `machines>${ARM[cloud]}:443 direct`,
    `machines>westeurope.monitoring.azure.${top}:443 direct`,
  ];
  switch (profile) {
    case null:
    case 'open':
      return [...logs.map((host) => `machines>${host} direct`), ...metrics];
    case 'hq':
      return [
        'machines>proxy.contoso.example:8080 direct',
        ...metrics,
        ...logs.map((host) => `proxy(proxy.contoso.example:8080)>${host} proxy`),
      ];
    case 'auth':
      return [
        'machines>auth.contoso.example:3128 direct',
        ...metrics,
        ...logs.map((host) => `proxy(auth.contoso.example:3128)>${host} proxy`),
      ];
    case 'gw':
      return [
        'machines>10.1.2.3:8080 direct',
        ...metrics,
        ...logs.map((host) => `gateway(10.1.2.3:8080)>${host} gateway`),
      ];
    case 'pl':
      return [
        `machines>dce-weu-ab12.westeurope-1.handler.control.monitor.azure.${top}:443 privateLink`,
        `machines>${CUSTOMER_ID}.ods.opinsights.azure.${top}:443 privateLink`,
        `machines>dce-weu-ab12.westeurope-1.ingest.monitor.azure.${top}:443 privateLink`,
        ...metrics,
      ];
  }
}

describe('requiredEndpoints', () => {
  const table = clouds.flatMap((cloud) =>
    profiles.flatMap((profile) => systems.map((system) => ({ cloud, profile, ...system }))),
  );

  it.each(table)('$cloud, profile $profile, $kind $os', ({ cloud, profile, kind, os }) => {
    const context = aNetworkContext(profile, {
      cloud: networkCloud(cloud),
      estate: {
        rules: [aNetworkRule({ os: 'any', metrics: true })],
        endpoints: [
          {
            id: DCE,
            region: 'westeurope',
            configurationAccess: `https://dce-weu-ab12.westeurope-1.handler.control.monitor.azure.${SUFFIX[cloud]}`,
            logsIngestion: `dce-weu-ab12.westeurope-1.ingest.monitor.azure.${SUFFIX[cloud]}`,
          },
        ],
      },
    });

    const machine = aNetworkMachine({ kind, os });

    expect(lines(machine, context)).toEqual(expected(cloud, profile));
    const result = requiredEndpoints(machine, context);
    const rows = result.ok ? result.endpoints : [];
    expect(rows.every(({ inspectable }) => !inspectable)).toBe(true);
    expect(rows.filter(({ protocol }) => protocol === 'http').map(({ port }) => port)).toEqual(
      rows.filter(({ port }) => port !== 443).map(({ port }) => port),
    );
  });

  it('has neither ARM nor metrics hosts where no rule sends metrics', () => {
    expect(lines(aNetworkMachine(), aNetworkContext('hq'))).not.toContainEqual(
      expect.stringMatching(/management|monitoring\./),
    );
  });

  it('lists each workspace: of the legacy agent, of its rules and of the rules it has', () => {
    const third = OTHER_WORKSPACE.replace('other', 'third');
    const context = aNetworkContext(null, {
      estate: {
        rules: [
          aNetworkRule({
            flows: [WORKSPACE_ID, OTHER_WORKSPACE].map((workspaceId) => ({
              stream: 'Microsoft-Perf',
              workspaceId,
            })),
          }),
          aNetworkRule({
            name: 'third',
            os: 'linux',
            flows: [{ stream: 'Microsoft-Syslog', workspaceId: third }],
          }),
        ],
        workspaces: [
          { id: WORKSPACE_ID, customerId: CUSTOMER_ID },
          { id: OTHER_WORKSPACE, customerId: OTHER_CUSTOMER.toUpperCase() },
          { id: third, customerId: '44444444-4444-4444-8444-444444444444' },
        ],
      },
    });
    const customers = (machine: Partial<NetworkMachine>) =>
      lines(aNetworkMachine(machine), context)
        .filter((line) => line.includes('.ods.'))
        .map((line) => line.slice('machines>'.length, 'machines>'.length + 8));

    expect(customers({})).toEqual(['22222222', '33333333']);
    expect(customers({ os: 'linux' })).toEqual(['22222222']);
    expect(
      customers({ associations: [{ ruleId: aNetworkRule({ name: 'third' }).id, endpointId: null }] }),
    ).toEqual(['22222222', '33333333', '44444444']);
  });

  it('takes the region by its display name', () => {
    expect(lines(aNetworkMachine({ region: 'North Europe' }), aNetworkContext(null))).toContain(
      'machines>northeurope.handler.control.monitor.azure.com:443 direct',
    );
  });

  it('uses the first profile that matches, as a plan does', () => {
    const rules = [
      { match: { tag: { name: 'zone', value: 'dmz' } }, profile: 'gw' },
      { match: { region: 'West Europe' }, profile: 'hq' },
    ];
    const context = aNetworkContext(null, { proxies: { profiles: PROFILES, rules } });
    const first = (machine: Partial<NetworkMachine>) => lines(aNetworkMachine(machine), context)[0];

    expect(first({ tags: { Zone: 'dmz' } })).toContain('10.1.2.3');
    expect(first({})).toContain('proxy.contoso.example');
    expect(first({ region: 'northeurope' })).toContain('global.handler');
  });

  describe('without a profile, on an Arc server', () => {
    const arc = (proxyUrl: string | null) => aNetworkMachine({ kind: 'arcServer', arcAgent: { proxyUrl } });

    it.each([
      ['http://proxy.example:3128', 'proxy.example:3128'],
      ['http://proxy.example', 'proxy.example:80'],
      ['http://PROXY.example:3128/', 'proxy.example:3128'],
      ['http://u:p@proxy.example:3128', 'proxy.example:3128'],
      ['http://[fd00::1]:3128', '[fd00::1]:3128'],
    ])('goes through the proxy %s of the Arc agent', (proxyUrl, address) => {
      const found = lines(arc(proxyUrl), aNetworkContext(null));
      expect(found[0]).toBe(`machines>${address} direct`);
      expect(found[1]).toBe(`proxy(${address})>global.handler.control.monitor.azure.com:443 proxy`);
    });

    it.each([null, '', ' '])('is direct without one: %j', (proxyUrl) => {
      expect(lines(arc(proxyUrl), aNetworkContext(null))[0]).toMatch(/direct$/);
    });

    it('goes round it with the profile kind none', () => {
      expect(lines(arc('http://proxy.example:3128'), aNetworkContext('open'))[0]).toMatch(/global.*direct$/);
    });

    it.each(['https://proxy.example:3128', 'socks://p:1', 'http://p:0', 'http://p:65536', 'nonsense'])(
      'makes no list from %s',
      (proxyUrl) => {
        const result = requiredEndpoints(arc(proxyUrl), aNetworkContext(null));
        expect(result).toMatchObject({ ok: false, unknown: { reason: 'arcProxyUnreadable' } });
      },
    );
  });

  describe('of streams that only an endpoint takes', () => {
    const near = {
      id: DCE,
      region: 'West Europe',
      configurationAccess: null,
      logsIngestion: 'https://a.ingest.example/',
    };
    const far = { ...near, id: `${DCE}-far`, region: 'northeurope', logsIngestion: 'far.ingest.example' };
    const twin = { ...near, id: `${DCE}-twin`, logsIngestion: 'twin.ingest.example' };
    const ingestion = (
      stream: string,
      endpoints: readonly (typeof near)[],
      endpointId: string | null = null,
    ) =>
      lines(
        aNetworkMachine(),
        aNetworkContext(null, {
          estate: {
            rules: [aNetworkRule({ flows: [{ stream, workspaceId: WORKSPACE_ID }], endpointId })],
            endpoints,
          },
        }),
      ).filter((line) => line.includes('ingest'));

    it.each([
      ['Microsoft-WindowsFirewall', [near, far], null, 'a.ingest.example'],
      ['microsoft-asimnetworksessionlogs-windowsfirewall', [near], null, 'a.ingest.example'],
      ['Microsoft-PrometheusMetrics', [near], null, 'a.ingest.example'],
      ['Microsoft-WindowsFirewall', [near, far], far.id, 'far.ingest.example'],
      ['Microsoft-WindowsFirewall', [near, twin], null, '*.ingest.monitor.azure.com'],
      ['Microsoft-WindowsFirewall', [], null, '*.ingest.monitor.azure.com'],
      [
        'Microsoft-WindowsFirewall',
        [{ ...near, logsIngestion: 'x; rm' }],
        null,
        '*.ingest.monitor.azure.com',
      ],
    ])('%s: %#', (stream, endpoints, endpointId, host) => {
      expect(ingestion(stream, endpoints, endpointId)).toEqual([`machines>${host}:443 direct`]);
    });

    it.each(['Microsoft-Event', 'Custom-App_CL', 'Microsoft-W3CIISLog'])('not %s', (stream) => {
      expect(ingestion(stream, [near])).toEqual([]);
    });
  });

  describe('behind private link', () => {
    const near = {
      id: DCE,
      region: 'westeurope',
      configurationAccess: 'near.handler.example',
      logsIngestion: null,
    };
    const hosts = (endpoints: readonly (typeof near)[], policy: NetworkContext['endpoints'] = []) =>
      lines(aNetworkMachine(), aNetworkContext('pl', { endpoints: policy, estate: { endpoints } })).map(
        (line) => line.split(/[>:]/)[1],
      );

    it('gives patterns where the hosts of the endpoint are not known', () => {
      expect(hosts([])).toEqual([
        '*.handler.control.monitor.azure.com',
        `${CUSTOMER_ID}.ods.opinsights.azure.com`,
        '*.ingest.monitor.azure.com',
      ]);
      expect(hosts([near])[0]).toBe('near.handler.example');
    });

    it('takes no endpoint of another region', () => {
      expect(hosts([{ ...near, region: 'northeurope' }])[0]).toBe('*.handler.control.monitor.azure.com');
    });

    it('takes the endpoint the policy names for the region', () => {
      const named = { ...near, id: `${DCE}-2`, configurationAccess: 'named.handler.example' };
      const line = { region: 'West Europe', endpointId: named.id };
      expect(hosts([near, named], [line])[0]).toBe('named.handler.example');
      expect(hosts([near], [line])[0]).toBe('*.handler.control.monitor.azure.com');
    });
  });

  it.each<[string, Partial<NetworkMachine>, readonly [string, string | null]]>([
    ['only a heartbeat shows it', { kind: 'unmanaged', region: '' }, ['unmanaged', null]],
    ['no region', { region: '' }, ['noRegion', null]],
    ['a region that is no name', { region: 'x.attacker.example/' }, ['noRegion', null]],
    ['unknown system', { os: 'unknown' }, ['osUnknown', null]],
    ['no workspace', { legacyWorkspaces: [] }, ['noWorkspace', null]],
    ['a workspace nobody sees', { legacyWorkspaces: ['/x'] }, ['workspaceNotVisible', '/x']],
    ['an id without workspace', { unseenWorkspaces: ['b', 'a'] }, ['workspaceNotVisible', 'a']],
  ])('makes no list: %s', (_, machine, reason) => {
    expect(reasonOf(machine)).toEqual(reason);
  });

  it.each(['', 'not-a-guid', `${CUSTOMER_ID}.attacker.example`])(
    'takes a workspace for not visible whose customer id is %j',
    (customerId) => {
      const context = aNetworkContext(null, { estate: { workspaces: [{ id: WORKSPACE_ID, customerId }] } });
      expect(reasonOf({}, context)).toEqual(['workspaceNotVisible', WORKSPACE_ID]);
    },
  );

  it('makes no list where a rule also feeds a workspace nobody sees', () => {
    const flows = [WORKSPACE_ID, '/y'].map((workspaceId) => ({ stream: 'Microsoft-Event', workspaceId }));
    const context = aNetworkContext(null, { estate: { rules: [aNetworkRule({ flows })] } });
    expect(reasonOf({}, context)).toEqual(['workspaceNotVisible', '/y']);
  });

  it('makes a list for a machine that sends metrics only', () => {
    const rule = aNetworkRule({ flows: [], metrics: true });
    const machine = { legacyWorkspaces: [], associations: [{ ruleId: rule.id, endpointId: null }] };
    expect(reasonOf(machine, aNetworkContext(null, { estate: { rules: [rule] } }))).toBe('a list');
  });

  it('treats an unknown profile name as a bug', () => {
    const rules = [{ match: {}, profile: 'constructor' }];
    const context = aNetworkContext(null, { proxies: { profiles: {}, rules } });
    expect(() => requiredEndpoints(aNetworkMachine(), context)).toThrow('not validated');
  });
});

describe('hostOf', () => {
  it.each([
    ['https://A-b1.westeurope-1.ingest.monitor.azure.com', 'a-b1.westeurope-1.ingest.monitor.azure.com'],
    ['a.b.c', 'a.b.c'],
    ['https://a.b.c:443/path', 'a.b.c'],
    ['', null],
    ['localhost', null],
    ['*.b.c', null],
    ['a.b;Remove-Item', null],
    ['-a.b', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (address, host) => {
    expect(hostOf(address)).toBe(host);
  });
});
