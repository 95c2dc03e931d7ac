import { describe, expect, it } from 'vitest';
import { createSkippingClock } from '../../rehearsal/clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
} from '../../rehearsal/estate/index.ts';
import { createTicketDesks } from '../../shared/azure/ticket-desks.ts';
import { readSettings } from '../../shared/config/settings.ts';
import type { TicketRecord } from '../../shared/model/ticket.ts';
import type { DeskKind } from '../../shared/model/ticket-policy.ts';
import { ok } from '../../shared/model/trouble.ts';
import { newTicket } from '../../shared/tickets/correlation.ts';
import type { TicketDesk, TicketDraft } from '../../shared/tickets/desk.ts';
import { ANNA, DESK_SETUPS, estateWithDesk } from '../support/tickets.ts';

const READABLE = ['serviceNow', 'jira', 'azureDevOps'] as const;
const HALVES = { deploy: 'underWay', removal: 'ahead' } as const;
const TEXT = [{ text: 'a <b>text</b> & [code]more[/code]' }];

/** The client that the app would use, over a simulated desk. */
function rig(kind: DeskKind, others: Readonly<Record<string, string>> = {}, limit?: number) {
  const clock = createSkippingClock({ start: Date.parse('2026-11-21T08:00:00Z') });
  const file = estateWithDesk(kind);
  const [entry] = file.behaviour?.desks ?? [];
  if (entry === undefined) throw new Error('no desk');
  const desks = [{ ...entry, ...(limit === undefined ? {} : { requestsPerHour: limit }) }];
  const estate = createEstate({ file: { ...file, behaviour: { ...file.behaviour, desks } }, clock });
  const settings = readSettings({ AMA_TICKET_DESK: kind, ...DESK_SETUPS[kind].settings, ...others });
  const secrets = { read: async () => ok(entry.password ?? '') };
  const opened = createTicketDesks(
    { httpClient: createInProcessHttpClient(estate), credential: createEstateCredential(estate) },
    settings,
    { secrets, now: () => clock.now() },
  ).openDesk();
  if (opened === undefined) throw new Error('no client');
  const view = estate.desk(entry.host);
  if (view === undefined) throw new Error('no view');
  return { desk: opened as TicketDesk, view, estate, stop: () => clock.stop() };
}

const WAVE = { id: 'plan-1-wave-0', planId: 'plan-1', startAt: null };

async function openOne(kind: DeskKind, desk: TicketDesk) {
  const record = newTicket(WAVE, kind, '2026-11-21T08:00:00Z');
  const draft: TicketDraft = {
    ...{ correlationId: record.correlationId, waveId: WAVE.id, title: 'A change of 3 machines' },
    ...{ description: TEXT, plan: TEXT, risk: TEXT, rollback: TEXT, test: TEXT },
    ...{ plannedStart: '2026-11-22T20:00:00.000Z', plannedEnd: '2026-11-23T04:00:00.000Z' },
  };
  const opened = await desk.open(draft);
  if (!opened.ok) throw new Error(opened.trouble.message);
  return { ref: opened.value.ref, record: { ...record, ticket: opened.value.ref } as TicketRecord };
}

async function snapshotOf(desk: TicketDesk, { ref, record }: Awaited<ReturnType<typeof openOne>>) {
  const read = await desk.read(ref, record);
  if (!read.ok) throw new Error(read.trouble.message);
  return read.value;
}

