import { describe, expect, it } from 'vitest';
import type { ConvertedRule } from '../../../../shared/rules/convert/convert.ts';
import type { FoundResource, FoundTable } from '../../../../shared/rules/deploy/gateway.ts';
import { type Existing, whatIf } from '../../../../shared/rules/deploy/what-if.ts';
import { mixedRuleSet } from '../../../support/rules/mixed-workspace.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-rules';
const set = mixedRuleSet({ resourceGroupId: GROUP }, []);
const named = (part: string) => {
  const rule = set.rules.find(({ name }) => name.includes(part));
  if (rule === undefined) throw new Error(part);
  return rule;
};
const rule = named('windows-counters');
const none: Existing = { rules: [], endpoints: [], tables: [], reusedGone: [] };

type Editable = { -readonly [K in keyof FoundResource]: FoundResource[K] } & {
  // biome-ignore lint/suspicious/noExplicitAny: edits by hand have any shape
  properties: any;
  // biome-ignore lint/suspicious/noExplicitAny: edits by hand have any shape
  tags: any;
};

/** The rule as ARM would answer it, with an edit. */
function found(of: ConvertedRule, edit: (resource: Editable) => void = () => undefined): FoundResource {
  const { resourceId = '', name, body } = of;
  const resource = { id: resourceId, name, ...JSON.parse(JSON.stringify(body)) } as Editable;
  resource.properties = { ...resource.properties, immutableId: 'dcr-1', provisioningState: 'Succeeded' };
  edit(resource);
  return resource;
}
const stepOf = (existing: Partial<Existing>, of: ConvertedRule = rule) =>
  whatIf(set, { ...none, ...existing }).find(({ id, kind }) => kind === 'rule' && id === of.resourceId);

describe('what a deployment would do', () => {
  it('in an empty place: endpoint, tables, rules, all made', () => {
    const steps = whatIf(set, none);
    expect([...new Set(steps.map(({ kind }) => kind))]).toEqual(['endpoint', 'table', 'rule']);
    expect(new Set(steps.map(({ action }) => action))).toEqual(new Set(['create']));
    const firewall = steps.find(({ id }) => id === named('firewall').resourceId);
    const endpoint = steps.find(({ kind }) => kind === 'endpoint');
    expect(endpoint?.id).toBe(
      `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/contoso-logs-ca97d559-ingestion`,
    );
    expect(firewall).toMatchObject({ wanted: { properties: { dataCollectionEndpointId: endpoint?.id } } });
  });

  it.each<[string, (resource: Editable) => void]>([
    ['as it was written', () => undefined],
    ['lists in another order', ({ properties: p }) => p.dataSources.performanceCounters.reverse()],
    ['other casing', (r) => Object.assign(r, { location: 'West Europe', kind: 'windows' })],
    [
      'ids in other casing',
      ({ properties: { destinations: d } }) => {
        d.logAnalytics[0].workspaceResourceId = d.logAnalytics[0].workspaceResourceId.toUpperCase();
        d.logAnalytics[0].workspaceId = 'aa';
      },
    ],
    [
      'defaults spelt out',
      ({ properties: p }) => {
        p.dataFlows[0].transformKql = 'source';
        p.dataFlows[0].outputStream = p.dataFlows[0].streams[0];
        Object.assign(p, { streamDeclarations: {}, metadata: { provisionedBy: 'x' } });
        p.dataSources.syslog = [];
      },
    ],
    [
      'tags and an endpoint of others',
      (r) => {
        r.tags.costCenter = '7';
        r.properties.dataCollectionEndpointId = '/x';
      },
    ],
  ])('nothing about a rule with %s', (_, edit) => {
    expect(stepOf({ rules: [found(rule, edit)] })).toMatchObject({ action: 'unchanged', changes: [] });
  });

  it.each<[string, (resource: Editable) => void, string, string]>([
    [
      'a counter left out',
      ({ properties: p }) => p.dataSources.performanceCounters[0].counterSpecifiers.pop(),
      'changedByHand',
      'properties.dataSources.performanceCounters[counters-10s].counterSpecifiers',
    ],
    [
      'a source more',
      ({ properties: p }) => {
        p.dataSources.iisLogs = [{ name: 'x', streams: ['s'] }];
      },
      'changedByHand',
      'properties.dataSources.iisLogs',
    ],
    [
      'a property more',
      ({ properties: p }) => {
        p.agentSettings = { logs: [{ name: 'a', value: 'b' }] };
      },
      'changedByHand',
      'properties.agentSettings',
    ],
    [
      'an old tag on new content',
      (r) => {
        r.tags.amaMigrationContent = 'old';
        r.properties.description = 'x';
      },
      'changedByHand',
      'tags.amaMigrationContent',
    ],
    [
      'no tag of this app',
      (r) => {
        r.tags = {};
      },
      'notOurs',
      'tags.createdBy',
    ],
    [
      'the tag of another workspace',
      (r) => {
        r.tags.amaMigrationWorkspace = 'x';
      },
      'notOurs',
      'tags.amaMigrationWorkspace',
    ],
    [
      'another region',
      (r) => {
        r.location = 'northeurope';
      },
      'otherRegion',
      'location',
    ],
  ])('a conflict about a rule with %s', (_, edit, conflict, path) => {
    const step = stepOf({ rules: [found(rule, edit)] });
    expect(step).toMatchObject({ action: 'conflict', conflict, why: expect.stringMatching(/./) });
    expect(step?.changes.map((change) => change.path)).toContain(path);
  });

  it('names only what differs of a list', () => {
    const step = stepOf({
      rules: [
        found(rule, ({ properties: p }) => {
          p.dataFlows[0].streams.push('Microsoft-Event');
        }),
      ],
    });
    expect(step?.changes.length).toBeGreaterThan(0);
    const counters = stepOf({
      rules: [
        found(rule, ({ properties: p }) =>
          p.dataSources.performanceCounters[0].counterSpecifiers.push('\\x'),
        ),
      ],
    });
    expect(counters?.changes).toMatchObject([{ before: ['\\x'], after: [] }]);
  });

  it('a rule that stands as an earlier run wrote it is updated, and keeps what others gave it', () => {
    const counters = named('windows-counters');
    const earlier = found(counters, (r) => {
      r.tags.costCenter = '7';
      r.location = 'West Europe';
      for (const source of r.properties.dataSources.performanceCounters) source.counterSpecifiers.reverse();
      const [target] = r.properties.destinations.logAnalytics;
      Object.assign(target, {
        workspaceId: 'aa',
        workspaceResourceId: target.workspaceResourceId.toLowerCase(),
      });
    });
    const changed: ConvertedRule = {
      ...counters,
      body: {
        ...counters.body,
        tags: { ...counters.body.tags, amaMigrationContent: 'new' },
        properties: { ...counters.body.properties, description: 'new' },
      },
    };
    const steps = whatIf({ ...set, rules: [changed] }, { ...none, rules: [earlier] });
    expect(steps.at(-1)).toMatchObject({ action: 'update', wanted: { tags: { costCenter: '7' } } });
    expect(steps.at(-1)?.changes.map(({ path }) => path)).toEqual([
      'tags.amaMigrationContent',
      'properties.description',
    ]);
  });

  it('a rule of this app in another group is no reason to make a second one', () => {
    const id = rule.resourceId?.replace('rg-rules', 'rg-other') ?? '';
    const step = stepOf({ rules: [{ ...found(rule), id }] });
    expect(step).toMatchObject({ action: 'conflict', conflict: 'elsewhere' });
  });
});

