import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import {
  ARC,
  ENDPOINT,
  GROUP,
  LINUX_RULE,
  LINUX_VM,
  RULE,
  START,
  smallEstate,
  VM,
  WORKSPACE,
} from '../../support/small-estate.ts';
import { AMA_LINUX, AMA_WINDOWS, DAY, HOUR, MINUTE, rig } from './rig.ts';

type Rig = ReturnType<typeof rig>;
const ALIVE = { legacyIngestionEnds: null };

function install(to: Rig, machine: string, settings: unknown = {}, protectedSettings?: unknown): void {
  const body = machine === LINUX_VM ? AMA_LINUX : AMA_WINDOWS;
  const put = to.arm('PUT', `${machine}/extensions/ama`, {
    ...body,
    properties: { ...body.properties, settings, protectedSettings },
  });
  expect(put.status).toBeLessThan(300);
}

function associate(
  to: Rig,
  machine: string,
  rule = machine === LINUX_VM ? LINUX_RULE : RULE,
  name = 'assoc',
): void {
  expect(
    to.arm('PUT', `${machine}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${name}`, {
      properties: { dataCollectionRuleId: rule },
    }).status,
  ).toBe(201);
}

function migrated(file: EstateFile, machine = VM, settings?: unknown, protectedSettings?: unknown): Rig {
  const to = rig(file);
  install(to, machine, settings, protectedSettings);
  associate(to, machine);
  to.pass(HOUR);
  return to;
}

describe('heartbeats', () => {
  it('hears the legacy agent while its service runs, and not after', () => {
    expect(rig(smallEstate({ behaviour: ALIVE })).heard(VM)).toEqual(['Direct Agent']);
    const ended = rig(smallEstate());
    expect(ended.heard(VM, 7 * DAY)).toEqual([]);
    expect(ended.heard(VM, 300 * DAY)).toEqual(['Direct Agent']);
  });

  it('hears AMA only when it is installed, associated and some minutes old', () => {
    const to = rig(smallEstate());
    install(to, VM);
    to.pass(HOUR);
    expect(to.heard(VM)).toEqual([]);
    associate(to, VM);
    to.pass(MINUTE);
    expect(to.heard(VM)).toEqual([]);
    to.pass(15 * MINUTE);
    expect(to.heard(VM)).toEqual(['Azure Monitor Agent']);
    to.arm('DELETE', `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/ASSOC`);
    to.pass(15 * MINUTE);
    expect(to.heard(VM)).toEqual([]);
  });

  it('falls silent with its machine', () => {
    const to = migrated(smallEstate({ behaviour: ALIVE }));
    expect(to.heard(VM)).toEqual(['Azure Monitor Agent', 'Direct Agent']);
    to.estate.mutate.setPower(VM, 'deallocated');
    to.pass(20 * MINUTE);
    expect(to.heard(VM)).toEqual([]);
  });

  it('shows declared categories, gaps and computers without a machine', () => {
    const heartbeats: EstateFile['heartbeats'] = [
      { machine: VM, agent: 'legacy', category: 'SCOM Agent' },
      { machine: ARC, agent: 'legacy', gaps: [{ from: '2026-11-21T07:00:00Z' }] },
    ];
    const to = rig(smallEstate({ behaviour: ALIVE, heartbeats }));
    expect(to.heard(VM)).toEqual(['SCOM Agent']);
    expect(to.heard(ARC)).toEqual([]);
    expect(to.heard(ARC, 2 * HOUR)).toEqual(['Direct Agent']);
  });
});

