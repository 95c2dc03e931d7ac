import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Exchange } from '../../rehearsal/estate/index.ts';
import { type Direction, resourceShape, shapeIn, TYPES_PRESENT } from '../support/contract/bicep-types.ts';
import { collectProbes } from '../support/contract/probes.ts';
import {
  apiVersion,
  type Finding,
  loadSpecCheck,
  resourceType,
  SPECS_PRESENT,
  type SpecCheck,
  summarise,
} from '../support/contract/rest-specs.ts';
import {
  collectInventoryTraffic,
  collectTraffic,
  SECRETS,
  sampleRun,
  smallRuns,
} from '../support/contract/traffic.ts';

const SAMPLES = ['contoso', 'exported'] as const;
/** Not in the specifications of 2021; the resource types of today check their bodies. */
const YOUNGER_TYPES = new Set(['microsoft.hybridcompute/machines/runcommands']);
const traffic = new Map<string, readonly Exchange[]>();
const phases = new Map<string, readonly string[]>();
/** Histories and logs of the runs that used secrets. */
let kept = '';

beforeAll(async () => {
  const samples = SAMPLES.map((name) => sampleRun(name)).filter((run) => run !== undefined);
  for (const run of [...smallRuns(), ...samples]) {
    const collected = await collectTraffic(run);
    traffic.set(run.name, collected.exchanges);
    phases.set(run.name, collected.phases);
    if (run.name === 'proxies' || run.name === 'rollback') kept += collected.kept;
  }
  traffic.set('probes', await collectProbes());
  traffic.set('inventory', await collectInventoryTraffic());
  for (const name of SAMPLES) {
    if (!traffic.has(name)) console.log(`not checked: rehearsal/samples/${name}.json is not there`);
  }
  for (const [name, exchanges] of traffic) console.log(`traffic of ${name}: ${exchanges.length} exchanges`);
}, 240_000);

const all = () => [...traffic.values()].flat();
const armTraffic = () =>
  all().filter(({ liveRequest }) => liveRequest.url.startsWith('https://management.azure.com/'));
const status = ({ liveResponse }: Exchange) => Number(liveResponse.statusCode);
const typeOf = ({ liveRequest }: Exchange) => resourceType(liveRequest.url);
const header = ({ liveResponse }: Exchange, name: string) => liveResponse.headers[name];
const line = ({ liveRequest, liveResponse }: Exchange) =>
  `${liveResponse.statusCode} ${liveRequest.method} ${liveRequest.url.split('?')[0]}`;

describe('the traffic to check', () => {
  it('is that of waves that ran to their end', () => {
    for (const [name, ended] of phases) expect(new Set(ended), name).toEqual(new Set(['completed']));
  });

  it('has every change that a rollback makes', () => {
    const changes = (traffic.get('rollback') ?? []).filter(({ liveRequest }) => liveRequest.method !== 'GET');
    const made = new Set(changes.map((one) => `${one.liveRequest.method} ${typeOf(one)}`));
    expect([...made]).toEqual(
      expect.arrayContaining([
        'DELETE microsoft.insights/datacollectionruleassociations',
        'DELETE microsoft.compute/virtualmachines/extensions',
        'DELETE microsoft.hybridcompute/machines/extensions',
        'PUT microsoft.operationalinsights/workspaces/datasources',
      ]),
    );
    const puts = changes.filter(({ liveRequest }) => liveRequest.method === 'PUT');
    const legacy = puts.filter(({ liveRequest }) =>
      JSON.stringify(liveRequest.body).includes('EnterpriseCloud'),
    );
    expect(legacy).toHaveLength(3);
  });
});

