import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTableStore } from '../../shared/azure/table-store.ts';
import { appendEvent, tellNews } from '../../shared/events/append.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import type { AppEvent } from '../../shared/model/event.ts';
import type { DeadLetter, Delivery } from '../../shared/model/subscription.ts';
import { type Azurite, azuriteIsThere, startAzurite } from '../support/azurite.ts';
import { must } from '../support/builders.ts';

const AT = '2026-11-21T08:00:00.000Z';
const stores = ['the embedded store', ...(azuriteIsThere ? ['Table Storage'] : [])];

describe.each(stores)('rows of events in %s', (name) => {
  let azurite: Azurite | undefined;
  let tables = 0;
  beforeAll(async () => {
    if (name === 'Table Storage') azurite = await startAzurite();
  });
  afterAll(() => azurite?.stop());

  async function open() {
    tables += 1;
    const credential = { getToken: async () => null };
    const store: Store =
      azurite === undefined
        ? await openSqliteStore(':memory:')
        : await openTableStore({ endpoint: azurite.endpoint, table: `events${tables}`, credential });
    const ledger = createLedger(store);
    return { ledger, now: () => Date.parse(AT) };
  }
  const draft = (message: string) => ({ type: 'run.resumed', subject: 'x', message, data: {} }) as const;

  it('are numbered without a gap when several write at once, and appended once for a key', async () => {
    const app = await open();
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => appendEvent(app, 'w', draft(text))));
    await Promise.all([1, 2, 3].map(() => appendEvent(app, 'w', draft('keyed'), 'one')));
    const look = async (seen: unknown) => (seen === 2 ? undefined : { seen: 2, events: [draft('told')] });
    await Promise.all([1, 2, 3].map(() => tellNews(app, 'w', look)));
    const events = await app.ledger.events.after('w', 0, 100);
    expect(events.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events.slice(5).map(({ message }) => message)).toEqual(['keyed', 'told']);
    expect((await app.ledger.events.after('w', 5, 1)).map(({ number }) => number)).toEqual([6]);
  });

  it('of a delivery change together with the dead letter, or not at all', async () => {
    const { ledger, now } = await open();
    const events: AppEvent[] = [];
    for (const text of ['1', '2', '3'])
      events.push(...(await appendEvent({ ledger, now }, 'w', draft(text))));
    const { delivery } = await ledger.subscriptions.delivery('s', 'w');
    const letter = (i: number): DeadLetter => ({
      ...{ event: must(events[i]), at: AT, attempts: 1, reason: 'refused', trouble: 't', replayAt: null },
    });
    const put = (row: Delivery, etag: string | undefined, i: number) =>
      ledger.subscriptions.putDelivery('s', row, etag, { kind: 'put', letter: letter(i) });
    const etag = must(await put({ ...delivery, through: 1 }, undefined, 0));
    // Who writes what it has not read changes nothing.
    expect(await put({ ...delivery, through: 9 }, undefined, 1)).toBeUndefined();
    const next = must(await put({ ...delivery, through: 2 }, etag, 1));
    expect(await put({ ...delivery, through: 9 }, etag, 2)).toBeUndefined();
    const { rows } = await ledger.subscriptions.deadLetters('s', { limit: 10, stream: 'w' });
    expect(rows.map((row) => row.letter.event.number)).toEqual([1, 2]);

    expect(await ledger.subscriptions.replay('s', must(rows[0]).row, AT)).toBe(true);
    const marked = must((await ledger.subscriptions.deadLetters('s', { limit: 1 })).rows[0]).letter;
    expect(marked.replayAt).toBe(AT);
    const done = { kind: 'drop', letter: marked } as const;
    expect(
      await ledger.subscriptions.putDelivery('s', { ...delivery, through: 3 }, next, done),
    ).toBeDefined();
    expect(await ledger.subscriptions.countDeadLetters('s')).toBe(1);
    expect((await ledger.subscriptions.deliveries('s')).map(({ through }) => through)).toEqual([3]);
    await ledger.subscriptions.dropStream('s', 'w');
    expect(await ledger.subscriptions.countDeadLetters('s')).toBe(0);
    // A stream of which nothing is noted can be dropped as well.
    await ledger.subscriptions.dropStream('s', 'w');
  });

  it('of a stream close and go only as they were read', async () => {
    const { ledger, now } = await open();
    await appendEvent({ ledger, now }, 'w', draft('1'));
    const stale = must((await ledger.events.streams())[0]);
    await appendEvent({ ledger, now: () => now() + 1000 }, 'w', draft('2'));
    await ledger.events.close(stale);
    const current = must((await ledger.events.streams())[0]);
    expect(current.entry.open).toBe(true);
    await ledger.events.close(current);
    expect(must((await ledger.events.streams())[0]).entry.open).toBe(false);
    await ledger.events.drop(must((await ledger.events.streams())[0]));
    expect(await ledger.events.streams()).toEqual([]);
    expect((await ledger.events.head('w'))?.head.last).toBe(2);
  });
});