describe('ways out and identities', () => {
  const proxy = 'http://proxy.contoso.com:8080';
  const through = (address: string, auth = 'false') => ({ proxy: { mode: 'application', address, auth } });
  const network = (
    network: NonNullable<NonNullable<EstateFile['behaviour']>['network']>['default'],
  ): EstateFile => smallEstate({ behaviour: { network: { default: network } } });
  const withIdentity = (identity: EstateFile['resources'][number]['identity']): EstateFile => {
    const file = smallEstate();
    return {
      ...file,
      resources: file.resources.map((resource) =>
        resource.id === VM ? { ...resource, identity } : resource,
      ),
    };
  };
  const credentials = { mode: 'proxy', address: proxy, username: 'u', password: 'p' } as const;
  const two = {
    type: 'UserAssigned',
    userAssignedIdentities: { '/id/a': { clientId: 'c-a' }, '/id/b': { clientId: 'c-b' } },
  };
  const named = (value: string) => ({
    authentication: { managedIdentity: { 'identifier-name': 'mi_res_id', 'identifier-value': value } },
  });

  it.each([
    ['direct', smallEstate(), {}, undefined, true],
    ['direct with a proxy set', smallEstate(), through(proxy), undefined, false],
    ['proxy without settings', network({ mode: 'proxy', address: proxy }), {}, undefined, false],
    [
      'proxy of the system itself',
      network({ mode: 'proxy', address: proxy, ambient: true }),
      {},
      undefined,
      true,
    ],
    [
      'proxy of the system, bypassed',
      network({ mode: 'proxy', address: proxy, ambient: true }),
      { proxy: { mode: 'none' } },
      undefined,
      false,
    ],
    [
      'the right proxy',
      network({ mode: 'proxy', address: proxy }),
      through(`${proxy}/`.toUpperCase().replace('HTTP', 'http')),
      undefined,
      true,
    ],
    [
      'another proxy',
      network({ mode: 'proxy', address: proxy }),
      through('http://other:1'),
      undefined,
      false,
    ],
    [
      'credentials',
      network(credentials),
      through(proxy, 'true'),
      { proxy: { username: 'u', password: 'p' } },
      true,
    ],
    [
      'wrong credentials',
      network(credentials),
      through(proxy, 'true'),
      { proxy: { username: 'u', password: 'q' } },
      false,
    ],
    [
      'credentials not used',
      network(credentials),
      through(proxy),
      { proxy: { username: 'u', password: 'p' } },
      false,
    ],
    ['gateway', network({ mode: 'gateway', address: proxy }), through(proxy), undefined, true],
    ['gateway not used', network({ mode: 'gateway', address: proxy }), {}, undefined, false],
    ['no identity', withIdentity(null), {}, undefined, false],
    [
      'one user identity',
      withIdentity({ type: 'UserAssigned', userAssignedIdentities: { '/id/a': {} } }),
      {},
      undefined,
      true,
    ],
    ['two user identities', withIdentity(two), {}, undefined, false],
    ['two user identities, one named', withIdentity(two), named('/ID/A'), undefined, true],
    ['two user identities, another named', withIdentity(two), named('/id/c'), undefined, false],
  ])('%s', (_what, file, settings, secrets, heard) => {
    const to = migrated(file, VM, settings, secrets);
    expect(
      to.estate.snapshot(VM)?.extensions.find((extension) => extension.agent === 'ama')?.provisioningState,
    ).toBe('Succeeded');
    expect(to.heard(VM)).toEqual(heard ? ['Azure Monitor Agent'] : []);
    expect(to.rows(VM, 'Perf', START, to.now()).count > 0).toBe(heard);
  });

  it('private link needs an endpoint of the machine’s region', () => {
    const to = migrated(network({ mode: 'privateLink' }));
    expect(to.heard(VM)).toEqual([]);
    const elsewhere = `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/dce-ne`;
    to.arm('PUT', elsewhere, { location: 'northeurope', properties: {} });
    const use = (id: string) =>
      to.arm(
        'PUT',
        `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/configurationAccessEndpoint`,
        { properties: { dataCollectionEndpointId: id } },
      ).status;
    expect(use(elsewhere)).toBe(201);
    to.pass(HOUR);
    expect(to.heard(VM)).toEqual([]);
    expect(use(ENDPOINT)).toBe(200);
    to.pass(HOUR);
    expect(to.heard(VM)).toEqual(['Azure Monitor Agent']);
  });

  it('a repaired proxy makes a mute agent heard', () => {
    const to = migrated(network({ mode: 'proxy', address: proxy }), VM, through('http://old:1'));
    expect(to.heard(VM)).toEqual([]);
    install(to, VM, through(proxy));
    to.pass(30 * MINUTE);
    expect(to.heard(VM)).toEqual(['Azure Monitor Agent']);
  });
});

