import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { heartbeatsQuery } from '../../../shared/inventory/queries/heartbeats.ts';
import { renderQuery } from '../../../shared/model/query.ts';
import { ARC, CUSTOMER, GROUP, LINUX_VM, START, smallEstate, VM } from '../../support/small-estate.ts';
import { DAY, HOUR, rig } from './rig.ts';

const SECOND = '66666666-6666-4666-8666-666666666666';
const iso = (instant: number) => new Date(instant).toISOString();
const ALIVE = { legacyIngestionEnds: null };
const window = (days = 1, parts = 1, part = 0) => ({
  since: iso(START - days * DAY),
  until: iso(START),
  parts: String(parts),
  part: String(part),
});

type Heartbeats = NonNullable<EstateFile['heartbeats']>;

/** Rows of one computer or machine, with a second workspace in the estate. */
function rowsOf(heartbeats: Heartbeats, customer = CUSTOMER, days = 1) {
  const second = {
    id: `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-second`,
    properties: { customerId: SECOND },
  };
  const file = smallEstate({ behaviour: ALIVE, heartbeats });
  return rig({ ...file, resources: [...file.resources, second] }).records(
    heartbeatsQuery,
    window(days),
    customer,
  );
}

const of = (rows: ReturnType<typeof rowsOf>, id: string): ReturnType<typeof rowsOf> =>
  rows.filter(({ ResourceId }) => ResourceId === id.toLowerCase());

describe('heartbeats', () => {
  it('say who reports, by which agent', () => {
    const rows = rowsOf([]);
    expect(rows).toHaveLength(3);
    expect(of(rows, VM)).toEqual([
      {
        ResourceId: VM.toLowerCase(),
        Computer: 'web-01',
        Category: 'Direct Agent',
        AgentId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        VmId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        OSType: 'Windows',
        OSName: 'Windows Server 2022 Datacenter',
        OSVersion: '.',
        Solutions: '',
        lastSeen: expect.stringMatching(/^2026-11-21T07:5/),
      },
    ]);
    expect(of(rows, LINUX_VM)).toMatchObject([{ OSType: 'Linux' }]);
    expect(new Set(rows.map(({ AgentId }) => AgentId)).size).toBe(3);
  });

  it('carry the VM’s own id, and for Arc the one of the firmware', () => {
    const { resources } = smallEstate();
    const ids: Record<string, Record<string, string>> = { [VM]: { vmId: 'AB' }, [ARC]: { vmUuid: 'CD' } };
    const file = smallEstate({
      behaviour: ALIVE,
      resources: resources.map((one) => ({ ...one, properties: { ...one.properties, ...ids[one.id] } })),
    });
    const rows = rig(file).records(heartbeatsQuery, window());
    expect([of(rows, VM)[0]?.VmId, of(rows, ARC)[0]?.VmId]).toEqual(['ab', 'cd']);
  });

  it('name the packs of the workspace’s solutions', () => {
    const { resources } = smallEstate();
    const solutions = ['Updates', 'ChangeTracking'].map((product) => ({
      id: `${GROUP}/providers/Microsoft.OperationsManagement/solutions/${product}`,
      plan: { product: `OMSGallery/${product}` },
      properties: {
        workspaceResourceId: `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-main`,
      },
    }));
    const heartbeats: Heartbeats = [{ machine: ARC, agent: 'legacy', solutions: '"own"' }];
    const file = smallEstate({ behaviour: ALIVE, heartbeats, resources: [...resources, ...solutions] });
    const rows = rig(file).records(heartbeatsQuery, window());
    expect(of(rows, VM)).toMatchObject([{ Solutions: '"changeTracking", "updates"' }]);
    expect(of(rows, ARC)).toMatchObject([{ Solutions: '"own"' }]);
  });

  it.each<[string, Heartbeats[number], object]>([
    [
      'an agent id and a VM id',
      { machine: VM, agent: 'legacy', agentId: 'A', vmId: 'B' },
      { AgentId: 'a', VmId: 'b' },
    ],
    ['a category', { machine: VM, agent: 'legacy', category: 'SCOM Agent' }, { Category: 'SCOM Agent' }],
    ['no resource id', { machine: VM, agent: 'legacy', resourceId: '' }, { ResourceId: '' }],
  ])('are as declared: %s', (_what, entry, expected) => {
    expect(rowsOf([entry]).filter(({ Computer }) => Computer === 'web-01')).toMatchObject([expected]);
  });

  it('of clones share an agent id', () => {
    const clone = (machine: string): Heartbeats[number] => ({ machine, agent: 'legacy', agentId: 'same' });
    expect(rowsOf([clone(VM), clone(LINUX_VM)]).filter(({ AgentId }) => AgentId === 'same')).toHaveLength(2);
  });

  it('of a renamed machine come under both names', () => {
    const until = iso(START - 10 * DAY);
    const renamed: Heartbeats = [{ machine: VM, computer: 'OLD-01', agent: 'legacy', until }];
    const rows = of(rowsOf(renamed, CUSTOMER, 30), VM);
    expect(rows.map(({ Computer }) => Computer)).toEqual(['old-01', 'web-01']);
    expect(rows[0].lastSeen < until && rows[0].lastSeen > iso(START - 11 * DAY)).toBe(true);
    expect(rows[0].AgentId).toBe(rows[1].AgentId);
    expect(of(rowsOf(renamed), VM).map(({ Computer }) => Computer)).toEqual(['web-01']);
  });

  it('of a multi-homed machine reach both workspaces, until its agent is gone', () => {
    const second: Heartbeats = [{ machine: VM, agent: 'legacy', workspace: SECOND }];
    expect(of(rowsOf(second), VM)).toHaveLength(1);
    expect(rowsOf(second, SECOND)).toMatchObject([{ ResourceId: VM.toLowerCase() }]);
    const until = iso(START - 2 * DAY);
    expect(rowsOf([{ machine: VM, agent: 'legacy', workspace: SECOND, until }], SECOND)).toEqual([]);
  });

  it('of what Azure has no resource of', () => {
    const entry: Heartbeats[number] = {
      computer: 'GONE.contoso.local',
      agent: 'ama',
      workspace: SECOND,
      resourceId: `${VM}-gone`,
      os: 'linux',
      agentId: 'A',
    };
    expect(rowsOf([entry], SECOND)).toMatchObject([
      {
        ResourceId: `${VM}-gone`.toLowerCase(),
        Computer: 'gone.contoso.local',
        Category: 'Azure Monitor Agent',
        AgentId: 'a',
        OSType: 'Linux',
      },
    ]);
    const { resourceId: _, ...unmanaged } = entry;
    expect(rowsOf([unmanaged], SECOND)).toMatchObject([{ ResourceId: '' }]);
  });
});

