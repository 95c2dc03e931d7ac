import { describe, expect, it } from 'vitest';
import { connectorScenario, type Json } from '../support/connector-scenario.ts';
import { CUSTOMER, connectorEstate, DEFENDER_KIND, SENTINEL_KIND } from '../support/connectors.ts';
import { ARC, LINUX_VM, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const { api, given, post, get, writes } = connectorScenario();

const AT = `/connectors/${CUSTOMER}`;
const WHY = { by: 'carla', reason: 'change 4711' };
const FOR_REAL = { ...WHY, whatIf: false };
const OVERRIDE = { override: { reason: 'they are retired next week' } };

const tiers = async () => Object.fromEntries((await get(AT)).collections.map((c: Json) => [c.kind, c.tier]));

describe('legacy collection', () => {
  it('is listed with all that ends with the legacy agent, as JSON and CSV', async () => {
    await given(connectorEstate());

    const { connectors, inventoryId } = await get('/connectors');
    const csv = await api().call('GET', '/connectors', { headers: { accept: 'text/csv' } });

    expect(inventoryId).toEqual(expect.any(String));
    expect(connectors).toMatchObject([
      {
        workspace: CUSTOMER,
        workspaceId: WORKSPACE,
        collections: [
          { kind: SENTINEL_KIND, product: 'Microsoft Sentinel', tier: 'All', stored: null },
          { kind: DEFENDER_KIND, product: 'Defender for Cloud', tier: 'Minimal', stored: null },
        ],
        solutions: [{ product: 'WindowsFirewall', dependsOnLegacyAgent: true }],
        syslogFacilities: ['auth'],
        cef: null,
        dependents: 3,
        switched: null,
        unread: [],
        links: { impact: `/api${AT}/impact` },
      },
    ]);
    expect(csv.text.split('\r\n')[1]).toContain(',All,Minimal,WindowsFirewall,auth,no,3,no,');
  });

  it('says what could not be read and shows the rest', async () => {
    await given(
      connectorEstate({
        behaviour: {
          faults: [
            {
              match: { kind: 'dataSource.read', url: 'LinuxSyslog' },
              effect: { status: 403, code: 'AuthorizationFailed' },
            },
          ],
        },
      }),
    );

    const { connectors } = await get('/connectors');

    expect(connectors).toMatchObject([
      { syslogFacilities: null, dependents: 3, unread: [{ what: 'syslogFacilities' }] },
    ]);
    expect(connectors[0].collections).toHaveLength(2);
  });

  it('lists the machines that depend on it page by page', async () => {
    await given(connectorEstate());

    const first = await get(`${AT}/impact?limit=2`);
    const second = await get(`${AT}/impact?limit=2&after=${first.next}`);

    expect(first.count).toBe(3);
    expect([...first.machines, ...second.machines].map(({ id }: Json) => id)).toEqual(
      [VM, LINUX_VM, ARC].map((id) => id.toLowerCase()).sort(),
    );
    expect(second.next).toBeUndefined();
  });

  it('stays on while machines depend on it, and names how many and where they are listed', async () => {
    await given(connectorEstate());

    const preview = await post(`${AT}/disable`, WHY);
    const refused = await post(`${AT}/disable`, FOR_REAL);

    expect(preview.json).toMatchObject({ status: 'whatIf', dependents: 3, allowed: false });
    expect([refused.status, refused.json.code]).toEqual([409, 'workspaceInUse']);
    expect(refused.json.detail).toContain('3 machines');
    expect(refused.headers.get('link')).toContain(`/api${AT}/impact`);
    expect(writes('dataSource.write')).toBe(0);
  });

  it('goes off under an override of a named person, once, and comes back as it was', async () => {
    await given(connectorEstate());
    const before = await tiers();

    const off = await post(`${AT}/disable`, { ...FOR_REAL, ...OVERRIDE });
    const again = await post(`${AT}/disable`, { ...FOR_REAL, ...OVERRIDE });
    const whileOff = await get(AT);
    const preview = await post(`${AT}/restore`, WHY);
    const back = await post(`${AT}/restore`, FOR_REAL);
    const twice = await post(`${AT}/restore`, FOR_REAL);

    expect(off.json).toMatchObject({ status: 'disabled', dependents: 3 });
    expect(again.json.status).toBe('alreadyDone');
    expect(whileOff.collections).toMatchObject([
      { tier: 'None', stored: { tier: 'All', by: 'carla', restorable: true, waveId: null } },
      { tier: 'None', stored: { tier: 'Minimal', restorable: true } },
    ]);
    expect(whileOff.switched).toMatchObject({
      by: 'carla',
      reason: 'change 4711; they are retired next week',
      dependents: 3,
    });
    expect(preview.json).toMatchObject({ status: 'whatIf' });
    expect(preview.json.steps.map(({ action }: Json) => action)).toEqual(['restore', 'restore']);
    expect(back.json).toMatchObject({ status: 'restored', warnings: [{ code: 'legacyIngestionMayBeOff' }] });
    expect(await tiers()).toEqual(before);
    expect([twice.status, twice.json.code]).toEqual([409, 'nothingToRestore']);
    expect(writes('dataSource.write')).toBe(4);
  });

  it('is not restored over what somebody set since, unless that is meant', async () => {
    await given(connectorEstate());
    await post(`${AT}/disable`, { ...FOR_REAL, ...OVERRIDE });
    api().session.estate.mutate.setTier(WORKSPACE, SENTINEL_KIND, 'Minimal');

    const refused = await post(`${AT}/restore`, FOR_REAL);
    const untouched = await tiers();
    const forced = await post(`${AT}/restore`, { ...FOR_REAL, force: true });

    expect([refused.status, refused.json.code]).toEqual([409, 'connectorChanged']);
    expect(refused.json.errors).toMatchObject([{ path: 'force' }]);
    expect(untouched).toEqual({ [SENTINEL_KIND]: 'Minimal', [DEFENDER_KIND]: 'None' });
    expect(forced.json.status).toBe('restored');
    expect(await tiers()).toEqual({ [SENTINEL_KIND]: 'All', [DEFENDER_KIND]: 'Minimal' });
  });

  it('that failed half-way is finished by the same call, and nothing that was stored is lost', async () => {
    await given(
      connectorEstate({
        behaviour: {
          faults: [
            {
              match: { kind: 'dataSource.write', url: `/${DEFENDER_KIND}` },
              effect: { status: 429, retryAfterSeconds: 17 },
              count: 1,
            },
          ],
        },
      }),
    );

    const busy = await post(`${AT}/disable`, { ...FOR_REAL, ...OVERRIDE });
    const half = await tiers();
    const done = await post(`${AT}/disable`, { ...FOR_REAL, ...OVERRIDE });
    await post(`${AT}/restore`, FOR_REAL);

    expect([busy.status, busy.json.code, busy.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '17',
    ]);
    expect(half).toEqual({ [SENTINEL_KIND]: 'None', [DEFENDER_KIND]: 'Minimal' });
    expect(done.json.status).toBe('disabled');
    expect(await tiers()).toEqual({ [SENTINEL_KIND]: 'All', [DEFENDER_KIND]: 'Minimal' });
  });

  it.each([
    ['disable', {}, 400, 'reason'],
    ['disable', { reason: ' ', by: 'x' }, 400, 'reason'],
    ['disable', { reason: 'x', whatIf: false }, 400, 'by'],
    ['disable', { ...FOR_REAL, override: true }, 400, 'override'],
    ['disable', { ...FOR_REAL, override: {} }, 400, 'override.reason'],
    ['disable', { ...WHY, tier: 'None' }, 400, 'tier'],
    ['restore', { ...WHY, force: 'yes' }, 400, 'force'],
    ['restore', { by: 'x' }, 400, 'reason'],
  ])('%s of %j is refused with the path', async (verb, body, status, path) => {
    await given(connectorEstate());

    const answer = await post(`${AT}/${verb}`, body);

    expect([answer.status, answer.json.errors?.[0]?.path]).toEqual([status, path]);
    expect(writes('dataSource.write')).toBe(0);
  });

  it.each([
    ['GET', '/connectors/law-main'],
    ['GET', '/connectors/99999999-2222-4222-8222-222222222222'],
    ['GET', '/connectors/law-main/impact'],
    ['POST', '/connectors/law-main/disable'],
    ['POST', '/connectors/law-main/restore'],
  ])('%s %s names no workspace', async (method, path) => {
    await given(connectorEstate());

    const { status, json } = await api().call(method, path, method === 'POST' ? { body: WHY } : {});

    expect([status, json?.['code']]).toEqual([404, 'workspaceNotFound']);
  });

  it('already off is done, and there is nothing to restore', async () => {
    await given(connectorEstate());
    for (const kind of [SENTINEL_KIND, DEFENDER_KIND])
      api().session.estate.mutate.setTier(WORKSPACE, kind, 'None');

    const off = await post(`${AT}/disable`, FOR_REAL);
    const back = await post(`${AT}/restore`, FOR_REAL);

    expect([off.status, off.json.status]).toEqual([200, 'alreadyDone']);
    expect(back.json.code).toBe('nothingToRestore');
    expect(writes('dataSource.write')).toBe(0);
  });
});

/** Waves without approvals over the small estate, in one go. */
async function migrate(verification: Record<string, unknown> = {}): Promise<Json> {
  const plan = await post('/plans', {
    cohorts: { pilotSize: 0, firstSize: 100, maxSize: 100 },
    policy: { approvals: { removal: false }, verification },
  });
  const wave = await post('/waves', { planId: plan.json.id, wave: 0, by: 'requester' });
  return (await api().until(`/waves/${wave.json.id}`, 'phase', 'completed', 'degraded', 'held')).json;
}

describe('the stream of Azure Monitor Agent', () => {
  it('is shown to go on after a wave has switched legacy collection off', async () => {
    await given(smallEstate());

    const wave = await migrate();
    const { switched, dependents } = await get(AT);

    expect(wave.phase).toBe('completed');
    expect(dependents).toBe(0);
    expect(switched).toMatchObject({ waveId: wave.id, check: { result: 'pass', judged: 2, lost: 0 } });
  });

  it('that only the legacy agent had written stops the wave before anything is removed', async () => {
    const { resources } = smallEstate({});
    const withoutEvents = resources.map((resource) =>
      resource.kind === 'Windows'
        ? (JSON.parse(
            JSON.stringify(resource).replaceAll(',"Microsoft-SecurityEvent"', ''),
          ) as typeof resource)
        : resource,
    );
    await given({ resources: withoutEvents, behaviour: { legacyIngestionEnds: null } });

    // A proof by comparison would not have let it come this far.
    const wave = await migrate({ proof: 'presence' });
    const { switched } = await get(AT);
    const back = await post(`${AT}/restore`, FOR_REAL);

    expect(wave.phase).toBe('held');
    expect(wave.holds).toMatchObject([{ kind: 'gate', reason: expect.stringContaining('/restore') }]);
    expect(wave.connectors).toMatchObject([{ outcome: { status: 'blocked', reason: 'streamLost' } }]);
    expect(switched.check).toMatchObject({ result: 'fail', lost: 2 });
    expect(switched.check.lostMachines).toEqual([VM, ARC].map((id) => id.toLowerCase()).sort());
    expect(api().session.estate.requestLog.entries({ kind: 'extension.delete' })).toEqual([]);
    expect(back.json.status).toBe('restored');
    expect(await tiers()).toMatchObject({ [SENTINEL_KIND]: 'All' });
  });

  it('cannot be judged where nobody is verified yet: a switch by hand stays inconclusive', async () => {
    await given(connectorEstate());
    await post(`${AT}/disable`, { ...FOR_REAL, ...OVERRIDE });

    const early = await get(AT);
    await api().sleep(3_600_000);
    const later = await get(AT);

    expect(early.switched.check).toBeNull();
    expect(later.switched.check.result).toBe('inconclusive');
  });
});