describe.skipIf(absent(SPECS_PRESENT, '../shared/data/rest-specs'))(
  'public REST specifications of 2021',
  () => {
    let check: SpecCheck;
    beforeAll(async () => {
      check = await loadSpecCheck();
    });

    it('hold for every request and response', async () => {
      const found: Finding[] = [];
      const checked = new Map<string, number>();
      for (const exchange of armTraffic()) {
        if (YOUNGER_TYPES.has(typeOf(exchange))) continue;
        const result = await check(exchange);
        if (result === 'noSpecification') continue;
        checked.set(typeOf(exchange), (checked.get(typeOf(exchange)) ?? 0) + 1);
        found.push(...result.filter((finding) => !allowed(finding, exchange)));
      }
      console.log('checked against REST specifications:', Object.fromEntries(checked));
      expect(summarise(found)).toEqual([]);
      expect([...checked.keys()].sort()).toEqual([
        'microsoft.compute/virtualmachines',
        'microsoft.compute/virtualmachines/extensions',
        'microsoft.compute/virtualmachines/instanceview',
        'microsoft.compute/virtualmachines/runcommands',
        'microsoft.hybridcompute/machines',
        'microsoft.hybridcompute/machines/extensions',
        'microsoft.insights/datacollectionendpoints',
        'microsoft.insights/datacollectionruleassociations',
        'microsoft.insights/datacollectionrules',
        'microsoft.insights/datacollectionrules/associations',
        'microsoft.operationalinsights/workspaces',
        'microsoft.operationalinsights/workspaces/datasources',
        'microsoft.resourcegraph/resources',
      ]);
    }, 120_000);

    it.each([
      ['an unknown field', { properties: { publisher: 'p', type: 't', surprise: 1 } }, 'surprise'],
      [
        'a wrong kind',
        { properties: { publisher: 'p', autoUpgradeMinorVersion: 'yes' } },
        'autoUpgradeMinorVersion',
      ],
    ])('refuse %s', async (_, body, field) => {
      const put = first('PUT', 'microsoft.compute/virtualmachines/extensions');
      const result = await check({ ...put, liveRequest: { ...put.liveRequest, body } });
      expect(result).not.toBe('noSpecification');
      expect(summarise(result as Finding[]).join()).toContain(field);
    });

    it('refuse a response that lacks what is required', async () => {
      const get = first('GET', 'microsoft.compute/virtualmachines');
      const body = { ...(get.liveResponse.body as object), location: undefined };
      const result = await check({ ...get, liveResponse: { ...get.liveResponse, body } });
      expect(summarise(result as Finding[]).join()).toContain('location');
    });
  },
);