describe('rows', () => {
  it('adds up over adjacent windows and hides what is not ingested yet', () => {
    const to = migrated(smallEstate());
    to.pass(DAY);
    const from = to.now() - 10 * HOUR;
    const cuts = [0, 1, 7_000, HOUR, 3 * HOUR + 17, 9 * HOUR].map((offset) => from + offset);
    const parts = cuts.slice(1).map((until, i) => to.rows(VM, 'Perf', cuts[i] as number, until - 1).count);
    const whole = to.rows(VM, 'Perf', from, from + 9 * HOUR - 1).count;
    expect(parts.reduce((a, b) => a + b, 0)).toBe(whole);
    expect(whole).toBeGreaterThan(9 * 500);
    const newest = to.rows(VM, 'Perf', from, to.now()).last ?? '';
    expect(to.now() - Date.parse(newest)).toBeGreaterThan(50_000);
    expect(to.now() - Date.parse(newest)).toBeLessThan(200_000);
  });

  it('reports the very row that was counted last', () => {
    const to = migrated(smallEstate());
    const until = to.now() - 10 * MINUTE;
    const { last } = to.rows(VM, 'Event', START, until);
    const at = Date.parse(last ?? '');
    expect(to.rows(VM, 'Event', at, at).count).toBe(1);
    expect(to.rows(VM, 'Event', at + 1, until).count).toBe(0);
  });

  it('counts both agents in overlap and compares with the past', () => {
    const to = rig(smallEstate({ behaviour: ALIVE }));
    const before = to.rows(VM, 'Perf', START - 2 * HOUR, START - HOUR).count;
    install(to, VM);
    associate(to, VM);
    to.pass(3 * HOUR);
    const both = to.rows(VM, 'Perf', to.now() - 2 * HOUR, to.now() - HOUR).count;
    expect(both / before).toBeGreaterThan(1.95);
    expect(both / before).toBeLessThan(2.05);
  });

  it('has no rows of tables, workspaces or systems a rule does not serve', () => {
    const to = migrated(smallEstate());
    expect(to.rows(VM, 'Syslog', START, to.now()).count).toBe(0);
    associate(to, LINUX_VM, RULE);
    install(to, LINUX_VM);
    to.pass(HOUR);
    expect(to.rows(LINUX_VM, 'Perf', START, to.now()).count).toBe(0);
    associate(to, LINUX_VM, LINUX_RULE, 'second');
    to.pass(HOUR);
    expect(to.rows(LINUX_VM, 'Perf', START, to.now()).count).toBeGreaterThan(0);
  });

  it('legacy security events follow the tier', () => {
    const to = rig(smallEstate({ behaviour: ALIVE }));
    const lastHour = () => to.rows(VM, 'SecurityEvent', to.now() - HOUR, to.now() - 10 * MINUTE).count;
    expect(lastHour()).toBeGreaterThan(100);
    const kind = 'SecurityInsightsSecurityEventCollectionConfiguration';
    expect(
      to.arm('PUT', `${WORKSPACE}/dataSources/${kind}`, {
        kind,
        properties: { tier: 'None', tierSetMethod: 'Custom' },
      }).status,
    ).toBe(200);
    to.pass(2 * HOUR);
    expect(lastHour()).toBe(0);
    expect(to.rows(VM, 'Event', to.now() - HOUR, to.now()).count).toBeGreaterThan(0);
  });

  it('declared rates, gaps, lags and dropped tables hold', () => {
    const to = migrated(
      smallEstate({
        tables: [
          { table: 'Event', machine: VM, rowsPerHour: { ama: 3600 }, lagSeconds: 0 },
          { table: 'Perf', gaps: [{ from: '2026-11-21T08:30:00Z' }] },
        ],
        behaviour: { droppedTables: [{ rule: RULE, table: 'SecurityEvent' }] },
      }),
    );
    expect(to.rows(VM, 'Event', to.now() - 10 * MINUTE, to.now() - 1).count).toBe(600);
    expect(to.rows(VM, 'Perf', Date.parse('2026-11-21T08:30:00Z'), to.now()).count).toBe(0);
    expect(to.rows(VM, 'SecurityEvent', START, to.now()).count).toBe(0);
  });

  it('keeps the rows of a deleted rule', () => {
    const to = migrated(smallEstate());
    const until = to.now() - 10 * MINUTE;
    const before = to.rows(VM, 'Perf', START, until).count;
    expect(to.arm('DELETE', RULE).status).toBe(409);
    expect(to.arm('DELETE', `${RULE}?deleteAssociations=true`).status).toBe(200);
    expect(to.rows(VM, 'Perf', START, until).count).toBe(before);
    to.pass(HOUR);
    expect(to.rows(VM, 'Perf', until + 20 * MINUTE, to.now()).count).toBe(0);
  });

  it('a time scale shortens everything alike', () => {
    const to = rig(smallEstate(), { timeScale: 60 });
    install(to, VM);
    associate(to, VM);
    to.pass(MINUTE);
    expect(to.heard(VM, MINUTE)).toEqual(['Azure Monitor Agent']);
    expect(to.rows(VM, 'Perf', START, to.now()).count).toBeGreaterThan(200);
  });
});
