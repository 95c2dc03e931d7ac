import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  configurationEndpoints,
  privateLinkNotes,
  REGION_CHARACTERS,
} from '../../../../shared/rules/convert/configuration-endpoints.ts';
import { previewRuleSet } from '../../../../shared/rules/deploy/observe.ts';
import { bicepFaults } from '../../../support/rules/bicep-scan.ts';
import { fakeRuleGateway } from '../../../support/rules/fake-gateway.ts';
import { mixedRuleSet } from '../../../support/rules/mixed-workspace.ts';
import { WORKSPACE } from '../../../support/rules/workspace.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-rules';
const made = (...configurationEndpointRegions: string[]) =>
  mixedRuleSet({ resourceGroupId: GROUP, configurationEndpointRegions }, []);

describe('endpoints for the configuration over private link', () => {
  it('are one a region, in whatever spelling and order, with names that stay', () => {
    const names = ['contoso-logs-4b566926-config-northeurope', 'contoso-logs-4b566926-config-westeurope'];
    const found = made('westeurope', 'North Europe', 'West Europe', 'NORTHEUROPE').configurationEndpoints;
    expect(found?.map(({ name }) => name.replace(/-[0-9a-f]{8}-/, '-4b566926-'))).toEqual(names);
    expect(made('northeurope', 'westeurope').configurationEndpoints).toEqual(found);
    expect(found?.[0]).toMatchObject({
      resourceId: `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/${found?.[0]?.name}`,
      body: { location: 'northeurope', tags: { createdBy: 'ama-migration' } },
    });
  });

  it('have names that Azure takes, whatever the workspace is called', () => {
    const region = fc.stringMatching(/^[a-z][a-z0-9]{1,23}$/);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), region, (name, one) => {
        const [endpoint] = configurationEndpoints(
          { ...WORKSPACE, name },
          { configurationEndpointRegions: [one] },
        );
        expect(one.length).toBeLessThanOrEqual(REGION_CHARACTERS);
        expect(endpoint?.name).toMatch(/^[a-z0-9][a-z0-9-]{1,42}[a-z0-9]$/);
        expect(endpoint?.name.endsWith(`-config-${one}`)).toBe(true);
      }),
    );
  });

  it('change the id of a set, and a set without any is what it was', () => {
    const without = mixedRuleSet({ resourceGroupId: GROUP }, []);
    expect(made().id).toBe(without.id);
    expect(made()).toEqual(without);
    expect(new Set([without.id, made('westeurope').id, made('northeurope').id]).size).toBe(3);
  });

  it('are in the Bicep file, and it says what is left to do', () => {
    const set = made('northeurope', 'westeurope');
    expect(bicepFaults(set.bicep)).toEqual([]);
    expect(set.bicep).toContain(
      "resource northeuropeConfigurationEndpoint 'Microsoft.Insights/dataCollectionEndpoints@",
    );
    expect(set.bicep).toContain("location: 'westeurope'");
    const notes = privateLinkNotes(set.configurationEndpoints);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/Private Link Scope.*policy\.endpoints.*northeurope/);
    expect(set.notes).toEqual(expect.arrayContaining([...notes]));
  });

  it.each([
    ['in another region', { location: 'eastus' }, 'otherRegion'],
    ['of others', { tags: {} }, 'notOurs'],
  ])('are left alone when there is one %s', async (_, change, conflict) => {
    const set = made('northeurope');
    const azure = fakeRuleGateway();
    const [endpoint] = set.configurationEndpoints ?? [];
    const id = endpoint?.resourceId ?? '';
    await azure.gateway.putEndpoint(id, endpoint?.body as never);
    const stored = azure.endpoints.get(id.toLowerCase());
    const stepOf = async () => {
      const preview = await previewRuleSet(azure.gateway, set);
      return preview.ok ? preview.value.find((step) => step.id === id) : undefined;
    };
    expect(await stepOf()).toMatchObject({ kind: 'endpoint', action: 'unchanged' });
    azure.endpoints.set(id.toLowerCase(), { ...stored, ...change } as never);
    expect(await stepOf()).toMatchObject({ action: 'conflict', conflict });
  });
});