describe.skipIf(absent(TYPES_PRESENT, '../shared/data/bicep-types'))('resource types of today', () => {
  it('hold for every request and response body', () => {
    const counts = new Map<string, number>();
    const checked = new Map<string, number>();
    for (const exchange of armTraffic()) {
      for (const [direction, body] of bodies(exchange)) {
        const shape = resourceShape(typeOf(exchange), typesVersion(exchange));
        if (shape === undefined) continue;
        checked.set(typeOf(exchange), (checked.get(typeOf(exchange)) ?? 0) + 1);
        for (const fault of shape.check(body, direction)) {
          const text = `${exchange.liveRequest.method} ${typeOf(exchange)} ${direction} ${fault}`;
          counts.set(text, (counts.get(text) ?? 0) + 1);
        }
      }
    }
    console.log('bodies checked against resource types:', Object.fromEntries(checked));
    expect(Object.fromEntries(counts)).toEqual({});
    expect([...checked.keys()]).toEqual(
      expect.arrayContaining([
        'microsoft.authorization/locks',
        'microsoft.compute/virtualmachines/extensions',
        'microsoft.compute/virtualmachines/runcommands',
        'microsoft.hybridcompute/machines/extensions',
        'microsoft.hybridcompute/machines/runcommands',
        'microsoft.insights/datacollectionruleassociations',
        'microsoft.operationalinsights/workspaces/datasources',
      ]),
    );
  });

  it('know the fields that the specifications of 2021 do not', () => {
    const fields = (type: string) => requestFields('PUT', type);
    expect(fields('microsoft.hybridcompute/machines/extensions')).toContain('enableAutomaticUpgrade');
    expect(fields('microsoft.insights/datacollectionruleassociations')).toContain('dataCollectionEndpointId');
  });

  it('refuse unknown, read-only, misspelt and missing properties', () => {
    const shape = resourceShape('microsoft.hybridcompute/machines/extensions', '2024-07-10');
    const location = 'westeurope';
    expect(shape?.check({ location, properties: { surprise: 1 } }, 'request')).toEqual([
      'properties.surprise: is not a property of this type',
    ]);
    expect(shape?.check({ location, properties: { provisioningState: 'x' } }, 'request')).toEqual([
      'properties.provisioningState: is read-only',
    ]);
    expect(shape?.check({ location, properties: { enableAutomaticUpgrade: 'yes' } }, 'request')).toEqual([
      'properties.enableAutomaticUpgrade: expected a boolean, not "yes"',
    ]);
    expect(shape?.check({ properties: {} }, 'request')).toEqual(['location: is required']);
  });

  it('follow unions, arrays and discriminated objects', () => {
    const types = [
      { $type: 'ResourceType', name: 'A/b@1', body: { $ref: '#/1' } },
      {
        $type: 'DiscriminatedObjectType',
        discriminator: 'kind',
        baseProperties: { list: { type: { $ref: '#/3' }, flags: 0 } },
        elements: { One: { $ref: '#/2' } },
      },
      { $type: 'ObjectType', properties: { kind: { type: { $ref: '#/5' }, flags: 1 } } },
      { $type: 'ArrayType', itemType: { $ref: '#/4' }, maxLength: 2 },
      { $type: 'UnionType', elements: [{ $ref: '#/5' }, { $ref: '#/6' }] },
      { $type: 'StringLiteralType', value: 'One' },
      { $type: 'IntegerType', minValue: 3 },
    ] as const;
    const check = (body: unknown) => shapeIn(types, 'a/b@1')?.check(body, 'request');
    expect(check({ kind: 'One', list: ['One', 3] })).toEqual([]);
    expect(check({ kind: 'Two' })).toEqual(['(body): kind "Two" is not known']);
    expect(check({ kind: 'One', list: [2] })).toEqual(['list[0]: no alternative fits 2']);
    expect(check({ kind: 'One', list: [3, 3, 3] })).toEqual(['list: wrong number of items']);
  });
});