describe('large answers', () => {
  const file = fleet({ machines: 300, seed: 3 });
  const customer = String(
    file.resources.find((one) => one.properties?.['customerId'] !== undefined)?.properties?.['customerId'],
  );
  const behaviour = { ...ALIVE, limits: { queryRows: 100 } };

  it.each([1, 2, 8, 64])('come in %s parts without loss', (parts) => {
    const to = rig({ ...file, behaviour: ALIVE });
    const seen = Array.from({ length: parts }, (_, part) =>
      to.records(heartbeatsQuery, window(1, parts, part), customer).map(({ Computer }) => Computer),
    ).flat();
    expect([seen.length, new Set(seen).size]).toEqual([300, 300]);
  });

  it('are cut off with a partial error', () => {
    const to = rig({ ...file, behaviour });
    const { status, body } = to.logs(renderQuery(heartbeatsQuery, window()), customer);
    expect([status, body.tables[0].rows.length, body.error.code]).toEqual([200, 100, 'PartialError']);
    expect(JSON.stringify(body.error)).toContain('E_QUERY_RESULT_SET_TOO_LARGE');
    const parted = to.logs(renderQuery(heartbeatsQuery, window(1, 8, 3)), customer);
    expect(parted.body).not.toHaveProperty('error');
  });

  it('a workspace that cannot be read is a fault', () => {
    const fault = {
      match: { kind: 'logs.query', url: `/workspaces/${customer}/` },
      effect: { status: 403, code: 'InsufficientAccessError' },
    };
    const to = rig({ ...file, behaviour: { ...ALIVE, faults: [fault] } });
    const { status, body } = to.logs(renderQuery(heartbeatsQuery, window(HOUR / DAY)), customer);
    expect([status, body.error.code]).toEqual([403, 'InsufficientAccessError']);
  });
});
