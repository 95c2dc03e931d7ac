import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openApi, type TestApi } from '../support/contract/api.ts';
import { START, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const DAY = 86_400_000;
const inDays = (days: number) => new Date(START + days * DAY).toISOString();
const BODY = {
  ...{ machineIds: [VM], tables: ['SecurityEvent'], expiresAt: inDays(30), by: 'sue security' },
  reason: 'failed logons of this kiosk are of no interest',
};

let api: TestApi;
beforeAll(async () => {
  api = await openApi(smallEstate());
});
afterAll(() => api.close());

const accept = (changes: object = {}) => api.call('POST', '/exceptions', { body: { ...BODY, ...changes } });
const all = async (): Promise<Record<string, unknown>[]> =>
  ((await api.call('GET', '/exceptions')).json?.['exceptions'] ?? []) as Record<string, unknown>[];
const faultsOf = ({ json }: Answer) =>
  ((json?.['errors'] ?? []) as { path: string }[]).map(({ path }) => path);

describe('POST /exceptions', () => {
  it.each<[string, object, string]>([
    ['nobody and nothing it is for', { machineIds: undefined }, 'machineIds'],
    ['a machine by its name', { machineIds: [VM, 'web-01'] }, 'machineIds[1]'],
    ['no machines', { machineIds: [] }, 'machineIds'],
    ['more machines than fit', { machineIds: Array.from({ length: 5001 }, () => VM) }, 'machineIds'],
    ['a workspace by its name', { workspaceId: 'law-main' }, 'workspaceId'],
    ['a table that is misspelt', { tables: ['SecurityEvents'] }, 'tables[0]'],
    ['a table that no verdict is made of', { tables: ['Heartbeat'] }, 'tables[0]'],
    ['no reason', { reason: undefined }, 'reason'],
    ['a reason that says nothing', { reason: 'ok            ' }, 'reason'],
    ['no end', { expiresAt: undefined }, 'expiresAt'],
    ['an end that was', { expiresAt: inDays(-1) }, 'expiresAt'],
    ['an end that is no instant', { expiresAt: '2026-12-24' }, 'expiresAt'],
    ['an end in years', { expiresAt: inDays(91) }, 'expiresAt'],
    ['a misspelt field', { table: 'Perf' }, 'table'],
  ])('refuses %s, with the path, and accepts nothing', async (_, changes, path) => {
    const before = await all();
    const answer = await accept(changes);

    expect([answer.status, answer.json?.['code'], faultsOf(answer)]).toEqual([400, 'invalidRequest', [path]]);
    expect(await all()).toEqual(before);
  });

  it('wants to know who accepts, and a wave that is there', async () => {
    expect((await accept({ by: undefined })).json).toMatchObject({ code: 'missingBy' });
    expect((await accept({ waveId: 'plan-wave-0' })).json).toMatchObject({ code: 'waveNotFound' });
    expect(await all()).toEqual([]);
  });

  it('is told as it was asked, once however often, until it ends or is revoked', async () => {
    const made = await accept({ machineIds: [VM, VM.toUpperCase()] });
    const again = await accept();
    const other = await accept({ tables: undefined, workspaceId: WORKSPACE, expiresAt: inDays(1) });

    expect(made).toMatchObject({
      status: 201,
      json: { active: true, by: 'sue security', machineIds: [VM.toLowerCase()], tables: ['SecurityEvent'] },
    });
    expect(again.json?.['id']).toBe(made.json?.['id']);
    await api.sleep(2 * DAY);
    expect((await all()).map(({ id, active }) => [id, active])).toEqual(
      expect.arrayContaining([
        [made.json?.['id'], true],
        [other.json?.['id'], false],
      ]),
    );
    const csv = await api.call('GET', '/exceptions', { headers: { accept: 'text/csv' } });
    expect(csv.text).toMatch(/^id,active,by,reason,/);

    const path = `/exceptions/${made.json?.['id']}/revoke`;
    expect((await api.call('POST', path, { body: { by: 'bob' } })).json).toMatchObject({
      ...{ code: 'invalidRequest', errors: [{ path: 'reason' }] },
    });
    const gone = await api.call('POST', '/exceptions/none/revoke', { body: { by: 'bob', reason: 'x' } });
    expect(gone).toMatchObject({ status: 404, json: { code: 'exceptionNotFound' } });
    const revoked = await api.call('POST', path, { body: { by: 'bob', reason: 'it was no kiosk' } });
    expect(revoked.json).toMatchObject({ active: false, revoked: { by: 'bob' } });
  });
});