describe('the reads of an inventory', () => {
  const inventory = () =>
    (traffic.get('inventory') ?? []).filter(({ liveRequest }) =>
      liveRequest.url.startsWith('https://management.azure.com/'),
    );
  const of = (type: string) => inventory().filter((exchange) => typeOf(exchange) === type);
  /** What neither the specifications nor the resource types beside the repository know; checked by hand below. */
  const UNCHECKED = ['microsoft.authorization/permissions', 'microsoft.security/autoprovisioningsettings'];

  it('are lists of subscriptions, resource groups, workspaces and Resource Graph, never of one machine', () => {
    expect(new Set(inventory().map(typeOf))).toEqual(
      new Set([
        'microsoft.authorization/locks',
        'microsoft.compute/virtualmachines',
        'microsoft.operationalinsights/workspaces/datasources',
        'microsoft.resourcegraph/resources',
        ...UNCHECKED,
      ]),
    );
    for (const exchange of inventory()) {
      expect(exchange.liveRequest.url, line(exchange)).not.toMatch(/\/(virtualMachines|machines)\/[^?]/i);
      expect(exchange.liveRequest.method).toBe(
        typeOf(exchange) === 'microsoft.resourcegraph/resources' ? 'POST' : 'GET',
      );
    }
  });

  it.skipIf(!SPECS_PRESENT || !TYPES_PRESENT)(
    'are checked by specification or type but for two',
    async () => {
      const check = await loadSpecCheck();
      const unchecked = new Set<string>();
      for (const exchange of inventory()) {
        const bySpecification = (await check(exchange)) !== 'noSpecification';
        const byType = resourceShape(typeOf(exchange), typesVersion(exchange)) !== undefined;
        if (!bySpecification && !byType) unchecked.add(typeOf(exchange));
      }
      console.log('unchecked for want of a specification:', [...unchecked]);
      expect([...unchecked].sort()).toEqual(UNCHECKED);
    },
  );

  it('ask for the state of all VMs of a subscription at once', () => {
    const asked = of('microsoft.compute/virtualmachines');
    expect(asked.length).toBeGreaterThan(0);
    for (const exchange of asked) {
      const { pathname, searchParams } = new URL(exchange.liveRequest.url);
      expect(pathname).toMatch(/^\/subscriptions\/[^/]+\/providers\/Microsoft\.Compute\/virtualMachines$/);
      expect(searchParams.get('statusOnly')).toBe('true');
    }
  });

  it('of Resource Graph name a scope that its own client knows', () => {
    const Body = z.strictObject({
      query: z.string().min(1),
      subscriptions: z.array(z.guid()).min(1).optional(),
      managementGroups: z.array(z.string()).min(1).max(10).optional(),
      options: z.strictObject({
        $top: z.literal(1000),
        $skipToken: z.string().optional(),
        resultFormat: z.literal('objectArray'),
        authorizationScopeFilter: z
          .enum(['AtScopeAndBelow', 'AtScopeAndAbove', 'AtScopeExact', 'AtScopeAboveAndBelow'])
          .optional(),
      }),
    });
    const bodies = of('microsoft.resourcegraph/resources').map(({ liveRequest }) =>
      Body.parse(liveRequest.body),
    );
    expect(bodies.some(({ managementGroups }) => managementGroups?.[0] === 'mg-online')).toBe(true);
    expect(bodies.some(({ subscriptions }) => subscriptions !== undefined)).toBe(true);
    expect(bodies.filter((body) => body.managementGroups && body.subscriptions)).toEqual([]);
    for (const { query, options } of bodies) {
      const above = /policyassignments|policydefinitions|policysetdefinitions/.test(query);
      expect(options.authorizationScopeFilter).toBe(above ? 'AtScopeAboveAndBelow' : undefined);
    }
  });

  it('of permissions and of provisioning have the form that Microsoft documents', () => {
    const strings = z.array(z.string());
    const Permissions = z.strictObject({
      value: z.array(
        z.strictObject({
          actions: strings,
          notActions: strings,
          dataActions: strings,
          notDataActions: strings,
        }),
      ),
      nextLink: z.string().optional(),
    });
    const Settings = z.strictObject({
      value: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          type: z.literal('Microsoft.Security/autoProvisioningSettings'),
          properties: z.strictObject({ autoProvision: z.enum(['On', 'Off']) }),
        }),
      ),
      nextLink: z.string().optional(),
    });
    const permissions = of('microsoft.authorization/permissions');
    for (const { liveResponse } of permissions) Permissions.parse(liveResponse.body);
    expect(
      new Set(permissions.map(({ liveRequest }) => new URL(liveRequest.url).pathname.split('/').length)),
    ).toEqual(new Set([6, 8]));
    for (const { liveResponse } of of('microsoft.security/autoprovisioningsettings'))
      Settings.parse(liveResponse.body);
  });
});

