import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  makePlan,
  openApi,
  startWave,
  type TestApi,
  takeInventory,
} from '../support/contract/api.ts';
import { smallEstate } from '../support/small-estate.ts';

const PLAN = {
  cohorts: { pilotSize: 0, firstSize: 1, growth: 1 },
  policy: { approvals: { removal: false } },
};
const DAY = 86_400_000;

let api: TestApi;
const call: TestApi['call'] = (...parameters) => api.call(...parameters);
const inHours = (hours: number) => new Date(api.session.clock.now() + hours * 3_600_000).toISOString();
const faults = ({ json }: Answer) => (json?.['errors'] ?? []) as { path: string; message: string }[];
const codeOf = ({ status, json }: Answer) => `${status} ${json?.['code']}`;
const plans = async (changes: object = {}) => makePlan(api, { ...PLAN, ...changes });

beforeAll(async () => {
  api = await openApi(smallEstate());
  await takeInventory(api);
}, 60_000);
afterAll(() => api.close());

describe('POST /waves with startAt', () => {
  it.each<[string, unknown]>([
    ['a time without a zone', '2026-12-01T22:00:00'],
    ['no time', 'tomorrow'],
    ['no date that exists', '2026-02-30T22:00:00Z'],
    ['a number', 1_800_000_000],
    ['the past', '2026-11-20T22:00:00Z'],
    ['long ago', '0001-01-01T00:00:00Z'],
    ['later than the inventory may be old', '2026-12-06T22:00:00Z'],
    ['far away', '9999-12-31T23:59:59+14:00'],
  ])('refuses %s and starts nothing', async (_, startAt) => {
    const planId = await plans({ name: 'dates' });
    const answer = await call('POST', '/waves', { body: { planId, wave: 0, by: 'olive', startAt } });

    expect(codeOf(answer)).toBe('400 invalidRequest');
    expect(faults(answer).map(({ path }) => path)).toEqual(['startAt']);
    expect((await call('GET', `/waves/${planId}-wave-0`)).status).toBe(404);
  });

  it('refuses it for a dry run, and after the last window', async () => {
    const window = { start: '2026-11-22T22:00', timeZone: 'UTC', durationMinutes: 60 };
    const planId = await plans({ name: 'windowed', policy: { windows: [window] } });
    const body = { planId, wave: 0, by: 'olive', startAt: inHours(48) };

    const late = await call('POST', '/waves', { body });
    expect(faults(late)).toEqual([
      { path: 'startAt', message: 'is too far ahead: no change window opens from then on' },
    ]);
    const dry = await call('POST', '/waves', { body: { ...body, startAt: inHours(1), dryRun: true } });
    expect(faults(dry).map(({ path }) => path)).toEqual(['startAt']);
  });

  it('answers 202, says when the wave starts, and the same again under the same key', async () => {
    const planId = await plans({ name: 'key' });
    const body = { planId, wave: 0, by: 'olive', startAt: '2026-11-22T10:00:00+02:00' };

    const first = await call('POST', '/waves', { body, idempotencyKey: 'scheduled' });
    expect(first.status).toBe(202);
    const wave = await call('GET', `/waves/${planId}-wave-0`);
    expect(wave.json).toMatchObject({
      phase: 'planned',
      startAt: '2026-11-22T08:00:00.000Z',
      message: 'Starts at 2026-11-22T08:00:00.000Z.',
    });
    expect((await call('POST', '/waves', { body, idempotencyKey: 'scheduled' })).text).toBe(first.text);
    await call('POST', `/waves/${planId}-wave-0/abort`, { body: { by: 'olive', reason: 'test' } });
  });
});

