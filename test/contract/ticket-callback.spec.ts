import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import { signingKeys, webhookHeaders } from '../../shared/model/webhook-signature.ts';
import {
  type Answer,
  makePlan,
  openApi,
  startWave,
  type TestApi,
  takeInventory,
} from '../support/contract/api.ts';
import { CALLBACK_SECRET, estateWithDesk, setDesk } from '../support/tickets.ts';

/** What desks are answered, each held against the OpenAPI document. */
describe('POST /tickets/callback', () => {
  let api: TestApi;
  let reset: () => void;
  afterEach(async () => {
    await api.close();
    reset();
  });

  async function open(options: Parameters<typeof openApi>[1] = {}, settings: Record<string, string> = {}) {
    reset = setDesk('webhook', settings);
    api = await openApi(estateWithDesk('webhook'), options);
  }
  /** A signed message from an address of its own: calls are counted by it. */
  function tell(message: object | string, id: string, more: Record<string, string> = {}): Promise<Answer> {
    const raw = typeof message === 'string' ? message : JSON.stringify(message);
    const keys = signingKeys(CALLBACK_SECRET) ?? [];
    const signed = webhookHeaders({ id, body: raw, nowMs: api.session.clock.now() }, keys);
    return api.call('POST', '/tickets/callback', { raw, key: false, headers: { ...signed, ...more } });
  }
  const codeOf = ({ status, json }: Answer) => `${status} ${json?.['code'] ?? json?.['status']}`;

  it('takes a message in once, and refuses one that it cannot place', async () => {
    await open();
    await takeInventory(api);
    const policy = { approvals: { start: true }, ticket: { desk: 'webhook' } };
    const wave = (await startWave(api, await makePlan(api, { policy }))).split('/').at(-1);
    const note = { waveId: wave };

    expect(codeOf(await tell(note, 'm-1'))).toBe('202 taken');
    expect(codeOf(await tell(note, 'm-1'))).toBe('202 known');
    expect(codeOf(await tell({ ...note, waveId: 'none' }, 'm-1'))).toBe('409 messageReused');
    expect(codeOf(await tell({ ...note, waveId: 'none' }, 'm-2'))).toBe('404 ticketNotFound');
    expect(codeOf(await tell('{', 'm-3'))).toBe('400 invalidJson');
    expect(codeOf(await tell({ surprise: 1 }, 'm-4'))).toBe('400 invalidRequest');
    expect(codeOf(await tell(note, 'm-5', { 'webhook-signature': 'v1,AAAA' }))).toBe('401 callbackRefused');
    expect(codeOf(await tell('x'.repeat(70_000), 'm-6'))).toBe('413 requestTooLarge');
  });

  it('has no answer where the secret cannot be read, or the ledger is broken', async () => {
    await open({}, { AMA_TICKET_CALLBACK_SECRET: 'https://kv-tickets.vault.azure.net/secrets/missing' });
    expect(codeOf(await tell({ waveId: 'w' }, 'm-1'))).toBe('503 unavailable');
    await api.close();
    reset();

    const inner = await openSqliteStore(':memory:');
    const broken = async () => {
      throw new Error('inner state');
    };
    await open({ store: { ...inner, get: broken, list: broken, write: broken } });
    const answer = await tell({ waveId: 'w' }, 'm-1');
    expect(codeOf(answer)).toBe('500 internalError');
    expect(answer.text).not.toContain('inner state');
  });

  // Last, because who called too often is known to the process for a minute of its clock.
  it('counts who calls', async () => {
    await open();
    const answers: string[] = [];
    for (let i = 0; i < 130; i += 1) answers.push(codeOf(await tell({ waveId: 'w' }, `c-${i}`)));
    expect(answers).toContain('429 tooManyCalls');
    expect(answers[0]).toBe('404 ticketNotFound');
  });
});
