import { describe, expect, it } from 'vitest';
import { alertRuleHolder } from '../../../../shared/rules/blast-radius/alert-rule-holders.ts';
import { workbookQueries } from '../../../../shared/rules/blast-radius/workbook-queries.ts';

const GROUP = '/subscriptions/s/resourceGroups/g';
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law`;
const OTHER = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/other`;
const APP = `${GROUP}/providers/Microsoft.Insights/components/app`;

const item = (content: object, name?: string) => ({
  type: 3,
  content,
  ...(name === undefined ? {} : { name }),
});
const places = (items: readonly unknown[]) =>
  workbookQueries(JSON.stringify({ version: 'Notebook/1.0', items }), WORKSPACE)?.map(
    ({ place, text }) => `${place}: ${text}`,
  );

describe('queries of a workbook', () => {
  it('are found at any depth, with those of parameters', () => {
    const parameters = {
      parameters: [
        { name: 'Host', query: 'Heartbeat' },
        { name: 'Range', type: 4 },
      ],
    };
    const inner = { items: [item({ query: 'Syslog', queryType: 0 }, 'deep'), item(parameters, 'pills')] };
    expect(places([item({ items: [item(inner, 'tab')] }, 'group'), item({ query: 'Event' })])).toEqual([
      'group / tab / deep: Syslog',
      'group / tab / pills / Host: Heartbeat',
      'item 2: Event',
    ]);
  });

  it.each([
    ['of another type', { query: 'resources', queryType: 1 }, 0],
    ['over Application Insights', { query: 'requests', resourceType: 'microsoft.insights/components' }, 0],
    ['of another workspace', { query: 'Syslog', crossComponentResources: [OTHER] }, 0],
    [
      'of this workspace, in any casing',
      { query: 'Syslog', crossComponentResources: [WORKSPACE.toUpperCase()] },
      1,
    ],
    ['of this workspace and another', { query: 'Syslog', crossComponentResources: [OTHER, WORKSPACE] }, 1],
    ['of a workspace that is picked', { query: 'Syslog', crossComponentResources: ['{Workspace}'] }, 1],
    ['without a text', { query: ' ' }, 0],
    ['of no type', { query: 'Syslog' }, 1],
  ])('%s', (_, content, count) => {
    expect(places([item(content)])).toHaveLength(count);
  });

  it('of one name stay apart', () => {
    expect(places([item({ query: 'A' }, 'x'), item({ query: 'B' }, 'x'), item({ query: 'C' }, 'x')])).toEqual(
      ['x: A', 'x (2): B', 'x (3): C'],
    );
  });

  it.each(['', 'null', '{}', '{"items":1}', '[', '"text"'])('are not made of %j', (text) => {
    expect(workbookQueries(text, WORKSPACE)).toBeUndefined();
  });

  it('are none of odd items', () => {
    expect(
      places([null, 1, {}, { content: null }, { content: { parameters: [null], items: [null] } }]),
    ).toEqual([]);
  });
});

describe('a log alert rule', () => {
  const row = { id: '/r', name: 'r', displayName: 'R', enabled: 'True' };
  const criteria = { allOf: [{ query: 'Syslog' }] };

  it.each([
    ['the workspace', [WORKSPACE.toUpperCase()], true],
    ['another workspace', [OTHER], false],
    ['another workspace and this one', [OTHER, WORKSPACE], true],
    ['an application', [APP], false],
    ['a machine', [`${GROUP}/providers/Microsoft.Compute/virtualMachines/vm`], true],
    ['a resource group', [GROUP], true],
    ['nothing that is known', [], true],
  ])('on %s', (_, scopes, concerned) => {
    expect(alertRuleHolder({ ...row, scopes, criteria }, WORKSPACE) !== undefined).toBe(concerned);
  });

  it('has one text a condition', () => {
    const two = { allOf: [{ query: 'Syslog' }, { metricName: 'x' }, { query: 'Event' }] };
    expect(alertRuleHolder({ ...row, scopes: [WORKSPACE], criteria: two }, WORKSPACE)).toEqual({
      kind: 'alertRule',
      id: '/r',
      name: 'R',
      enabled: true,
      texts: [
        { place: 'condition 1', text: 'Syslog' },
        { place: 'condition 3', text: 'Event' },
      ],
    });
  });

  it('of 2018 is read as well', () => {
    const source = { query: 'Syslog', dataSourceId: WORKSPACE };
    const old = { ...row, enabled: 'false', scopes: null, criteria: null };
    expect(alertRuleHolder({ ...old, source }, WORKSPACE)).toMatchObject({
      enabled: false,
      texts: [{ place: 'query', text: 'Syslog' }],
    });
    expect(
      alertRuleHolder({ ...old, source: { ...source, dataSourceId: OTHER } }, WORKSPACE),
    ).toBeUndefined();
  });
});
