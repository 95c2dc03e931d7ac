import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkCloud } from '../../../shared/network/cloud.ts';
import type { NetworkMachine } from '../../../shared/network/context.ts';
import { preflight } from '../../../shared/network/preflight.ts';
import { CUSTOMER_ID, vmResource, WORKSPACE_ID } from '../../support/builders.ts';
import {
  aNetworkContext,
  aNetworkMachine,
  aNetworkRule,
  DCE,
  OTHER_WORKSPACE,
  PROFILES,
} from './fixtures.ts';

const fleet = (count: number, changes: (i: number) => Partial<NetworkMachine>) =>
  Array.from({ length: count }, (_, i) => aNetworkMachine(changes(i), `m-${String(i).padStart(6, '0')}`));

const REGIONS = ['westeurope', 'northeurope', 'eastus'];
const context = aNetworkContext(null, {
  proxies: {
    profiles: PROFILES,
    rules: [
      { match: { region: 'westeurope' }, profile: 'gw' },
      { match: { region: 'northeurope', os: 'linux' }, profile: 'hq' },
      { match: { region: 'northeurope' }, profile: 'pl' },
    ],
  },
  estate: { rules: [aNetworkRule(), aNetworkRule({ name: 'linux', os: 'linux', metrics: true })] },
});
const mixed = fleet(90, (i) => ({
  region: REGIONS[i % 3] ?? '',
  os: i % 2 === 0 ? 'windows' : 'linux',
  kind: i % 5 === 0 ? 'arcServer' : 'azureVm',
  legacyWorkspaces: i % 7 === 0 ? [OTHER_WORKSPACE] : [WORKSPACE_ID],
}));

