import type { HttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { createEstateCredential, createInProcessHttpClient } from '../../rehearsal/estate/index.ts';
import { createRuleGateway } from '../../shared/azure/rules.ts';
import { CLOUDS } from '../../shared/model/clouds.ts';
import type { RuleSet } from '../../shared/rules/convert/convert.ts';
import { convertWorkspace } from '../../shared/rules/convert/convert.ts';
import { deployRuleSet } from '../../shared/rules/deploy/deploy.ts';
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
    ...{ existingRules: [], converters: [LITERAL], options: { resourceGroupId: GROUP } },
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
      const dependencies = { rules: gateway, record: async () => undefined };
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
      ...{ status: 'stopped', deployed: [{ kind: 'endpoint' }] },
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
});
