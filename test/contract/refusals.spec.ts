import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { makePlan, openApi, startWave, type TestApi, takeInventory } from '../support/contract/api.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

/** Issue 7: bad input gets a clear answer, and nothing is changed, in the ledger, its trail or Azure. */
let api: TestApi;
/** Partitions of the ledger in the order in which they were written. */
const written: string[] = [];

beforeAll(async () => {
  const inner = await openSqliteStore(':memory:');
  const store: Store = {
    ...inner,
    async write(partition, operations) {
      const result = await inner.write(partition, operations);
      if (result.ok) written.push(partition);
      return result;
    },
  };
  api = await openApi(smallEstate({ behaviour: { legacyIngestionEnds: null } }), { store });
  await takeInventory(api);
}, 60_000);
afterAll(() => api.close());

/** Asks, sees that nothing came of it, and returns status, code and the paths of what is wrong. */
async function refusal(path: string, body: object): Promise<[number, unknown, string[]]> {
  const before = { waves: (await api.call('GET', '/waves')).text, writes: written.length };
  const requests = api.session.estate.requestLog.total();

  const answer = await api.call('POST', path, { body });
  await api.sleep(0);

  expect(written.slice(before.writes)).toEqual([]);
  expect(api.session.estate.requestLog.total()).toBe(requests);
  expect((await api.call('GET', '/waves')).text).toBe(before.waves);
  expect(answer.json?.['detail'], answer.text).toMatch(/^\w.{10,}\.$/s);
  const faults = (answer.json?.['errors'] ?? []) as { path: string; message: string }[];
  for (const { message } of faults) expect(message.length).toBeGreaterThan(5);
  return [answer.status, answer.json?.['code'], faults.map(({ path: where }) => where)];
}

const nightly = { start: '2026-12-01T22:00', timeZone: 'Europe/Berlin', durationMinutes: 60 };
const policyWith = (policy: object) => ({ policy });
const check = (fields: object) => policyWith({ checks: [{ name: 'one', ...fields }] });

describe('a plan that cannot be', () => {
  it.each<[string, object, string]>([
    [
      'a zone that does not exist',
      policyWith({ windows: [{ ...nightly, timeZone: 'Europe/Atlantis' }] }),
      'policy.windows[0].timeZone',
    ],
    [
      'a day that does not exist',
      policyWith({ windows: [{ ...nightly, start: '2026-02-30T22:00' }] }),
      'policy.windows[0].start',
    ],
    [
      'a window that is over',
      policyWith({ windows: [{ ...nightly, start: '2025-12-01T22:00' }] }),
      'policy.windows[0]',
    ],
    [
      'a window on no day',
      policyWith({ windows: [{ ...nightly, recurrence: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }] }),
      'policy.windows[0]',
    ],
    [
      'a window that a freeze closes for ever',
      policyWith({
        windows: [nightly],
        freezes: [
          {
            name: 'for good',
            start: '2026-11-01T00:00',
            end: '2026-11-02T00:00',
            timeZone: 'UTC',
            recurrence: 'FREQ=DAILY',
          },
        ],
      }),
      'policy.freezes',
    ],
    [
      'a window shorter than a change',
      policyWith({ windows: [{ ...nightly, durationMinutes: 5 }] }),
      'policy.windows[0].durationMinutes',
    ],
    [
      'a window of no length',
      policyWith({ windows: [{ ...nightly, durationMinutes: -60 }] }),
      'policy.windows[0].durationMinutes',
    ],
    [
      'a window without end',
      policyWith({ windows: [{ ...nightly, durationMinutes: 1e15 }] }),
      'policy.windows[0].durationMinutes',
    ],
    ['a pilot above the cap', { cohorts: { pilotSize: 9, maxSize: 8, firstSize: 8 } }, 'cohorts.pilotSize'],
    ['sizes and a growth', { cohorts: { sizes: [5], growth: 2 } }, 'cohorts.growth'],
    [
      'a lag above the deadline',
      policyWith({ ingestionLagSeconds: 7200, verifyDeadlineSeconds: 3600 }),
      'policy.ingestionLagSeconds',
    ],
    [
      'two persons for no gate',
      policyWith({ approvals: { start: false, removal: false, quorum: 2 } }),
      'policy.approvals.quorum',
    ],
    ['no persons', policyWith({ approvals: { quorum: 0 } }), 'policy.approvals.quorum'],
    ['a million persons', policyWith({ approvals: { quorum: 1e6 } }), 'policy.approvals.quorum'],
    [
      'a verification in a minute',
      check({ kind: 'timeInStage', stage: 'verify', maxSeconds: 60 }),
      'policy.checks[0].maxSeconds',
    ],
    ['a share below nothing', check({ kind: 'heartbeats', minShare: -0.1 }), 'policy.checks[0].minShare'],
    [
      'machines below nothing',
      check({ kind: 'installFailures', maxShare: 0.1, minMachines: -5 }),
      'policy.checks[0].minMachines',
    ],
    [
      'more machines than there are',
      check({ kind: 'installFailures', maxShare: 0.1, minMachines: 1e9 }),
      'policy.checks[0].minMachines',
    ],
    [
      'an approval for ever',
      policyWith({ approvals: { validSeconds: 1e12 } }),
      'policy.approvals.validSeconds',
    ],
    ['failures below nothing', policyWith({ gate: { maxFailed: -1 } }), 'policy.gate.maxFailed'],
    ['failures beyond counting', policyWith({ gate: { maxFailed: 1e300 } }), 'policy.gate.maxFailed'],
  ])('%s is refused at its place', async (_, body, path) => {
    expect(await refusal('/plans', body)).toEqual([400, 'invalidRequest', [path]]);
  });
});