describe('tables', () => {
  const table = set.tables[0] ?? { name: '', columns: [] };
  const there: FoundTable = { ...table, classic: false, state: 'ready' };
  it.each<[string, FoundTable, string, string?]>([
    ['as wanted', there, 'unchanged'],
    [
      'types in other casing',
      { ...there, columns: there.columns.map((c) => ({ ...c, type: c.type.toUpperCase() })) },
      'unchanged',
    ],
    ['more columns', { ...there, columns: [...there.columns, { name: 'x', type: 'int' }] }, 'unchanged'],
    ['a column less', { ...there, columns: there.columns.slice(1) }, 'conflict', 'otherColumns'],
    [
      'other types',
      { ...there, columns: there.columns.map((c) => ({ ...c, type: 'int' })) },
      'conflict',
      'otherColumns',
    ],
    ['classic', { ...there, classic: true }, 'conflict', 'classicTable'],
    ['failed', { ...there, state: 'failed' }, 'conflict', 'failedTable'],
  ])('%s', (_, one, action, conflict) => {
    const step = whatIf(set, { ...none, tables: [one] }).find(({ kind }) => kind === 'table');
    expect(step?.action).toBe(action);
    expect(step?.conflict).toBe(conflict);
  });
});

describe('endpoints', () => {
  const endpointId = `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/dce-own`;
  const given = mixedRuleSet({ resourceGroupId: GROUP, endpointId }, []);
  const dce: FoundResource = {
    id: endpointId.toUpperCase(),
    name: 'dce-own',
    location: 'West Europe',
    properties: {},
  };
  const action = (of: typeof set, endpoints: FoundResource[]) =>
    whatIf(of, { ...none, endpoints }).find(({ kind }) => kind === 'endpoint');

  it('a given one of anybody is used, in the right region only', () => {
    expect(action(given, [dce])?.action).toBe('unchanged');
    expect(action(given, [{ ...dce, location: 'eastus' }])).toMatchObject({ conflict: 'otherRegion' });
    expect(action(given, [])?.action).toBe('create');
  });

  it('one of our name that others made is a conflict', () => {
    const id = action(set, [])?.id ?? '';
    expect(action(set, [{ ...dce, id }])).toMatchObject({ conflict: 'notOurs' });
    const tags = { createdBy: 'ama-migration', amaMigrationWorkspace: 'ca97d559' };
    expect(action(set, [{ ...dce, id, tags }])?.action).toBe('unchanged');
  });

  it('is not made where the rule has one already', () => {
    const firewall = found(named('firewall'), (r) => {
      r.properties.dataCollectionEndpointId = '/other';
    });
    expect(whatIf(set, { ...none, rules: [firewall] }).some(({ kind }) => kind === 'endpoint')).toBe(false);
  });
});
