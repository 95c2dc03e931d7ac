import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EstateFile, parseEstate } from '../../../rehearsal/estate/index.ts';
import { heartbeatsQuery } from '../../../shared/inventory/queries/heartbeats.ts';
import { renderQuery } from '../../../shared/model/query.ts';
import { AMA_LINUX, AMA_WINDOWS, HOUR, MINUTE, rig } from './rig.ts';

const CUSTOMERS = {
  security: '5b0c8f3e-7a41-4e6d-b2f9-c3d17e80a254',
  operations: 'e27a96d4-1f58-4b03-9c7e-68d0b5a3f912',
};
const application = (address: string, auth = 'false') => ({ proxy: { mode: 'application', address, auth } });
const iso = (instant: number) => new Date(instant).toISOString();

/** Machines without a legacy agent that no wave takes. */
const BYSTANDERS = /\/(arm-ne|desk-we|batch-we)-\d+$/;

/** Settings by the table of contoso.notes.md. */
function settingsFor(
  id: string,
  tags: Record<string, string>,
): { settings: unknown; protectedSettings?: unknown } {
  if (/rg-dmz/.test(id))
    return {
      settings: application('http://proxy-dmz.contoso.com:3128', 'true'),
      protectedSettings: { proxy: { username: 'svc-ama', password: 'rehearsal-only' } },
    };
  if (tags['site'] === 'plant') return { settings: application('http://proxy-plant.contoso.com:8080') };
  if (tags['network'] === 'gateway') return { settings: application('http://omsgw01.contoso.com:8080') };
  return { settings: {} };
}

describe('the Contoso sample, migrated by its notes', () => {
  let file: EstateFile;
  let to: ReturnType<typeof rig>;
  const statuses = new Map<string, number>();
  const heard = new Set<string>();
  const short = (id: string) => id.split('/').at(-1) ?? '';

  beforeAll(() => {
    const parsed = parseEstate(
      JSON.parse(readFileSync(new URL('../../../rehearsal/samples/contoso.json', import.meta.url), 'utf8')),
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    file = { ...parsed.estate, behaviour: { ...parsed.estate.behaviour, limits: { off: true } } };
    to = rig(file);
    const endpoint = file.resources.find((resource) => resource.name === 'dce-contoso-we')?.id ?? '';
    for (const id of to.estate.machineIds().filter((one) => !BYSTANDERS.test(one))) {
      const machine = to.estate.snapshot(id);
      const resource = file.resources.find((one) => one.id === id);
      const windows = machine?.os === 'windows';
      const name =
        machine?.extensions.find((extension) => extension.agent === 'ama')?.name ?? 'AzureMonitorAgent';
      const body = windows ? AMA_WINDOWS : AMA_LINUX;
      const put = to.arm('PUT', `${id}/extensions/${name}`, {
        ...body,
        properties: {
          ...body.properties,
          ...settingsFor(id, (resource?.tags ?? {}) as Record<string, string>),
        },
      });
      statuses.set(short(id), put.status);
      const legacy = machine?.extensions.find((extension) => extension.agent === 'legacy')?.settings as
        | { workspaceId: string }
        | undefined;
      const target = legacy?.workspaceId === CUSTOMERS.operations ? 'operations' : 'security';
      const rule = file.resources.find(
        (one) => one.name === `dcr-${target}-${windows ? 'windows' : 'linux'}`,
      )?.id;
      const associate = (association: string, properties: unknown) =>
        to.arm('PUT', `${id}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${association}`, {
          properties,
        });
      if ((machine?.associations.length ?? 0) === 0)
        associate('assoc-contoso', { dataCollectionRuleId: rule });
      if (id.includes('rg-pay'))
        associate('configurationAccessEndpoint', { dataCollectionEndpointId: endpoint });
    }
    to.pass(HOUR);
    for (const customer of Object.values(CUSTOMERS)) {
      const { body } = to.logs(
        renderQuery(heartbeatsQuery, {
          since: iso(to.now() - 10 * MINUTE),
          until: iso(to.now()),
          parts: '1',
          part: '0',
        }),
        customer,
      );
      for (const row of body.tables[0].rows) if (row[2] === 'Azure Monitor Agent') heard.add(short(row[0]));
    }
  });

  it('has 80 VMs and 40 Arc servers in three subscriptions', () => {
    const ids = to.estate.machineIds().filter((id) => !BYSTANDERS.test(id));
    expect(to.estate.machineIds().length - ids.length).toBe(4);
    expect([
      ids.filter((id) => id.includes('virtualMachines')).length,
      ids.filter((id) => id.includes('HybridCompute')).length,
    ]).toEqual([80, 40]);
    expect(new Set(ids.map((id) => id.split('/')[2])).size).toBe(3);
  });

  it('refuses writes exactly where the notes say so', () => {
    const refused = [...statuses].filter(([, status]) => status >= 400).map(([name]) => name);
    expect(refused.sort()).toEqual(['build-eu-09', 'dc-14', 'web-we-15']);
  });

  it('hears every machine but the ones in trouble', () => {
    const silent = [...statuses.keys()].filter((name) => !heard.has(name));
    expect(silent.sort()).toEqual(
      [
        'web-we-15',
        'build-eu-09',
        'dc-13',
        'dc-14',
        'plant-14',
        'sql-we-10',
        'ops-ne-10',
        'web-we-14',
        'api-ne-12',
        'api-ne-11',
        'web-we-13',
      ].sort(),
    );
  });

  it('a retry repairs the failed install, and the returning server goes on', () => {
    const id = (name: string) => to.estate.machineIds().find((one) => one.endsWith(`/${name}`)) ?? '';
    const state = (name: string) =>
      to.estate.snapshot(id(name))?.extensions.find((extension) => extension.agent === 'ama')
        ?.provisioningState;
    expect(state('web-we-13')).toBe('Failed');
    expect(to.arm('PUT', `${id('web-we-13')}/extensions/AzureMonitorAgent`, AMA_WINDOWS).status).toBe(200);
    expect(state('plant-14')).toBe('Creating');
    to.pass(22 * HOUR);
    expect(state('web-we-13')).toBe('Succeeded');
    expect(to.estate.snapshot(id('plant-14'))?.status).toBe('Connected');
    expect(to.estate.snapshot(id('dc-13'))?.status).toBe('Disconnected');
  });
});
