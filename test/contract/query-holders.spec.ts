import { describe, expect, it } from 'vitest';
import { resourceShape, TYPES_PRESENT } from '../support/contract/bicep-types.ts';
import { GROUP, smallEstate, WORKSPACE } from '../support/small-estate.ts';
import { rig } from '../unit/estate/rig.ts';

const ARM = 'https://management.azure.com';
const RULES = `${WORKSPACE}/providers/Microsoft.SecurityInsights/alertRules`;
const WORKBOOK = `${GROUP}/providers/Microsoft.Insights/workbooks/wb`;
const scheduled = {
  displayName: 'Rule',
  enabled: true,
  query: 'Syslog',
  severity: 'Medium',
  queryFrequency: 'PT1H',
  queryPeriod: 'PT1H',
  triggerOperator: 'GreaterThan',
  triggerThreshold: 0,
  suppressionDuration: 'PT1H',
  suppressionEnabled: false,
  alertRuleTemplateName: null,
};
const solution = {
  id: `${GROUP}/providers/Microsoft.OperationsManagement/solutions/SecurityInsights(law-main)`,
  plan: {
    name: 'SecurityInsights(law-main)',
    product: 'OMSGallery/SecurityInsights',
    publisher: 'Microsoft',
  },
  properties: { workspaceResourceId: WORKSPACE },
};
const workbook = {
  id: WORKBOOK,
  location: 'westeurope',
  kind: 'shared',
  tenantId: 'shown by exports only',
  properties: {
    displayName: 'WB',
    category: 'sentinel',
    sourceId: WORKSPACE,
    serializedData: '{"items":[]}',
  },
};
const search = {
  id: `${WORKSPACE}/savedSearches/s`,
  properties: {
    category: 'c',
    displayName: 's',
    query: 'Syslog',
    functionAlias: 'Alias',
    functionParameters: 'a:string',
  },
};
const log = {
  id: `${WORKSPACE}/dataSources/app`,
  name: 'app',
  kind: 'CustomLog',
  properties: { customLogName: 'App' },
};

function estate(more: readonly { readonly id: string }[]) {
  const { resources } = smallEstate();
  return rig({ resources: [...resources, ...more] });
}

const get = (path: string, version: string, more: readonly { readonly id: string }[], query = '') =>
  estate(more).send('GET', `${ARM}${path}?api-version=${version}${query}`);

function faults(type: string, version: string, bodies: readonly unknown[]): readonly string[] {
  return bodies.flatMap((body) => resourceShape(type, version)?.check(body, 'response') ?? ['no shape']);
}

describe('analytics rules', () => {
  const rules = Array.from({ length: 130 }, (_, i) => ({
    id: `${RULES}/r${i}`,
    kind: 'Scheduled',
    properties: scheduled,
  }));

  it('come in pages', () => {
    const { send } = estate(rules);
    const first = send('GET', `${ARM}${RULES}?api-version=2025-09-01`);
    const second = send('GET', first.body.nextLink);
    expect([first.body.value.length, second.body.value.length, second.body.nextLink]).toEqual([
      100,
      30,
      undefined,
    ]);
    if (TYPES_PRESENT) {
      const type = 'microsoft.securityinsights/alertrules';
      expect(faults(type, '2025-09-01', [...first.body.value, ...second.body.value])).toEqual([]);
    }
  });

  it('of the near-real-time kind come in preview versions only', () => {
    const nrt = { id: `${RULES}/nrt`, kind: 'NRT', properties: { displayName: 'Fast', query: 'Syslog' } };
    const kinds = (version: string) =>
      get(RULES, version, [rules[0] as (typeof rules)[0], nrt]).body.value.map(
        ({ kind }: { kind: string }) => kind,
      );
    expect(kinds('2025-09-01')).toEqual(['Scheduled']);
    expect(kinds('2025-01-01-preview')).toEqual(['NRT', 'Scheduled']);
  });

  it('are refused without Sentinel and empty with it', () => {
    expect(get(RULES, '2025-09-01', [])).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'BadRequest',
          message: expect.stringContaining('is not onboarded to Microsoft Sentinel'),
        },
      },
    });
    expect(get(RULES, '2025-09-01', [solution])).toMatchObject({ status: 200, body: { value: [] } });
  });

  it('are read one by one, and only of a workspace that is there', () => {
    expect(get(`${RULES}/r0`, '2025-09-01', rules).body).toMatchObject({ name: 'r0', kind: 'Scheduled' });
    expect(get(`${RULES}/none`, '2025-09-01', rules).status).toBe(404);
    expect(get(RULES.replace('law-main', 'none'), '2025-09-01', rules).status).toBe(404);
    expect(get(RULES, '1999-01-01', rules).status).toBe(400);
  });
});

describe('saved searches', () => {
  it('come all at once, with functions', () => {
    const many = Array.from({ length: 120 }, (_, i) => ({ ...search, id: `${search.id}${i}` }));
    const { status, body } = get(`${WORKSPACE}/savedSearches`, '2025-07-01', many);
    expect([status, body.value.length, body.nextLink]).toEqual([200, 120, undefined]);
    if (TYPES_PRESENT)
      expect(
        faults('microsoft.operationalinsights/workspaces/savedsearches', '2025-07-01', body.value),
      ).toEqual([]);
  });
});

describe('tables', () => {
  it('come all at once, Azure’s own and those of custom logs', () => {
    const { body } = get(`${WORKSPACE}/tables`, '2025-07-01', [log]);
    const names = body.value.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['App_CL', 'Syslog', 'SecurityEvent', 'Heartbeat']));
    expect(new Set(names).size).toBe(names.length);
    if (TYPES_PRESENT)
      expect(faults('microsoft.operationalinsights/workspaces/tables', '2025-07-01', body.value)).toEqual([]);
  });
});

describe('a workbook', () => {
  it('has its content only where it is asked for', () => {
    const without = get(WORKBOOK, '2023-06-01', [workbook]);
    const full = get(WORKBOOK, '2023-06-01', [workbook], '&canFetchContent=true');
    expect(without.body.properties).not.toHaveProperty('serializedData');
    expect(full.body.properties.serializedData).toBe('{"items":[]}');
    if (TYPES_PRESENT) expect(faults('microsoft.insights/workbooks', '2023-06-01', [full.body])).toEqual([]);
  });

  it('that is not there is not found', () => {
    expect(get(`${WORKBOOK}-none`, '2023-06-01', [workbook]).status).toBe(404);
  });
});
