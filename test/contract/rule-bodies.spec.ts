import { describe, expect, it } from 'vitest';
import { RULE_API_VERSION, RULE_TYPE } from '../../shared/rules/convert/arm.ts';
import type { ConvertedRule } from '../../shared/rules/convert/convert.ts';
import { resourceShape, TYPES_PRESENT } from '../support/contract/bicep-types.ts';
import { loadSpecCheck, SPECS_PRESENT } from '../support/contract/rest-specs.ts';
import { convertCase, goldenCases } from '../support/rules/golden.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-rules';
const rules = goldenCases().flatMap((one) =>
  convertCase(one, { resourceGroupId: GROUP, endpointId: `${GROUP}/providers/x/dce` }).rules.map((rule) => ({
    ...rule,
    golden: `${one.name}: ${rule.name}`,
  })),
);

/** What 2021-04-01 has not got yet: log files, IIS logs, the firewall, streams of its own and endpoints. */
const OLD_SOURCES = ['performanceCounters', 'windowsEventLogs', 'syslog', 'extensions'];
const isOld = ({ body }: ConvertedRule) =>
  Object.keys(body.properties.dataSources).every((key) => OLD_SOURCES.includes(key));

describe.skipIf(!TYPES_PRESENT)('rules under the resource type', () => {
  const shape = resourceShape(RULE_TYPE, RULE_API_VERSION);

  it.each(rules.map((rule) => [rule.golden, rule.body] as const))('%s', (_, body) => {
    expect(shape?.check(body, 'request')).toEqual([]);
  });

  it('would be refused with the misspelt properties of the public generator', () => {
    const iis = rules.find(({ body }) => 'iisLogs' in body.properties.dataSources)?.body;
    const text = JSON.stringify(iis).replace('logDirectories', 'logDirectorties');
    expect(shape?.check(JSON.parse(text), 'request')).not.toEqual([]);
  });
});

describe.skipIf(!SPECS_PRESENT)('rules under the REST specification', () => {
  it('2021-04-01 are valid, as far as it knows them', async () => {
    const check = await loadSpecCheck();
    const old = rules.filter(isOld);
    expect(old.length).toBeGreaterThanOrEqual(30);
    const findings = async ({ resourceId = '', body }: ConvertedRule) => {
      const found = await check({
        liveRequest: {
          method: 'PUT',
          url: `https://management.azure.com${resourceId}?api-version=${RULE_API_VERSION}`,
          headers: { 'content-type': 'application/json' },
          body,
        },
        liveResponse: {
          statusCode: '200',
          headers: { 'content-type': 'application/json' },
          body: { ...body, id: resourceId },
        },
      } as Parameters<typeof check>[0]);
      if (found === 'noSpecification') throw new Error('no specification');
      return found.filter(({ side }) => side === 'request');
    };
    for (const rule of old) expect([rule.golden, await findings(rule)]).toEqual([rule.golden, []]);
    const counters = old.find(({ body }) => body.properties.dataSources.performanceCounters !== undefined);
    if (counters === undefined) throw new Error('no rule');
    const wrong = JSON.parse(
      JSON.stringify(counters).replace('InSeconds":60', 'InSeconds":"60"'),
    ) as ConvertedRule;
    expect(await findings(wrong)).not.toEqual([]);
  });
});