describe('long-running operations', () => {
  const extensionWrites = () =>
    armTraffic().filter(
      (exchange) =>
        /\/extensions$/.test(typeOf(exchange)) &&
        ['PUT', 'PATCH', 'DELETE'].includes(exchange.liveRequest.method) &&
        status(exchange) < 300,
    );
  const isArc = (exchange: Exchange) => typeOf(exchange).startsWith('microsoft.hybridcompute/');

  it('are announced by every accepted write of an extension', () => {
    const accepted = extensionWrites().filter((exchange) => status(exchange) !== 204);
    expect(accepted.length).toBeGreaterThan(10);
    for (const exchange of accepted) {
      const address = isArc(exchange)
        ? /\/providers\/Microsoft\.HybridCompute\/locations\/[^/]+\/operationstatus\/[^/?]+\?api-version=/
        : /\/providers\/Microsoft\.Compute\/locations\/[^/]+\/operations\/[^/?]+\?.*api-version=/;
      expect(header(exchange, 'azure-asyncoperation'), line(exchange)).toMatch(address);
      if (isArc(exchange))
        expect(header(exchange, 'location'), line(exchange)).toMatch(/\/operationresults\//);
    }
  });

  it('start with the statuses that were recorded in Azure', () => {
    const seen = new Set(
      extensionWrites().map(
        (exchange) => `${isArc(exchange) ? 'arc' : 'vm'} ${exchange.liveRequest.method} ${status(exchange)}`,
      ),
    );
    const known = ['vm PUT 201', 'vm PUT 200', 'vm PATCH 200', 'vm DELETE 202', 'vm DELETE 204'];
    const knownArc = ['arc PUT 202', 'arc PATCH 202', 'arc DELETE 202', 'arc DELETE 204'];
    expect([...known, ...knownArc]).toEqual(expect.arrayContaining([...seen]));
    expect([...seen]).toEqual(
      expect.arrayContaining(['vm PUT 201', 'vm DELETE 202', 'arc PUT 202', 'arc DELETE 202']),
    );
    for (const exchange of extensionWrites()) {
      const { body } = exchange.liveResponse;
      if (isArc(exchange) || exchange.liveRequest.method === 'DELETE') {
        expect(body, line(exchange)).toBeUndefined();
        continue;
      }
      const { properties } = body as { properties: Record<string, unknown> };
      expect(properties['provisioningState'], line(exchange)).toBe(
        status(exchange) === 201 ? 'Creating' : 'Updating',
      );
      expect(properties).not.toHaveProperty('protectedSettings');
      expect(header(exchange, 'x-ms-ratelimit-remaining-resource')).toMatch(
        /UpdateVMSubscriptionMaximum;\d+/,
      );
    }
  });

  it('answer status documents with name, status and times', () => {
    const documents = armTraffic().filter(
      (exchange) =>
        /\/locations\/(operations|operationstatus)$/.test(typeOf(exchange)) && status(exchange) === 200,
    );
    expect(documents.length).toBeGreaterThan(10);
    const ends = new Set<string>();
    for (const exchange of documents) {
      const body = exchange.liveResponse.body as Record<string, string>;
      const id = new URL(exchange.liveRequest.url).pathname.split('/').at(-1);
      expect(body['name'], line(exchange)).toBe(id);
      expect(['InProgress', 'Succeeded', 'Failed', 'Canceled'], line(exchange)).toContain(body['status']);
      expect(body['startTime'], line(exchange)).toMatch(/^\d{4}-\d\d-\d\dT/);
      ends.add(body['status'] ?? '');
      if (body['status'] === 'InProgress')
        expect(Number(header(exchange, 'retry-after')), line(exchange)).toBeGreaterThan(0);
      else expect(body['endTime'], line(exchange)).toMatch(/^\d{4}-\d\d-\d\dT/);
      if (body['status'] === 'Failed')
        expect(body['error'], line(exchange)).toMatchObject({ code: expect.any(String) });
    }
    expect([...ends].sort()).toEqual(['Failed', 'InProgress', 'Succeeded']);
  });

  it('are asked for at the address that was announced', () => {
    const announced = new Set(armTraffic().map((exchange) => header(exchange, 'azure-asyncoperation')));
    for (const exchange of armTraffic()) {
      if (/\/locations\/(operations|operationstatus)$/.test(typeOf(exchange)))
        expect(announced, line(exchange)).toContain(exchange.liveRequest.url);
    }
  });
});

describe('errors', () => {
  it('have the shape of Azure, and Retry-After where the caller shall wait', () => {
    const failed = armTraffic().filter((exchange) => status(exchange) >= 400);
    expect(failed.some((exchange) => status(exchange) === 429)).toBe(true);
    for (const exchange of failed) {
      expect(exchange.liveResponse.body, line(exchange)).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String) },
      });
      if (status(exchange) === 429)
        expect(header(exchange, 'retry-after'), line(exchange)).toMatch(/^[1-9]\d*$/);
    }
  });
});