describe('a verb that comes to the wrong wave', () => {
  const by = { by: 'anna approver' };
  const why = { ...by, reason: 'because' };
  let plan = '';
  const path = (wave: number) => `/waves/${plan}-wave-${wave}`;
  const machineOf = async (wave: number): Promise<string> => {
    const { json } = await api.call('GET', `/plans/${plan}/waves/${wave}/machines`);
    return ((json?.['machines'] ?? []) as { id: string }[])[0]?.id ?? '';
  };

  /** The first wave is completed, the second waits for approval of its start, the third is not there yet. */
  beforeAll(async () => {
    plan = await makePlan(api, {
      cohorts: { pilotSize: 0, sizes: [1] },
      policy: {
        approvals: { start: true, removal: false },
        verification: { proof: 'presence' },
        connector: { disable: false },
      },
    });
    await startWave(api, plan, 0);
    await api.until(path(0), 'phase', 'awaitingApproval');
    await api.call('POST', `${path(0)}/approve`, { body: by });
    await api.until(path(0), 'phase', 'completed');
    await startWave(api, plan, 1);
    await api.until(path(1), 'phase', 'awaitingApproval');
  }, 60_000);

  it('an approval for another wave approves none', async () => {
    expect(await refusal(`${path(0)}/approve`, by)).toEqual([409, 'waveFinished', []]);
    expect(await refusal(`${path(2)}/approve`, by)).toEqual([404, 'waveNotFound', []]);
    expect(await refusal(`${path(1)}/approve`, { ...by, gate: 'removal' })).toEqual([
      ...[409, 'notAwaitingApproval', []],
    ]);
    expect(await refusal(`${path(1)}/approve`, { ...by, wave: 2 })).toEqual([
      400,
      'invalidRequest',
      ['wave'],
    ]);
    expect(await refusal(`${path(1)}/approve`, { by: 'requester' })).toEqual([
      ...[403, 'requesterMayNotApprove', []],
    ]);

    expect((await api.call('GET', path(1))).json).toMatchObject({ phase: 'awaitingApproval', approvals: [] });
  });

  it('a completed wave is not tried again, held, aborted or started anew', async () => {
    expect(await refusal(`${path(0)}/retry`, why)).toEqual([409, 'nothingToRetry', []]);
    for (const verb of ['hold', 'resume', 'abort', 'promote'])
      expect(await refusal(`${path(0)}/${verb}`, why)).toEqual([409, 'waveFinished', []]);
    const start = { planId: plan, wave: 0, by: 'requester' };
    expect(await refusal('/waves', start)).toEqual([409, 'waveExists', []]);
  });

  it('machines of another wave are neither tried again nor added, each named by its place', async () => {
    const machineIds = [await machineOf(0), await machineOf(1), `${VM}-2`];
    expect(await refusal(`${path(0)}/retry`, { ...why, machineIds })).toEqual([
      ...[409, 'machineNotInWave', ['machineIds[1]', 'machineIds[2]']],
    ]);
    expect(
      await refusal(`${path(1)}/machines`, { ...why, add: [await machineOf(2), machineIds[0]] }),
    ).toEqual([...[409, 'machinesNotInPlan', ['add[1]']]]);
    expect(await refusal(`${path(1)}/machines`, { ...why, remove: [machineIds[0]] })).toEqual([
      ...[409, 'machinesNotInPlan', ['remove[0]']],
    ]);
    expect(await refusal(`${path(0)}/machines`, { ...why, remove: [machineIds[0]] })).toEqual([
      ...[409, 'waveReachedMachines', []],
    ]);
  });

  it('a rollback is not aborted, approved, promoted or tried again', async () => {
    const before = written.length;
    const start = await api.call('POST', `${path(0)}/rollback`, { body: { ...why, whatIf: false } });
    expect(start.status, start.text).toBe(200);
    expect((await api.call('POST', `${path(0)}/hold`, { body: why })).status).toBe(200);
    await api.until(path(0), 'phase', 'held');
    await api.sleep(60_000);
    // What is not refused is seen to write.
    expect(written.length).toBeGreaterThan(before);

    for (const verb of ['abort', 'promote', 'retry'])
      expect(await refusal(`${path(0)}/${verb}`, why)).toEqual([409, 'rollbackRunning', []]);
    expect(await refusal(`${path(0)}/approve`, by)).toEqual([409, 'rollbackRunning', []]);
    expect(await refusal(`${path(0)}/machines`, { ...why, remove: [ARC, LINUX_VM] })).toEqual([
      ...[409, 'rollbackRunning', []],
    ]);
  });
});

