import { beforeEach, describe, expect, it } from 'vitest';
import { appendEvent } from '../../../shared/events/append.ts';
import { deliver, hasTurn } from '../../../shared/events/deliver.ts';
import type { Answered } from '../../../shared/events/gateway.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Subscription } from '../../../shared/model/subscription.ts';
import { fail, ok, type Result } from '../../../shared/model/trouble.ts';
import { must } from '../../support/builders.ts';

const START = Date.parse('2026-11-21T08:00:00Z');
const URL_OF = 'https://siem.contoso.com/hooks/canary?sig=not-to-be-seen';
const SECRET = 'https://kv.vault.azure.net/secrets/hook';
const SUB: Subscription = {
  ...{ id: 's', name: null, createdAt: new Date(START).toISOString(), createdBy: 'olive' },
  sink: { kind: 'webhook', host: 'siem.contoso.com', address: { secret: SECRET }, signingSecret: null },
  ...{ filter: { dryRuns: false }, disabled: null, lastDeadLetterAt: null },
};

let ledger: Ledger;
let now: number;
let answers: (Result<Answered> | (() => Promise<Result<Answered>>))[];
let sent: string[];
let secret: Result<string>;

beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  [now, answers, sent, secret] = [START, [], [], ok(URL_OF)];
  await ledger.subscriptions.create(SUB);
});

const app = () => ({
  ...{ ledger, now: () => now },
  settings: { apiUrl: undefined, eventKeySecret: undefined, eventRetryHours: 72 },
  events: {
    addressFault: () => undefined,
    async post(_: string, headers: Readonly<Record<string, string>>) {
      sent.push(headers['webhook-id'] ?? '');
      const answer = answers.shift() ?? status(200);
      return typeof answer === 'function' ? answer() : answer;
    },
    publish: async () => status(200),
  },
  eventSecrets: { read: async () => secret, readVersion: async () => fail('secretUnavailable', 'none') },
});
const status = (code: number, retryAfter?: string) => ok({ status: code, retryAfter });
async function happens(...messages: string[]) {
  for (const message of messages)
    await appendEvent(app(), 'w', { type: 'run.resumed', subject: 'x', message, data: {} });
}
const look = () => deliver(app(), 's', 'w');
const letters = async () =>
  (await ledger.subscriptions.deadLetters('s', { limit: 100 })).rows.map((row) => row.letter);

