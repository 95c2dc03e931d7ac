import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EstateFile, parseEstate } from '../../../rehearsal/estate/index.ts';
import { extensionsQuery } from '../../../shared/inventory/queries/extensions.ts';
import { machinesQuery } from '../../../shared/inventory/queries/machines.ts';
import { rulesQuery } from '../../../shared/inventory/queries/rules.ts';
import { ARC, GROUP, LINUX_VM, RULE, smallEstate, VM, WORKSPACE } from '../../support/small-estate.ts';
import { rig } from './rig.ts';

const AZURE = 'https://management.azure.com';
const GRAPH = `${AZURE}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`;
const DISK = `${GROUP}/providers/Microsoft.Compute/disks/web-01-os`;

type Properties = Readonly<Record<string, unknown>>;

/** The small estate with more about one of its resources. */
function withMore(id: string, properties: Properties, more: Properties = {}): EstateFile {
  const file = smallEstate();
  const resources = file.resources.map((resource) =>
    resource.id === id
      ? { ...resource, ...more, properties: { ...resource.properties, ...properties } }
      : resource,
  );
  return { ...file, resources };
}

/** Paths of nulls. */
function nulls(value: unknown, path = ''): string[] {
  if (value === null) return [path];
  return typeof value === 'object'
    ? Object.entries(value).flatMap(([key, entry]) => nulls(entry, `${path}/${key}`))
    : [];
}

describe('Arc in its api-versions', () => {
  const OLDER = {
    status: 'Connected',
    agentVersion: '1.48',
    osName: 'windows',
    osSku: 'Windows Server 2019 Standard',
    detectedProperties: { model: 'VMware' },
    locationData: { name: 'Köln' },
    osProfile: { computerName: 'DC-01' },
    vmId: '33333333-3333-4333-8333-333333333333',
  };
  const NEWER = {
    osType: 'windows',
    osEdition: 'Standard',
    cloudMetadata: { provider: 'N/A' },
    agentConfiguration: { configMode: 'full' },
    agentUpgrade: { enableAutomaticUpgrade: true },
    networkProfile: { networkInterfaces: [] },
    licenseProfile: { licenseStatus: 'Licensed' },
    mssqlDiscovered: 'false',
  };
  const patches = { windowsConfiguration: { patchSettings: { patchMode: 'Manual' } } };
  const file = withMore(
    ARC,
    { ...OLDER, ...NEWER, osProfile: { ...OLDER.osProfile, ...patches } },
    { kind: 'VMware', tags: { role: 'dc' } },
  );

  it.each([
    ['get', ARC],
    ['list', `${GROUP}/providers/Microsoft.HybridCompute/machines`],
  ])('leaves fields of a machine that came later out of the first, %s', (_what, path) => {
    const { send } = rig(file);
    const read = (version: string) => {
      const { body } = send('GET', `${AZURE}${path}?api-version=${version}`);
      return body.value?.[0] ?? body;
    };
    const first = read('2021-05-20');
    expect(first.properties).toEqual({ ...OLDER, provisioningState: 'Succeeded' });
    expect(Object.keys(first).sort()).toEqual([
      'id',
      'identity',
      'location',
      'name',
      'properties',
      'tags',
      'type',
    ]);
    const later = read('2024-07-10');
    expect(later).toMatchObject({ kind: 'VMware', properties: { ...OLDER, ...NEWER, osProfile: patches } });
  });

  it('leaves fields of an extension that came later out of the first', () => {
    const name = `${ARC}/extensions/MicrosoftMonitoringAgent`;
    const { send } = rig(withMore(name, { enableAutomaticUpgrade: false, forceUpdateTag: 'a', later: 1 }));
    const read = (path: string, version: string) => {
      const { body } = send('GET', `${AZURE}${path}?api-version=${version}`);
      return (body.value?.[0] ?? body).properties;
    };
    for (const path of [name, `${ARC}/extensions`]) {
      const later = read(path, '2024-07-10');
      expect(later).toMatchObject({ enableAutomaticUpgrade: false, forceUpdateTag: 'a', later: 1 });
      const { enableAutomaticUpgrade: _, later: __, ...first } = later;
      expect(read(path, '2021-05-20')).toEqual(first);
    }
  });
});

describe('nulls of an export', () => {
  const tags = { role: 'web', env: null };

  it.each([
    ['a VM', VM, { licenseType: null, osProfile: { secrets: null, computerName: 'WEB-01' } }],
    ['an Arc server', ARC, { agentConfiguration: { proxyUrl: null, proxyBypass: [{ port: null }] } }],
    ['an extension of a VM', `${VM}/extensions/MMAExtension`, { forceUpdateTag: null, more: { deep: null } }],
    ['an extension of Arc', `${ARC}/extensions/MicrosoftMonitoringAgent`, { forceUpdateTag: null }],
    ['a rule', RULE, { description: null, metadata: { provisionedBy: null } }],
    ['a workspace', WORKSPACE, { provisioningState: null, features: { legacy: null } }],
  ])('are in no answer of ARM: %s', (_what, id, properties) => {
    const { status, body } = rig(withMore(id, properties, { tags })).arm('GET', id);
    expect(status).toBe(200);
    expect(body.tags).toEqual({ role: 'web' });
    expect(body.properties.provisioningState).not.toBeNull();
    expect(nulls(body)).toEqual([]);
  });

  it('are in no answer about a resource the estate only stores', () => {
    const { resources } = smallEstate();
    const disk = { id: DISK, name: 'web-01-os', tags, properties: { encryption: null } };
    const { body } = rig({ resources: [...resources, disk] }).send(
      'GET',
      `${AZURE}${DISK}?api-version=2024-03-02`,
    );
    expect(body).toEqual({ id: DISK, name: 'web-01-os', tags: { role: 'web' }, properties: {} });
  });

  it('stay within the settings of an extension, which are its own', () => {
    const id = `${VM}/extensions/MMAExtension`;
    const settings = { workspaceId: 'x', proxy: null };
    expect(rig(withMore(id, { settings })).arm('GET', id).body.properties.settings).toEqual(settings);
  });

  it('stay in Resource Graph', () => {
    const rows = (file: EstateFile, query: { text: string }) =>
      rig(file).send('POST', GRAPH, { query: query.text }).body.data;
    const row = (file: EstateFile, query: { text: string }, id: string) =>
      rows(file, query).find((one: { id: string }) => one.id === id);
    expect(row(withMore(VM, {}, { tags }), machinesQuery, VM).tags).toEqual(tags);
    expect(row(smallEstate(), machinesQuery, LINUX_VM).tags).toBeNull();
    const id = `${VM}/extensions/MMAExtension`;
    expect(row(withMore(id, { settings: null }), extensionsQuery, id).settings).toBeNull();
    expect(row(withMore(RULE, { dataFlows: [{ transformKql: null }] }), rulesQuery, RULE).dataFlows).toEqual([
      { transformKql: null },
    ]);
  });

  it('are in no answer about the exported sample', () => {
    const sample = new URL('../../../rehearsal/samples/exported.json', import.meta.url);
    const parsed = parseEstate(JSON.parse(readFileSync(sample, 'utf8')));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { arm, estate } = rig(parsed.estate);
    for (const id of estate.machineIds()) {
      for (const path of [id, `${id}/extensions`]) expect(nulls(arm('GET', path).body), path).toEqual([]);
    }
  });
});

describe('the small estate', () => {
  it('has what Azure requires of a VM', () => {
    const { arm } = rig(smallEstate());
    for (const id of [VM, LINUX_VM])
      expect(arm('GET', id).body.properties.storageProfile.osDisk.createOption).toBe('FromImage');
  });
});