describe('secrets', () => {
  it('are in no exchange, though protected settings were sent', () => {
    const text = JSON.stringify(all());
    for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
    const sent = armTraffic().filter(({ liveRequest }) =>
      JSON.stringify(liveRequest).includes('"protectedSettings"'),
    );
    expect(sent.length).toBeGreaterThan(0);
    for (const exchange of sent) {
      const { properties } = exchange.liveRequest.body as { properties: Record<string, unknown> };
      expect(properties['protectedSettings'], line(exchange)).toEqual({});
    }
    for (const exchange of all()) {
      expect(JSON.stringify(exchange.liveResponse), line(exchange)).not.toContain('protectedSettings');
    }
  });

  it('are in no history and no log', () => {
    expect(kept).toContain('advanceWave');
    for (const secret of [...Object.values(SECRETS), 'protectedSettings']) expect(kept).not.toContain(secret);
    expect(kept).not.toMatch(/bearer /i);
  });

  it('leave no bearer token', () => {
    for (const exchange of all()) {
      const { authorization, ...others } = exchange.liveRequest.headers;
      expect([undefined, '***'], line(exchange)).toContain(authorization);
      expect(JSON.stringify(others), line(exchange)).not.toMatch(/bearer /i);
      expect(exchange.liveRequest.url).not.toMatch(/access_token|[?&]sig=/i);
    }
  });
});

/** What the public specification gets wrong, or is too old to know. Nothing else may differ. */
function allowed(finding: Finding, exchange: Exchange): boolean {
  // The specifications of 2021 name hardly any error status; the shape of errors is checked above.
  if (finding.code === 'INVALID_RESPONSE_CODE' && status(exchange) >= 400) return true;
  // Sent and answered with a later version than the tree has; the resource types of today check these bodies.
  if (finding.code !== 'OBJECT_ADDITIONAL_PROPERTIES') return false;
  return NEWER_FIELDS.some(
    ({ provider, after, fields }) =>
      typeOf(exchange).startsWith(provider) &&
      apiVersion(exchange.liveRequest.url) > after &&
      fields.some((field) => finding.path.endsWith(`/${field}`)),
  );
}

/** Fields that came after the version in the tree; at that version itself they are a fault. */
const NEWER_FIELDS = [
  {
    provider: 'microsoft.hybridcompute/machines',
    after: '2021-05-20',
    fields: ['enableAutomaticUpgrade', 'osType'],
  },
  {
    provider: 'microsoft.compute/virtualmachines',
    after: '2021-03-01',
    fields: ['etag', 'timeCreated', 'diskControllerType'],
  },
  {
    provider: 'microsoft.resourcegraph/resources',
    after: '2021-03-01',
    fields: ['authorizationScopeFilter'],
  },
] as const;

/** Arc is read with the version of its only client, which the types no longer have; the next one stands in. */
function typesVersion({ liveRequest }: Exchange): string {
  const version = apiVersion(liveRequest.url);
  return version === '2021-05-20' ? '2024-07-10' : version;
}

function* bodies(exchange: Exchange): Generator<[Direction, unknown]> {
  const { liveRequest, liveResponse } = exchange;
  // A PATCH holds what changes, so nothing is required of it; the specifications have a type of its own.
  if (liveRequest.body !== undefined && liveRequest.method === 'PUT') yield ['request', liveRequest.body];
  if (liveResponse.body === undefined || status(exchange) >= 300) return;
  const { value = [liveResponse.body] } = liveResponse.body as { value?: unknown[] };
  for (const item of value) yield ['response', item];
}

function requestFields(method: string, type: string): string[] {
  return armTraffic()
    .filter((exchange) => exchange.liveRequest.method === method && typeOf(exchange) === type)
    .flatMap(({ liveRequest }) => Object.keys((liveRequest.body as { properties: object }).properties));
}

function first(method: string, type: string): Exchange {
  const found = armTraffic().find(
    (exchange) =>
      exchange.liveRequest.method === method && typeOf(exchange) === type && status(exchange) < 300,
  );
  if (found === undefined) throw new Error(`no ${method} of ${type} in the traffic`);
  return found;
}

function absent(present: boolean, what: string): boolean {
  if (!present) console.log(`skipped: ${what} is not beside the repository`);
  return !present;
}