describe('a delivery', () => {
  it('sends what is there in order, ten at a time, and rests when nothing is left', async () => {
    await happens(...Array.from({ length: 13 }, (_, i) => `m${i}`));
    expect(await look()).toMatchObject({ step: { kind: 'again', at: null }, sent: 10 });
    expect(await look()).toMatchObject({ step: { kind: 'idle' }, sent: 3 });
    expect(await look()).toMatchObject({ step: { kind: 'idle' }, sent: 0 });
    expect(sent).toEqual(Array.from({ length: 13 }, (_, i) => `w-${String(i + 1).padStart(6, '0')}`));
  });

  it('lets nothing overtake an event that is tried again', async () => {
    await happens('1', '2');
    answers = [status(500), status(429, '120')];
    const first = must((await look()).step.kind === 'again' ? 'again' : undefined);
    expect(first).toBe('again');
    // Too early: nothing is sent.
    await look();
    expect(sent).toEqual(['w-000001']);
    now += 6000;
    const { step } = await look();
    expect(step).toEqual({ kind: 'again', at: new Date(now + 120_000).toISOString() });
    now += 120_000;
    expect(await look()).toMatchObject({ step: { kind: 'idle' } });
    expect(sent).toEqual(['w-000001', 'w-000001', 'w-000001', 'w-000002']);
  });

  it('gives an event up after its time, notes it, and goes on with the next', async () => {
    await happens('1', '2');
    answers = Array.from({ length: 200 }, () => fail('serviceUnavailable', `connect to ${URL_OF} failed`));
    for (let looks = 0; looks < 60; looks += 1) {
      const { step } = await look();
      if (step.kind === 'idle') break;
      now = step.at === null ? now : Date.parse(step.at);
    }
    const dead = await letters();
    expect(dead.map(({ event, reason }) => [event.id, reason])).toEqual([
      ['w-000001', 'gaveUp'],
      ['w-000002', 'gaveUp'],
    ]);
    // The second waited behind the first for its whole time: it is tried once, not for days.
    expect(dead[0]?.attempts).toBeGreaterThan(10);
    expect(dead[1]?.attempts).toBe(1);
    expect(now - START).toBeLessThan(73 * 3_600_000);
    expect(JSON.stringify(dead)).not.toMatch(/hooks|not-to-be-seen/);
    expect(dead[0]?.trouble).toContain('serviceUnavailable: connect to *** failed');
    expect((await ledger.subscriptions.get('s'))?.lastDeadLetterAt).not.toBeNull();
  });

  it('stays on trial while a secret cannot be read', async () => {
    await happens('1');
    secret = fail('secretUnavailable', 'kv.vault.azure.net/secrets/hook: Forbidden');
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const { step } = await look();
      now = Date.parse((step.kind === 'again' && step.at) || '');
    }
    secret = ok(URL_OF);
    expect(await look()).toMatchObject({ step: { kind: 'idle' }, sent: 1, dead: [] });
  });

  it('never sends side by side: who comes second waits for the first', async () => {
    await happens('1', '2');
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    answers = [async () => slow.then(() => status(200))];
    const first = look();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await look();
    expect(second).toMatchObject({ sent: 0, step: { kind: 'again' } });
    release();
    expect(await first).toMatchObject({ sent: 2, step: { kind: 'idle' } });
    expect(sent).toEqual(['w-000001', 'w-000002']);
  });

  it('goes on after a process that died with its claim, with the same id', async () => {
    await happens('1');
    answers = [() => Promise.reject(new Error('killed'))];
    await expect(look()).rejects.toThrow('killed');
    const { step } = await look();
    expect(step).toEqual({ kind: 'again', at: new Date(now + 60_000).toISOString() });
    now += 60_000;
    await look();
    expect(sent).toEqual(['w-000001', 'w-000001']);
  });

  it('has no turn for what is not for it, and is through with it', async () => {
    await ledger.subscriptions.update('s', (one) => ({
      ...one,
      filter: { ...one.filter, types: ['run.held'] },
    }));
    await happens(...Array.from({ length: 120 }, (_, i) => `m${i}`));
    const subscription = must(await ledger.subscriptions.get('s'));
    expect(await hasTurn(ledger, subscription, 'w')).toBe(false);
    await appendEvent(app(), 'w', { type: 'run.held', subject: 'x', message: 'held', data: {} });
    expect(await hasTurn(ledger, subscription, 'w')).toBe(true);
    await look();
    expect(sent).toEqual(['w-000121']);
  });

  it('sends dead letters again before what is new, in order, and those that fail stay dead letters', async () => {
    await happens('1', '2', '3');
    answers = [status(410)];
    await look();
    await look();
    expect((await letters()).map(({ event, reason }) => [event.number, reason])).toEqual([
      ...[
        [1, 'disabled'],
        [2, 'disabled'],
        [3, 'disabled'],
      ],
    ]);
    expect(sent).toEqual(['w-000001']);
    await ledger.subscriptions.update('s', (one) => ({ ...one, disabled: null }));
    await happens('4');
    const { rows } = await ledger.subscriptions.deadLetters('s', { limit: 10 });
    for (const { row } of rows.filter((one) => one.letter.event.number !== 2))
      await ledger.subscriptions.replay('s', row, new Date(now).toISOString());
    await look();
    expect(sent).toEqual(['w-000001', 'w-000001', 'w-000003', 'w-000004']);
    expect((await letters()).map(({ event }) => event.number)).toEqual([2]);
  });

  it('of a subscription that ended does nothing', async () => {
    await happens('1');
    await ledger.subscriptions.remove('s');
    expect(await look()).toMatchObject({ step: { kind: 'idle' }, sent: 0 });
  });
});