describe('preflight', () => {
  it('has one row per profile and host, with its regions and machines', async () => {
    const machines = fleet(30, (i) => ({ region: REGIONS[i % 3] ?? '' }));

    const { rows, machines: count, unknown } = await preflight(machines, aNetworkContext('open'));

    expect(count).toBe(30);
    expect(unknown).toEqual([]);
    expect(rows.map(({ host, regions, machines }) => [host, regions, machines])).toEqual([
      [`${CUSTOMER_ID}.ods.opinsights.azure.com`, ['eastus', 'northeurope', 'westeurope'], 30],
      ['eastus.handler.control.monitor.azure.com', ['eastus'], 10],
      ['global.handler.control.monitor.azure.com', ['eastus', 'northeurope', 'westeurope'], 30],
      ['northeurope.handler.control.monitor.azure.com', ['northeurope'], 10],
      ['westeurope.handler.control.monitor.azure.com', ['westeurope'], 10],
    ]);
    expect(new Set(rows.map(({ profile }) => profile))).toEqual(new Set(['open']));
  });

  it('keeps profiles apart, and names the proxy a row is for', async () => {
    const { rows } = await preflight(mixed, context);

    const hosts = rows.filter(({ host }) => host.startsWith('global.'));
    expect(hosts.map(({ from, profile, source, machines }) => [from, profile, source, machines])).toEqual([
      ['machines', null, null, 30],
      ['proxy', 'hq', 'proxy.contoso.example:8080', 15],
      ['gateway', 'gw', '10.1.2.3:8080', 30],
    ]);
    const hops = rows.filter(({ protocol }) => protocol === 'http');
    expect(hops.map(({ from, host, port, machines }) => [from, host, port, machines])).toEqual([
      ['machines', '10.1.2.3', 8080, 30],
      ['machines', 'proxy.contoso.example', 8080, 15],
    ]);
  });

  it('sends metrics straight out whatever the profile', async () => {
    const { rows, notes } = await preflight(mixed, context);

    const metrics = rows.filter(({ purpose }) => purpose.includes('Metrics'));
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.every(({ from, via }) => from === 'machines' && via === 'direct')).toBe(true);
    expect(notes.map(({ code }) => code)).toContain('metricsDirect');
  });

  it('does not depend on the order of the machines', async () => {
    const first = await preflight(mixed, context);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(mixed, { minLength: mixed.length }), async (shuffled) => {
        expect(await preflight(shuffled, context)).toEqual(first);
        expect(JSON.stringify(await preflight(shuffled, context))).toBe(JSON.stringify(first));
      }),
      { numRuns: 20 },
    );
  });

  it('counts each machine once in each of its rows', async () => {
    const whole = await preflight(mixed, context);
    const single = await Promise.all(mixed.map((machine) => preflight([machine], context)));

    const sum = (results: readonly (typeof whole)[]) =>
      results.flatMap(({ rows }) => rows).reduce((total, { machines }) => total + machines, 0);
    expect(sum([whole])).toBe(sum(single));
    expect(whole.rows.length).toBe(
      new Set(
        single.flatMap(({ rows }) => rows.map((r) => [r.from, r.profile, r.host, r.port, r.via].join())),
      ).size,
    );
  });

  it('takes 100,000 machines in one pass, and answers no more for them than for 300', async () => {
    const changes = (i: number) => ({
      region: REGIONS[i % 3] ?? '',
      legacyWorkspaces: i % 4 ? [WORKSPACE_ID] : [],
    });
    async function* many(count: number) {
      for (let i = 0; i < count; i++) yield aNetworkMachine(changes(i), `m-${String(i).padStart(6, '0')}`);
    }

    const large = await preflight(many(100_000), aNetworkContext('hq'));
    const small = await preflight(many(300), aNetworkContext('hq'));

    expect(large.machines).toBe(75_000);
    expect(large.unknown).toMatchObject([{ reason: 'noWorkspace', machines: 25_000 }]);
    expect(large.rows.length).toBe(small.rows.length);
    expect(large.unknown[0]?.examples).toEqual(small.unknown[0]?.examples);
  });

  it('tells which machines have no list and why, with the first of them', async () => {
    const machines = [
      ...fleet(25, () => ({ legacyWorkspaces: ['/gone'] })).reverse(),
      aNetworkMachine({ region: '' }, 'no-region'),
      aNetworkMachine({}, 'fine'),
    ];

    const { unknown, machines: count } = await preflight(machines, aNetworkContext(null));

    expect(count).toBe(1);
    expect(unknown.map(({ reason, detail, machines }) => [reason, detail, machines])).toEqual([
      ['noRegion', null, 1],
      ['workspaceNotVisible', '/gone', 25],
    ]);
    expect(unknown[1]?.examples).toHaveLength(20);
    expect(unknown[1]?.examples[0]).toBe(vmResource('m-000000').toLowerCase());
    expect(unknown.every(({ text }) => text.length > 0)).toBe(true);
  });

  it('gives the commands of each gateway, for the hosts of its machines only', async () => {
    const { gatewayCommands } = await preflight(mixed, context);

    expect(gatewayCommands).toEqual([
      {
        profile: 'gw',
        address: '10.1.2.3:8080',
        machines: 30,
        commands: [
          `Add-OMSGatewayAllowedHost -Host ${CUSTOMER_ID}.ods.opinsights.azure.com`,
          'Add-OMSGatewayAllowedHost -Host 33333333-3333-4333-8333-333333333333.ods.opinsights.azure.com',
          'Add-OMSGatewayAllowedHost -Host global.handler.control.monitor.azure.com',
          'Add-OMSGatewayAllowedHost -Host westeurope.handler.control.monitor.azure.com',
          'Restart-Service OMSGatewayService',
        ],
      },
    ]);
  });

  it('gives no command for a pattern', async () => {
    const rules = [
      aNetworkRule({ flows: [{ stream: 'Microsoft-WindowsFirewall', workspaceId: WORKSPACE_ID }] }),
    ];
    const { gatewayCommands, notes } = await preflight(
      [aNetworkMachine()],
      aNetworkContext('gw', { estate: { rules } }),
    );

    expect(gatewayCommands[0]?.commands.join()).not.toContain('*');
    expect(notes.map(({ code }) => code)).toContain('endpointPattern');
  });

  it('lists what private link needs in each region', async () => {
    const endpoint = {
      id: DCE,
      region: 'westeurope',
      configurationAccess: 'c.example.net',
      logsIngestion: 'i.example.net',
    };
    const machines = fleet(6, (i) => ({
      region: REGIONS[i % 2] ?? '',
      associations: i < 2 ? [{ ruleId: null, endpointId: DCE }] : [],
    }));

    const { privateLink } = await preflight(
      machines,
      aNetworkContext('pl', { cloud: networkCloud('government'), estate: { endpoints: [endpoint] } }),
    );

    expect(privateLink).toMatchObject([
      { region: 'northeurope', machines: 3, associated: 0, endpointId: null, configurationAccess: null },
      {
        region: 'westeurope',
        profile: 'pl',
        machines: 3,
        associated: 1,
        endpointId: DCE,
        configurationAccess: 'c.example.net',
        logsIngestion: 'i.example.net',
        dnsZones: [
          'privatelink.monitor.azure.us',
          'privatelink.oms.opinsights.azure.us',
          'privatelink.ods.opinsights.azure.us',
          'privatelink.agentsvc.azure-automation.us',
        ],
      },
    ]);
    expect(privateLink[0]?.needs[0]).toContain('Create a data collection endpoint in northeurope');
  });

  it.each<[string, Parameters<typeof aNetworkContext>, Partial<NetworkMachine>, readonly string[]]>([
    ['a VM', [null], {}, ['instanceMetadata', 'systemProxy']],
    ['a VM with a profile', ['open'], {}, ['instanceMetadata']],
    ['an Arc server', ['hq'], { kind: 'arcServer' }, ['arcAgent']],
    [
      'an Arc server with a proxy',
      [null],
      { kind: 'arcServer', arcAgent: { proxyUrl: 'http://p:1' } },
      ['arcAgent', 'arcProxy'],
    ],
    ['private link', ['pl'], {}, ['instanceMetadata', 'privateLink', 'endpointPattern']],
    [
      'metrics in a cloud without',
      ['open', { cloud: networkCloud('china'), estate: { rules: [aNetworkRule({ metrics: true })] } }],
      {},
      ['instanceMetadata', 'metricsUnavailable'],
    ],
    [
      'a rule nobody sees',
      ['open'],
      { associations: [{ ruleId: '/hidden', endpointId: null }] },
      ['instanceMetadata', 'ruleNotVisible'],
    ],
  ])('notes: %s', async (_, args, machine, codes) => {
    const { notes } = await preflight([aNetworkMachine(machine)], aNetworkContext(...args));
    expect(notes.map(({ code }) => code)).toEqual(['noInspection', 'serviceTags', ...codes]);
  });

  it('is empty for no machines', async () => {
    expect(await preflight([], aNetworkContext(null))).toEqual({
      machines: 0,
      rows: [],
      gatewayCommands: [],
      privateLink: [],
      notes: [],
      unknown: [],
    });
  });
});
