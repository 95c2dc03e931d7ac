import type { HttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { createEstateCredential, createInProcessHttpClient } from '../../rehearsal/estate/index.ts';
import { createArm } from '../../shared/azure/arm.ts';
import { createRuleGateway } from '../../shared/azure/rules.ts';
import { createTableGateway } from '../../shared/azure/tables.ts';
import { CLOUDS } from '../../shared/model/clouds.ts';
import type { RuleSet } from '../../shared/rules/convert/convert.ts';
import { convertWorkspace } from '../../shared/rules/convert/convert.ts';
import { deployRuleSet, WRITE_BUDGET_MS } from '../../shared/rules/deploy/deploy.ts';
import { resourceShape, TYPES_PRESENT } from '../support/contract/bicep-types.ts';
import { MIXED } from '../support/rules/mixed-workspace.ts';
import { LITERAL } from '../support/rules/workspace.ts';
import { CUSTOMER, GROUP, smallEstate, WORKSPACE } from '../support/small-estate.ts';
import { rig } from '../unit/estate/rig.ts';

const settings = {
  ...MIXED,
  workspace: {
    ...{ id: WORKSPACE.toLowerCase(), resourceId: WORKSPACE, name: 'law-main' },
    ...{ region: 'westeurope', customerId: CUSTOMER },
  },
};
const converted = (): RuleSet =>
  convertWorkspace(settings, {
    ...{
      existingRules: [],
      converters: [LITERAL],
      options: { resourceGroupId: GROUP, configurationEndpointRegions: ['North Europe'] },
    },
  });

describe('a rule set in the estate, by the real gateway', () => {
  it('is deployed, found again, guarded against changes by hand', async () => {
    const { estate, arm, pass } = rig(smallEstate());
    const inner = createInProcessHttpClient(estate);
    const puts: { id: string; version: string; body: unknown }[] = [];
    const httpClient: HttpClient = {
      sendRequest(request) {
        const { pathname, searchParams } = new URL(request.url);
        const version = searchParams.get('api-version') ?? '';
        if (request.method === 'PUT')
          puts.push({ id: pathname, version, body: JSON.parse(String(request.body)) });
        return inner.sendRequest(request);
      },
    };
    const gateway = createRuleGateway({
      ...{ credential: createEstateCredential(estate), cloud: CLOUDS.public, httpClient },
    });
    const set = converted();
    const deploy = async (force = false) => {
      const dependencies = { rules: gateway, record: async () => undefined, now: () => 0 };
      const answer = await deployRuleSet(dependencies, set, { force, by: 'ann' });
      if (!answer.ok) throw new Error(answer.trouble.message);
      return answer.value;
    };
    const log = set.rules.find(({ body }) => 'logFiles' in body.properties.dataSources);
    if (log === undefined) throw new Error('no log rule');
    expect(await gateway.putRule(log.resourceId ?? '', log.body)).toMatchObject({
      ok: false,
      trouble: { code: 'requestRefused', message: expect.stringContaining('InvalidOutputTable: Table for') },
    });
    expect(await deploy()).toMatchObject({
      ...{ status: 'stopped', deployed: [{ kind: 'endpoint' }, { kind: 'endpoint' }] },
      failed: { step: { kind: 'table' }, trouble: { code: 'serviceUnavailable', retryAfterMs: 15_000 } },
    });
    pass(60_000);
    const whole = await deploy();
    expect(whole).toMatchObject({ status: 'deployed', remaining: [] });
    expect(whole.deployed).toHaveLength(set.rules.length);
    expect(await deploy()).toMatchObject({ status: 'deployed', deployed: [] });

    expect(puts.length).toBeGreaterThan(set.rules.length + 1);
    if (TYPES_PRESENT)
      for (const { id, version, body } of puts) {
        const [type = '', , child] = id.split('/providers/')[1]?.split('/').slice(1) ?? [];
        const name = [id.split('/')[6], type, ...(child === undefined ? [] : [child])].join('/');
        const shape = resourceShape(name, version);
        expect(shape, name).toBeDefined();
        expect(shape?.check(body, 'request')).toEqual([]);
        expect(shape?.check(arm('GET', id).body, 'response')).toEqual([]);
      }

    const [rule] = set.rules;
    const id = rule?.resourceId ?? '';
    const { id: _, name, type, ...body } = arm('GET', id).body;
    arm('PUT', id, { ...body, properties: { ...body.properties, description: `by hand ${name} ${type}` } });
    expect(await deploy()).toMatchObject({ status: 'refused', remaining: [{ conflict: 'changedByHand' }] });
    expect(await deploy(true)).toMatchObject({ status: 'deployed', deployed: [{ id }] });
    expect(arm('GET', id).body.properties.description).toBe(rule?.body.properties.description);
    const listed = await gateway.rules(GROUP);
    expect(listed.ok && listed.value.length).toBe(set.rules.length + 2);
  });

  it('is not written over a rule that somebody changed since the look', async () => {
    const { estate, arm, pass } = rig(smallEstate());
    const context = { credential: createEstateCredential(estate), cloud: CLOUDS.public };
    const gateway = createRuleGateway({ ...context, httpClient: createInProcessHttpClient(estate) });
    const set = converted();
    let time = 0;
    const dependencies = { rules: gateway, record: async () => undefined, now: () => time };
    const deploy = () => deployRuleSet(dependencies, set, { force: true, by: 'ann' });
    await deploy();
    pass(60_000);
    expect(await deploy()).toMatchObject({ value: { status: 'deployed' } });
    const id = set.rules[0]?.resourceId ?? '';
    const change = (description: string) => {
      const { id: _, name, type, ...body } = arm('GET', id).body;
      arm('PUT', id, {
        ...body,
        properties: { ...body.properties, description: `${description} ${name} ${type}` },
      });
    };
    change('by hand');
    const { readRule } = gateway;
    let reads = 0;
    const late = async (one: string) => {
      if (one === id && ++reads === 2) change('meanwhile');
      return readRule(one);
    };

    const answer = await deployRuleSet({ ...dependencies, rules: { ...gateway, readRule: late } }, set, {
      force: true,
      by: 'ann',
    });

    expect(answer).toMatchObject({
      value: { status: 'refused', failed: { step: { id, conflict: 'changedMeanwhile' } } },
    });
    expect(arm('GET', id).body.properties.description).toContain('meanwhile');
    time = WRITE_BUDGET_MS;
    expect(await deploy()).toMatchObject({ value: { status: 'deployed' } });
  });
});

describe('a classic table in the estate, by the real gateway', () => {
  it('is read as what it is, migrated, and read again', async () => {
    const log = {
      id: `${WORKSPACE}/dataSources/log`,
      ...{ name: 'log', kind: 'CustomLog', properties: { customLogName: 'App' } },
    };
    const { estate, arm, pass } = rig(smallEstate({ resources: [...smallEstate().resources, log] }));
    const context = { credential: createEstateCredential(estate), cloud: CLOUDS.public };
    const tables = createTableGateway(
      createArm({ ...context, httpClient: createInProcessHttpClient(estate) }),
    );
    const read = () => tables.read(WORKSPACE, 'app_cl');

    expect(await read()).toMatchObject({
      value: { name: 'App_CL', state: 'classic', columns: [expect.any(String), 'Computer', 'RawData'] },
    });
    expect(await tables.read(WORKSPACE, 'None_CL')).toEqual({ ok: true, value: undefined });
    expect(await tables.migrate(WORKSPACE, 'None_CL')).toMatchObject({ trouble: { code: 'notFound' } });
    expect(await tables.migrate(WORKSPACE, 'App_CL')).toMatchObject({ ok: true });
    expect(await read()).toMatchObject({ value: { state: 'migrating' } });
    pass(30_000);
    expect(await read()).toMatchObject({ value: { state: 'migrated' } });
    expect(await tables.migrate(WORKSPACE, 'App_CL')).toMatchObject({ ok: true });
    if (TYPES_PRESENT) {
      const shape = resourceShape('Microsoft.OperationalInsights/workspaces/tables', '2025-07-01');
      expect(shape).toBeDefined();
      expect(shape?.check(arm('GET', `${WORKSPACE}/tables/App_CL`).body, 'response')).toEqual([]);
    }
  });
});
