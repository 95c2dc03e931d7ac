import { describe, expect, it } from 'vitest';
import { convertWorkspace, type RuleSet } from '../../../../shared/rules/convert/convert.ts';
import type { WorkspaceSettings } from '../../../../shared/rules/convert/model.ts';
import { deployed } from '../../../support/rules/deployed.ts';
import { convertCase, goldenCase, goldenCases } from '../../../support/rules/golden.ts';

const MIXED = goldenCase('mixed');
const GROUP = '/subscriptions/s/resourceGroups/rg-rules';

/** Hosts and names that belong to one cloud. */
const OF_A_CLOUD =
  /https?:|azure\.(com|us|cn)|windows\.net|core\.(usgovcloudapi|chinacloudapi)|opinsights|AzureCloud/i;

function inWorkspace(resourceId: string, region: string): WorkspaceSettings {
  const workspace = { ...MIXED.settings.workspace, id: resourceId.toLowerCase(), resourceId, region };
  return { ...MIXED.settings, workspace };
}

function convert(settings: WorkspaceSettings, others: readonly RuleSet[] = []): RuleSet {
  return convertWorkspace(settings, {
    existingRules: others.flatMap(deployed),
    options: { resourceGroupId: GROUP, cefFacilities: ['local4'] },
  });
}

describe('rules in every cloud', () => {
  it.each(goldenCases().map((one) => [one.name, one] as const))('%s names no cloud', (_, one) => {
    const { rules, tables, bicep } = convertCase(one);
    expect(JSON.stringify(rules.map(({ body }) => body))).not.toMatch(OF_A_CLOUD);
    expect(JSON.stringify(tables)).not.toMatch(OF_A_CLOUD);
    expect(bicep).not.toMatch(OF_A_CLOUD);
  });

  it.each(['usgovvirginia', 'chinanorth3'])('differ in %s by the region alone', (region) => {
    const { resourceId } = MIXED.settings.workspace;
    const [here, there] = ['westeurope', region].map((one) => convert(inWorkspace(resourceId, one)));
    const bodies = (set: RuleSet | undefined) =>
      set?.rules.map(({ name, body: { location: _, tags: __, ...body } }) => ({ name, body }));

    expect(bodies(there)).toEqual(bodies(here));
    expect(there?.rules.map(({ body }) => body.location)).toEqual(here?.rules.map(() => region));
  });
});

describe('machines of two workspaces', () => {
  const id = MIXED.settings.workspace.resourceId;
  const one = convert(inWorkspace(id, 'westeurope'));
  const twin = inWorkspace(id.replace('rg-logs', 'rg-other'), 'westeurope');

  it('get rules of each, under names of their own, into their own workspace', () => {
    const both = [...one.rules, ...convert(twin).rules];
    expect(new Set(both.map(({ name }) => name)).size).toBe(both.length);
    for (const { body } of convert(twin).rules) {
      expect(body.properties.destinations.logAnalytics).toEqual([
        { name: 'workspace', workspaceResourceId: twin.workspace.resourceId },
      ]);
    }
  });

  it('keep both, because rules of the one collect nothing for the other', () => {
    const beside = convert(twin, [one]);
    expect(beside.rules.map(({ state }) => state)).toEqual(beside.rules.map(() => 'create'));
    expect({ reused: beside.reused, obsolete: beside.obsolete }).toEqual({ reused: [], obsolete: [] });
    expect(beside.losses).toEqual(convert(twin).losses);
  });
});
