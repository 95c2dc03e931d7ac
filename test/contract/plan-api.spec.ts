import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlan, openApi, type TestApi, takeInventory } from '../support/contract/api.ts';
import { smallEstate, VM } from '../support/small-estate.ts';

const DAY = 86_400;

let api: TestApi;
const call: TestApi['call'] = (...parameters) => api.call(...parameters);

function session(): void {
  beforeAll(async () => {
    api = await openApi(smallEstate());
    await takeInventory(api);
  }, 60_000);
  afterAll(() => api.close());
}

const window = (changes: object = {}) => ({
  start: '2026-12-01T22:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 60,
  ...changes,
});

describe('GET /plans', () => {
  session();

  it('lists plans newest first, page by page, each once', async () => {
    expect((await call('GET', '/plans')).json).toEqual({ plans: [] });
    const ids = [];
    for (const name of ['one', 'two', 'three']) {
      ids.unshift(await makePlan(api, { name }));
      await api.sleep(1000);
    }
    await makePlan(api, { name: 'two' });

    const first = await call('GET', '/plans?limit=2');
    const rest = await call('GET', `/plans?limit=2&after=${first.json?.['next']}`);
    const plans = [first, rest].flatMap(({ json }) => json?.['plans'] as { id: string; name: string }[]);
    expect(plans.map(({ id }) => id)).toEqual(ids);
    expect(plans.map(({ name }) => name)).toEqual(['three', 'two', 'one']);
    expect(plans[0]).not.toHaveProperty('policy');
    expect(rest.json).not.toHaveProperty('next');
  });

  it.each(['limit=0', 'after=x', 'surprise=1'])('refuses %s', async (query) => {
    expect((await call('GET', `/plans?${query}`)).status).toBe(400);
  });
});

describe('asking for a plan', () => {
  session();

  it.each<[object, string]>([
    [{ policy: { windows: [window({ timeZone: 'Europe/Atlantis' })] } }, 'policy.windows[0].timeZone'],
    [{ policy: { windows: [window({ recurrence: 'FREQ=NOW' })] } }, 'policy.windows[0].recurrence'],
    [{ policy: { windows: [window({ start: '2020-12-01T22:00' })] } }, 'policy.windows[0]'],
    [
      { waveSettings: [{ waves: 'rest', policy: { windows: [window({ timeZone: 'x' })] } }] },
      'waveSettings[0].policy.windows[0].timeZone',
    ],
    [{ waveSettings: [{ waves: 'rest', policy: { batchSize: 1 } }] }, 'waveSettings[0].policy.batchSize'],
    [{ selection: { query: { $where: 'true' } } }, 'selection.query.$where'],
    [{ selection: { query: { name: { $regex: '.*' } } } }, 'selection.query.name.$regex'],
    [{ selection: { query: { colour: 'red' } } }, 'selection.query.colour'],
    [{ selection: { percentage: 0 } }, 'selection.percentage'],
    [{ selection: { include: [{ os: 'linux' }], exclude: [{ os: 'linux' }] } }, 'selection.exclude[0]'],
    [
      { selection: { machineIds: [VM], exclude: [{ machineId: VM.toUpperCase() }] } },
      'selection.exclude[0].machineId',
    ],
    [{ cohorts: { sizes: [5], growth: 2 } }, 'cohorts.growth'],
  ])('%j is refused at %s', async (body, path) => {
    const answer = await call('POST', '/plans', { body });

    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalidRequest', errors: [{ path }] });
  });

  it('a fault of an inline selection is named where it is', async () => {
    const selection = { machineIds: [VM], policy: { windows: [window({ timeZone: 'x' })] } };
    const answer = await call('POST', '/waves', { body: { selection, by: 'someone' } });

    expect(answer.json).toMatchObject({
      code: 'invalidRequest',
      errors: [{ path: 'selection.policy.windows[0].timeZone' }],
    });
  });

  it('a cap below the pilot is no plan, and the answer says how many machines the pilot needs', async () => {
    const answer = await call('POST', '/plans', { body: { cohorts: { maxSize: 2 } } });

    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({
      code: 'pilotLargerThanCap',
      detail: expect.stringContaining('needs 3 machines, and cohorts.maxSize is 2'),
    });
  });

  it('nothing selected is a plan without waves that says so', async () => {
    const body = { selection: { query: { region: 'nowhere' } } };
    const answer = await call('POST', '/plans', { body });

    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      waves: [],
      pilot: null,
      counts: { planned: 0, notSelected: 3 },
      warnings: [{ code: 'emptySelection', text: expect.any(String) }],
    });
  });

  it('shows settings, forecast and what blocks, each wave with its own', async () => {
    const body = {
      selection: { machineIds: [VM, `${VM}-gone`] },
      waveSettings: [{ waves: 'pilot', policy: { soakSeconds: DAY } }],
    };
    const { json } = await call('POST', '/plans', { body });

    expect(json).toMatchObject({
      pilot: { machines: 1, combinations: 1, uncovered: [] },
      blockedReasons: [{ code: 'notFound', machines: 1 }],
      blocked: [{ machineId: `${VM}-gone`.toLowerCase() }],
      waves: [
        {
          settings: { soakSeconds: DAY, windows: [] },
          forecast: { atLeastSeconds: expect.any(Number), calls: { writes: 2, deletes: 1 } },
        },
      ],
      forecast: { assumptions: expect.arrayContaining([expect.any(String)]) },
    });
  });
});