describe('POST /plans/{id}/runs', () => {
  it.each<[object, string]>([
    [{ startAt: 'soon' }, 'startAt'],
    [{ startAt: '2026-11-20T22:00:00Z' }, 'startAt'],
    [{ startAt: '2027-11-20T22:00:00Z' }, 'startAt'],
    [{ fromWave: -1 }, 'fromWave'],
    [{ fromWave: 1e300 }, 'fromWave'],
    [{ fromWave: 0.5 }, 'fromWave'],
    [{ fromWave: 3 }, 'fromWave'],
    [{ wave: 0 }, 'wave'],
    [{ by: '' }, 'by'],
  ])('refuses %j at %s, and there is no run', async (body, path) => {
    const planId = await plans({ name: 'bad' });
    const answer = await call('POST', `/plans/${planId}/runs`, { body: { by: 'olive', ...body } });

    expect(codeOf(answer)).toBe('400 invalidRequest');
    expect(faults(answer).map((fault) => fault.path)).toEqual([path]);
    expect((await call('GET', `/plans/${planId}/runs`)).json).toEqual({ runs: [] });
  });

  it('wants to know who asks, and a plan', async () => {
    const planId = await plans({ name: 'bad' });

    expect(codeOf(await call('POST', `/plans/${planId}/runs`, { body: {} }))).toBe('400 missingBy');
    expect(codeOf(await call('POST', '/plans/none/runs', { body: { by: 'o' } }))).toBe('404 planNotFound');
    expect(codeOf(await call('GET', `/plans/${planId}/runs/none`))).toBe('404 planRunNotFound');
  });

  it('keeps the order of waves', async () => {
    const planId = await plans({ name: 'order' });
    const body = { by: 'olive', fromWave: 1 };

    expect(codeOf(await call('POST', `/plans/${planId}/runs`, { body }))).toBe(
      '409 previousWaveNotCompleted',
    );
  });

  it('does not go on from a wave that was aborted', async () => {
    const planId = await plans({ name: 'aborted' });
    const path = await startWave(api, planId);
    await call('POST', `${path}/abort`, { body: { by: 'olive', reason: 'test' } });
    await api.until(path, 'step', 'finished');

    const refused = await call('POST', `/plans/${planId}/runs`, { body: { by: 'olive' } });
    expect(codeOf(refused)).toBe('409 waveNotCompleted');
  });

  it('is one at a time, keeps waves to itself, and is the same under the same key', async () => {
    const planId = await plans({ name: 'once' });
    const path = `/plans/${planId}/runs`;
    const body = { by: 'olive', startAt: inHours(24) };

    const both = await Promise.all([
      call('POST', path, { body, idempotencyKey: 'one' }),
      call('POST', path, { body, idempotencyKey: 'two' }),
    ]);
    expect(both.map(codeOf).sort()).toEqual(['202 undefined', '409 planRunActive']);
    const [first] = both.filter(({ status }) => status === 202);
    const key = both[0]?.status === 202 ? 'one' : 'two';
    const again = await call('POST', path, { body, idempotencyKey: key });
    expect(again).toMatchObject({ status: 202, text: first?.text });
    const location = (first?.headers.get('location') ?? '').replace('/api', '');

    const wave = await call('POST', '/waves', { body: { planId, wave: 0, by: 'olive' } });
    expect(codeOf(wave)).toBe('409 planRunActive');
    expect(wave.headers.get('location')).toBe(`/api${location}`);
    // A dry run changes nothing and is welcome.
    expect((await call('POST', '/waves', { body: { planId, wave: 0, by: 'o', dryRun: true } })).status).toBe(
      202,
    );

    const run = await call('GET', location);
    expect(Number(run.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(run.json).toMatchObject({
      state: 'planned',
      fromWave: 0,
      waves: 3,
      currentWave: { index: 0, phase: null },
    });
    expect(run.json).not.toHaveProperty('startKey');

    expect(
      (await call('POST', `${location}/abort`, { body: { by: 'olive', reason: 'off' } })).json,
    ).toMatchObject({
      state: 'aborted',
    });
    const ended = await api.until(location, 'finishedAt', inHours(0));
    expect(ended.headers.get('retry-after')).toBeNull();
    // The plan can be run anew, and the list tells of both.
    expect((await call('POST', path, { body: { by: 'olive', startAt: inHours(24) } })).status).toBe(202);
    expect((await call('GET', path)).json?.['runs']).toMatchObject([
      { state: 'aborted' },
      { state: 'planned' },
    ]);
  });

  it('of a plan without waves, or with none left, is refused', async () => {
    const planId = await plans({ name: 'empty', selection: { include: [{ region: 'nowhere' }] } });

    expect(codeOf(await call('POST', `/plans/${planId}/runs`, { body: { by: 'o' } }))).toBe(
      '409 nothingToRun',
    );
  });
});

describe('verbs of a run', () => {
  let path = '';
  beforeAll(async () => {
    const planId = await plans({ name: 'verbs' });
    const { json } = await call('POST', `/plans/${planId}/runs`, {
      body: { by: 'olive', startAt: inHours(24) },
    });
    path = `/plans/${planId}/runs/${json?.['id']}`;
  });

  it.each<[string, object, string]>([
    ['promote', { by: 'a' }, 'reason'],
    ['promote', { by: 'a', reason: 'r', wave: 1 }, 'wave'],
    ['hold', { by: 'a' }, 'reason'],
    ['resume', { by: 5 }, 'by'],
    ['abort', { by: 'a', reason: '' }, 'reason'],
  ])('%s %j names %s', async (verb, body, fault) => {
    const answer = await call('POST', `${path}/${verb}`, { body });

    expect(codeOf(answer)).toBe('400 invalidRequest');
    expect(faults(answer).map((each) => each.path)).toEqual([fault]);
  });

  it('are refused where they make no sense', async () => {
    const body = { by: 'anna', reason: 'because' };

    expect(codeOf(await call('POST', `${path}/promote`, { body }))).toBe('409 waveNotCompleted');
    expect(codeOf(await call('POST', `${path}/resume`, { body }))).toBe('409 notHeld');
    expect(codeOf(await call('POST', `${path}x/hold`, { body }))).toBe('404 planRunNotFound');
  });

  it('hold and resume a run that has not begun', async () => {
    const body = { by: 'anna', reason: 'because' };

    expect((await call('POST', `${path}/hold`, { body })).json).toMatchObject({ state: 'held' });
    await api.sleep(2 * DAY);
    expect((await call('GET', path)).json).toMatchObject({ state: 'held', currentWave: { phase: null } });
    expect((await call('POST', `${path}/resume`, { body })).status).toBe(200);
    await api.sleep(60_000);
    expect((await call('GET', path)).json).toMatchObject({ state: 'progressing', currentWave: { index: 0 } });
  });
});