describe('an id whose parts are no names', () => {
  const group = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups';
  const workspace = 'providers/Microsoft.OperationalInsights/workspaces';
  it.each<[string, string, object, string]>([
    ['the scope of a guard', '/guards', { scope: '/subscriptions/..', effect: 'Audit' }, 'scope'],
    ['a group to guard', '/guards', { scope: `${group}/a?x=1`, effect: 'Audit' }, 'scope'],
    [
      'a workspace to convert',
      '/rulesets',
      { workspaceIds: [`${group}/../${workspace}/w`] },
      'workspaceIds[0]',
    ],
    [
      'a table',
      '/tables/migrate',
      { workspaceId: `${group}/g/${workspace}/..`, table: 'A_CL' },
      'workspaceId',
    ],
    [
      'an inventory',
      '/inventories',
      { scope: { resourceGroups: [`${group}/..`] } },
      'scope.resourceGroups[0]',
    ],
    [
      'a rule of a plan',
      '/plans',
      { policy: { rules: [{ ruleIds: [`${group}/../x`] }] } },
      'policy.rules[0].ruleIds[0]',
    ],
  ])('is refused: %s', async (_, path, body, place) => {
    expect(await refusal(path, body)).toEqual([400, 'invalidRequest', expect.arrayContaining([place])]);
  });
});