describe.each(READABLE)('the client of %s', (kind) => {
  it('opens a change with its planned time, and finds no other', async () => {
    const { desk, view, stop } = rig(kind);
    const one = await openOne(kind, desk);
    expect(view.items).toHaveLength(1);
    const snapshot = await snapshotOf(desk, one);
    expect(snapshot).toMatchObject({
      ...{ state: 'open', approvers: [], files: [], notes: [] },
      ...{ plannedStart: '2026-11-22T20:00:00.000Z', plannedEnd: '2026-11-23T04:00:00.000Z' },
    });
    expect(one.ref.url).toContain(`https://${DESK_SETUPS[kind].entry.host}/`);
    expect(await desk.find('ama-00000000000000000000000000000000')).toEqual({ ok: true, value: undefined });
    stop();
  });

  it('reads back what it attached and noted', async () => {
    const { desk, view, stop } = rig(kind);
    const one = await openOne(kind, desk);
    const file = { name: 'ama-machines-0123456789ab.csv', contentType: 'text/csv', text: 'a,b\r\n"x",y\r\n' };
    expect(await desk.attach(one.ref, file, one.record)).toEqual({ ok: true, value: null });
    const note = { key: 'deploy-1a2b', doc: TEXT, halves: HALVES };
    expect(await desk.note(one.ref, note, await snapshotOf(desk, one), one.record)).toMatchObject({
      ok: true,
    });
    expect(await snapshotOf(desk, one)).toMatchObject({ files: [file.name], notes: ['deploy-1a2b'] });
    expect(view.items[0]?.files[0]?.text).toBe(file.text);
    stop();
  });

  it('says who approved, and takes the change to its end by the ways of the desk', async () => {
    const { desk, view, stop } = rig(kind);
    const one = await openOne(kind, desk);
    if (kind === 'serviceNow') await desk.submit(one.ref, await snapshotOf(desk, one), one.record);
    view.answer(one.ref.number, { does: 'approves', by: ANNA });
    const approved = await snapshotOf(desk, one);
    expect(approved).toMatchObject({ decision: 'approved', approvers: [{ by: ANNA.login }] });
    expect(await desk.start(one.ref, approved, one.record)).toMatchObject({ ok: true });
    const closing = { code: 'successful', doc: TEXT } as const;
    for (let i = 0; i < 3; i += 1) {
      const snapshot = await snapshotOf(desk, one);
      if (snapshot.state === 'closed') break;
      expect(await desk.close(one.ref, closing, snapshot, one.record)).toMatchObject({ ok: true });
    }
    expect((await snapshotOf(desk, one)).state).toBe('closed');
    stop();
  });

  it('names nobody whose account shows no name to compare', async () => {
    if (kind === 'azureDevOps') return;
    const { desk, view, stop } = rig(kind);
    const one = await openOne(kind, desk);
    if (kind === 'serviceNow') await desk.submit(one.ref, await snapshotOf(desk, one), one.record);
    view.answer(one.ref.number, { does: 'approves', by: ANNA, hidesEmail: true });
    const { decision, approvers } = await snapshotOf(desk, one);
    expect(decision).toBe('approved');
    expect(approvers.map(({ by }) => by)).toEqual(kind === 'jira' ? [] : ['anna']);
    stop();
  });

  it('says what it was refused for, and when to come again', async () => {
    const limited = rig(kind, {}, 1);
    await openOne(kind, limited.desk);
    const again = await limited.desk.find('ama-1');
    expect(again).toMatchObject({ ok: false, trouble: { code: 'throttled' } });
    expect(again.ok ? 0 : again.trouble.retryAfterMs).toBeGreaterThan(0);
    limited.stop();

    const signedOff =
      kind === 'azureDevOps'
        ? {
            AMA_TICKET_SIGN_IN: 'basic',
            AMA_TICKET_SECRET: 'https://kv-tickets.vault.azure.net/secrets/desk',
          }
        : { AMA_TICKET_USER: 'nobody' };
    const wrong = rig(kind, signedOff);
    expect(await wrong.desk.find('ama-1')).toMatchObject({ ok: false, trouble: { code: 'notAuthorized' } });
    wrong.stop();
  });
});

describe('the client of ServiceNow', () => {
  it('signs in with client credentials as well', async () => {
    const { desk, view, stop } = rig('serviceNow', { AMA_TICKET_SIGN_IN: 'oauth' });
    await openOne('serviceNow', desk);
    expect(view.items).toHaveLength(1);
    stop();
  });

  it('hears of the rules of the desk', async () => {
    const { desk, stop } = rig('serviceNow', { AMA_TICKET_FIELDS: '' });
    const one = await openOne('serviceNow', desk);
    const refused = await desk.submit(one.ref, await snapshotOf(desk, one), one.record);
    expect(refused).toMatchObject({
      ok: false,
      trouble: { message: expect.stringContaining('Business Rule') },
    });
    stop();
  });
});

describe('a client', () => {
  it('calls no host but those that are allowed', () => {
    const { settings } = DESK_SETUPS.serviceNow;
    const wrong = { AMA_TICKET_DESK: 'serviceNow', ...settings, AMA_TICKET_HOSTS: 'other.example' };
    expect(() => readSettings(wrong)).toThrow('AMA_TICKET_HOSTS: must name contoso.service-now.com');
  });
});
