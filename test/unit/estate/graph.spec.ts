import { describe, expect, it } from 'vitest';
import { PUBLISHERS, SELECT } from '../../../rehearsal/estate/graph/select.ts';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { extensionsQuery } from '../../../shared/inventory/queries/extensions.ts';
import { graphQueries as QUERIES } from '../../../shared/inventory/queries/graph.ts';
import { allQueries } from '../../../shared/queries.ts';
import { ARC, ENDPOINT, GROUP, RULE, SUBSCRIPTION, smallEstate, VM } from '../../support/small-estate.ts';
import { AUTH, group, OTHER, SET, TENANT, wideEstate } from './graph-fixtures.ts';
import { GRAPH, rig } from './rig.ts';

const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);

/** The small estate with one resource changed. */
function changed(id: string, more: Record<string, unknown>): EstateFile {
  const file = smallEstate();
  return { ...file, resources: file.resources.map((one) => (one.id === id ? { ...one, ...more } : one)) };
}

describe('rows of Resource Graph', () => {
  it('are there for every query of the app', () => {
    expect(Object.keys(SELECT).sort()).toEqual(
      allQueries
        .filter(({ target }) => target === 'resourceGraph')
        .map(({ id }) => id)
        .sort(),
    );
  });

  it.each([
    [
      'subscriptions',
      QUERIES.subscriptions,
      [
        { name: 'Main', subscriptionId: SUBSCRIPTION, tenantId: TENANT, state: 'Enabled' },
        { name: 'Other', subscriptionId: OTHER, tenantId: TENANT, state: 'Enabled' },
      ],
    ],
    [
      'scale sets',
      QUERIES.scaleSets,
      [
        {
          id: SET,
          location: 'westeurope',
          resourceGroup: 'rg-app',
          vmSize: 'Standard_D2s_v5',
          orchestration: 'Uniform',
          upgradePolicy: 'Manual',
          osType: 'Windows',
          identityType: '',
          imageReference: { publisher: 'p', sku: null },
          extensions: [{ name: 'mma', properties: { type: 'x', settings: {} } }],
        },
      ],
    ],
    [
      'instances, summarized',
      QUERIES.scaleSetInstances,
      [{ id: SET.toLowerCase(), instances: 4, outdatedInstances: 2 }],
    ],
    ['solutions', QUERIES.solutions, [{ name: 'Updates(law-main)', product: 'OMSGallery/Updates' }]],
    [
      'policy definitions: custom ones with the words as whole words',
      QUERIES.policyDefinitions,
      [
        {
          name: 'custom',
          displayName: 'Definition custom',
          policyRule: { effect: { type: 'OMSAgentForLinux' } },
        },
      ],
    ],
    ['policy sets', QUERIES.policySets, [{ name: 'set', definitions: [{ policyDefinitionId: 'd' }] }]],
    ['Defender plans', QUERIES.defenderPlans, [{ name: 'VirtualMachines', tier: 'Standard', plan: 'P2' }]],
  ])('%s', (_what, query, expected) => {
    expect(rig(wideEstate()).graph(query)).toMatchObject(expected);
  });

  it('shows what a policy assignment assigns, where', () => {
    const [row] = rig(wideEstate()).graph(QUERIES.policyAssignments);
    expect(row).toEqual({
      id: `${group('online')}${AUTH}/policyAssignments/at-online`,
      name: 'at-online',
      displayName: 'Assignment at-online',
      scope: group('online'),
      definitionId: `${AUTH}/policyDefinitions/d`,
      parameters: { effect: { value: 'DeployIfNotExists' } },
      enforcementMode: 'Default',
    });
  });

  it('shows destinations, endpoints and workspaces in full', () => {
    const metrics = { destinations: { azureMonitorMetrics: { name: 'm' } } };
    const [, windows] = rig(changed(RULE, { properties: metrics })).graph(QUERIES.rules);
    expect(windows).toMatchObject({ logAnalytics: null, azureMonitorMetrics: { name: 'm' } });
    const access = {
      configurationAccess: { endpoint: 'https://a' },
      logsIngestion: { endpoint: 'https://b' },
    };
    expect(rig(changed(ENDPOINT, { properties: access })).graph(QUERIES.endpoints)).toMatchObject([
      { configurationAccess: 'https://a', logsIngestion: 'https://b' },
    ]);
    const workspace = { customerId: 'c', sku: { name: 'PerGB2018' }, retentionInDays: 90 };
    const id = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-main`;
    expect(rig(changed(id, { properties: workspace })).graph(QUERIES.workspaces)).toMatchObject([
      { sku: 'PerGB2018', retentionDays: 90 },
    ]);
    expect(rig(smallEstate()).graph(QUERIES.workspaces)).toMatchObject([{ sku: '', retentionDays: null }]);
  });

  it('selects extensions by the publishers of the query', () => {
    const quoted = /publisher in~ \(([^)]*)\)/.exec(extensionsQuery.text)?.[1] ?? '';
    expect([...PUBLISHERS].sort()).toEqual(
      [...quoted.matchAll(/'([^']+)'/g)].map((match) => (match[1] ?? '').toLowerCase()).sort(),
    );
    const properties = {
      publisher: 'Microsoft.Azure.Diagnostics',
      type: 'IaaSDiagnostics',
      typeHandlerVersion: '1.5',
      instanceView: { typeHandlerVersion: '1.22.1.0' },
    };
    const { resources } = smallEstate();
    const file = { resources: [...resources, { id: `${VM}/extensions/WAD`, properties }] };
    expect(rig(file).graph(extensionsQuery)).toContainEqual(
      expect.objectContaining({ extensionType: 'IaaSDiagnostics', version: '1.22.1.0' }),
    );
  });
});

describe('machines of an export', () => {
  const row = (file: EstateFile, id: string) =>
    rig(file)
      .graph(QUERIES.machines)
      .find((one) => one.id === id);

  it('have the columns of their kind', () => {
    const p = {
      vmId: 'a',
      hardwareProfile: { vmSize: 'Standard_D2ps_v5' },
      virtualMachineScaleSet: { id: SET },
      osProfile: { allowExtensionOperations: false, windowsConfiguration: { provisionVMAgent: true } },
    };
    expect(row(changed(VM, { properties: p }), VM)).toMatchObject({
      vmId: 'a',
      vmSize: 'Standard_D2ps_v5',
      scaleSetId: SET,
      allowExtensionOperations: 'false',
      windowsGuestAgent: 'true',
      linuxGuestAgent: '',
      arcDisks: null,
    });
    const arc = {
      vmUuid: 'u',
      agentConfiguration: { proxyUrl: 'http://p:1', extensionsEnabled: 'true' },
      hardwareProfile: { processors: [{ name: 'x' }] },
      storageProfile: { disks: [{ path: '/', maxSizeInBytes: 2, usedSpaceInBytes: 1 }] },
    };
    expect(row(changed(ARC, { properties: arc }), ARC)).toMatchObject({
      vmUuid: 'u',
      arcProxyUrl: 'http://p:1',
      arcExtensionsEnabled: 'true',
      arcProcessors: [{ name: 'x' }],
      arcDisks: [{ path: '/', maxSizeInBytes: 2, usedSpaceInBytes: 1 }],
    });
  });

  it.each([
    [
      'no properties',
      VM,
      { properties: null },
      { powerState: '', osType: '', vmId: '', imageReference: null },
    ],
    ['no region', VM, { location: null }, { location: null }],
    ['no identity', VM, { identity: null }, { identityType: '', userAssignedIdentities: null }],
    [
      'no power state',
      VM,
      { properties: { extended: { instanceView: null } } },
      { powerState: '', osName: '' },
    ],
    ['no status', ARC, { properties: { status: null, osName: null } }, { arcStatus: '', osName: '' }],
    ['null tags', VM, { tags: { a: null } }, { tags: { a: null } }],
    ['what is left out is filled in', VM, { properties: {} }, { powerState: 'PowerState/running' }],
  ])('keep their nulls: %s', (_what, id, more, expected) => {
    expect(row(changed(id, more), id)).toMatchObject(expected);
  });

  it('appear twice when the export repeats them in another casing, and are one machine', () => {
    const twin = VM.replace('virtualMachines/web-01', 'virtualMachines/WEB-01');
    const file = smallEstate();
    const { graph, estate, arm } = rig({
      resources: [...file.resources, { id: twin, location: 'northeurope' }],
    });
    const rows = graph(QUERIES.machines).filter(({ id }) => id.toLowerCase() === VM.toLowerCase());
    expect(rows.map(({ id, location }) => [id, location])).toEqual([
      [twin, 'northeurope'],
      [VM, 'westeurope'],
    ]);
    expect(estate.machineIds()).toHaveLength(3);
    expect(arm('GET', twin).body.id).toBe(VM);
  });

  it('get a stable vmId', () => {
    const [first, second] = [rig(smallEstate()), rig(smallEstate())];
    const id = first.arm('GET', VM).body.properties.vmId;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.arm('GET', VM).body.properties.vmId).toBe(id);
    expect(first.graph(QUERIES.machines).map(({ vmId }) => vmId)).toContain(id);
  });
});

describe('scopes of Resource Graph', () => {
  const above = { options: { authorizationScopeFilter: 'AtScopeAboveAndBelow' } };
  it.each([
    ['no scope', {}, ['at-main', 'at-online', 'at-other', 'at-root', 'at-sandbox'], 3],
    ['a subscription', { subscriptions: [SUBSCRIPTION.toUpperCase()] }, ['at-main'], 3],
    [
      'a subscription and above',
      { subscriptions: [OTHER], ...above },
      ['at-other', 'at-root', 'at-sandbox'],
      0,
    ],
    ['a group', { managementGroups: ['Online'] }, ['at-main', 'at-online'], 3],
    ['a group and above', { managementGroups: ['online'], ...above }, ['at-main', 'at-online', 'at-root'], 3],
    [
      'the root',
      { managementGroups: ['root'] },
      ['at-main', 'at-online', 'at-other', 'at-root', 'at-sandbox'],
      3,
    ],
    [
      'a group and a subscription',
      { managementGroups: ['sandbox'], subscriptions: [SUBSCRIPTION] },
      ['at-main', 'at-other', 'at-sandbox'],
      3,
    ],
  ])('%s', (_what, scope, assignments, machines) => {
    const { graph } = rig(wideEstate());
    expect(names(graph(QUERIES.policyAssignments, scope)).sort()).toEqual(assignments);
    expect(graph(QUERIES.machines, scope)).toHaveLength(machines);
    expect(names(graph(QUERIES.policySets, scope))).toEqual(['set']);
  });

  it('refuses a management group nobody knows', () => {
    const { status, body } = rig(wideEstate()).send('POST', GRAPH, {
      query: QUERIES.machines.text,
      managementGroups: ['elsewhere'],
    });
    expect([status, body.error.code]).toEqual([403, 'AuthorizationFailed']);
  });
});

describe('Resource Graph in trouble', () => {
  const ask = (behaviour: EstateFile['behaviour'], query: { text: string }) =>
    rig(smallEstate(behaviour === undefined ? {} : { behaviour })).send('POST', GRAPH, { query: query.text });

  it('says that subscriptions were left out', () => {
    const { headers } = ask({ graph: { limitHit: true } }, QUERIES.rules);
    expect(headers).toMatchObject({
      'x-ms-tenant-subscription-limit-hit': 'true',
      'x-ms-user-quota-remaining': '14',
    });
    expect(ask(undefined, QUERIES.rules).headers).not.toHaveProperty('x-ms-tenant-subscription-limit-hit');
  });

  it('cuts answers off without a way to read on', () => {
    const cut = { graph: { truncate: ['machines'] } };
    const { body } = ask(cut, QUERIES.machines);
    expect([body.resultTruncated, body.count, body.totalRecords, body.$skipToken]).toEqual([
      'true',
      2,
      3,
      undefined,
    ]);
    expect(ask(cut, QUERIES.rules).body.resultTruncated).toBe('false');
  });

  it('answers rows of an unexpected form', () => {
    const { body } = ask({ graph: { oddRows: [{ query: 'rules', row: { id: 7 } }] } }, QUERIES.rules);
    expect(body.data.at(-1)).toEqual({ id: 7 });
    expect(body.count).toBe(3);
  });
});