describe('the parts of a plan', () => {
  let path = '';
  session();
  beforeAll(async () => {
    const ghosts = [1, 2, 3].map((n) => `${VM}-ghost-${n}`);
    const inventory = await call('GET', '/inventories/latest/machines');
    const known = ((inventory.json?.['machines'] ?? []) as { id: string }[]).map(({ id }) => id);
    path = `/plans/${await makePlan(api, { selection: { machineIds: [...known, ...ghosts] } })}`;
  });

  it.each(['/blocked', '/waves/0/machines'])('%s comes in pages', async (part) => {
    const all = await call('GET', `${path}${part}`);
    const first = await call('GET', `${path}${part}?limit=2`);
    const rest = await call('GET', `${path}${part}?limit=2&after=${first.json?.['next']}`);

    expect(all.json?.['machines']).toHaveLength(3);
    expect([first.json?.['machines'], rest.json?.['machines']].flat()).toEqual(all.json?.['machines']);
    expect(rest.json).not.toHaveProperty('next');
  });

  it.each([
    ['/blocked?limit=0', 400, 'invalidRequest'],
    ['/blocked?after=nowhere', 400, 'invalidRequest'],
    ['/waves/0/machines?limit=1001', 400, 'invalidRequest'],
    ['/waves/7/machines', 404, 'waveNotInPlan'],
    ['/waves/-1/machines', 404, 'waveNotInPlan'],
    ['/waves/first/machines', 404, 'waveNotInPlan'],
  ])('%s is %i %s', async (part, status, code) => {
    expect(await call('GET', `${path}${part}`)).toMatchObject({ status, json: { code } });
  });

  it('of no plan there are none', async () => {
    for (const part of ['blocked', 'waves/0/machines']) {
      expect(await call('GET', `/plans/none/${part}`)).toMatchObject({
        status: 404,
        json: { code: 'planNotFound' },
      });
    }
  });
});

describe('a wave outside its window', () => {
  session();

  it('says when it opens, and when a look is worth a request', async () => {
    const planId = await makePlan(api, { policy: { windows: [window()] } });
    const { json } = await call('POST', '/waves', { body: { planId, wave: 0, by: 'someone' } });
    await api.sleep(60_000);

    const wave = await call('GET', `/waves/${json?.['id']}`);

    expect(wave.json).toMatchObject({
      phase: 'progressing',
      window: { open: false, opensAt: '2026-12-01T21:00:00.000Z' },
    });
    expect(wave.headers.get('retry-after')).toBe('600');
  });
});

describe('a wave whose machines wait for rows', () => {
  session();

  it('is worth a look less often than one that changes machines', async () => {
    const planId = await makePlan(api, {});
    const { json } = await call('POST', '/waves', { body: { planId, wave: 0, by: 'someone' } });
    await api.sleep(120_000);
    const changing = await call('GET', `/waves/${json?.['id']}`);
    await api.sleep(3_600_000);
    const waiting = await call('GET', `/waves/${json?.['id']}`);

    expect(changing.json).toMatchObject({ counts: { install: { waiting: expect.any(Number) } } });
    expect(changing.headers.get('retry-after')).toBe('60');
    expect(waiting.json).toMatchObject({ counts: { verify: { waiting: expect.any(Number) } } });
    expect(waiting.headers.get('retry-after')).toBe('300');
  });
});

describe('a plan that was made long ago', () => {
  session();

  it('starts no wave from an old inventory; a dry run says that it is old', async () => {
    const once = window({ start: '2026-11-30T22:00' });
    const planId = await makePlan(api, {});
    const patient = await makePlan(api, { policy: { inventoryMaxAgeSeconds: 30 * DAY } });
    const late = await makePlan(api, { policy: { inventoryMaxAgeSeconds: 30 * DAY, windows: [once] } });
    await api.sleep(15 * DAY * 1000);

    const start = (body: object) => call('POST', '/waves', { body: { wave: 0, by: 'someone', ...body } });
    const refused = await start({ planId });
    expect(refused).toMatchObject({ status: 409, json: { code: 'inventoryTooOld' } });
    expect(refused.json?.['detail']).toMatch(/of 2026-11-21T.*now it is 2026-12-06T.*new inventory/);

    const dry = await start({ planId, dryRun: true });
    expect(dry).toMatchObject({ status: 202, json: { warnings: [{ code: 'inventoryTooOld' }] } });

    expect(await start({ planId: late })).toMatchObject({ status: 409, json: { code: 'windowsOver' } });
    expect((await start({ planId: patient })).status).toBe(202);
  });
});
