import { beforeEach, describe, expect, it } from 'vitest';
import { appendEvent, tellNews } from '../../../shared/events/append.ts';
import { cloudEventOf } from '../../../shared/events/cloud-event.ts';
import { MOST_BYTES } from '../../../shared/events/limits.ts';
import { purgeEvents } from '../../../shared/events/purge.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { EVENT_TYPES, EVENTS, type EventDraft } from '../../../shared/model/event.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const draft = (message: string, data: Record<string, unknown> = {}): EventDraft => ({
  ...{ type: 'wave.held', subject: 'waves/w', planId: 'p', waveId: 'w', message, data },
});

let ledger: Ledger;
let now = NOW;
const app = () => ({ ledger, now: () => now });
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  now = NOW;
});

describe('a stream', () => {
  it('numbers its events without a gap, however many write at once', async () => {
    await Promise.all(Array.from({ length: 15 }, (_, i) => appendEvent(app(), 'w', draft(`m${i}`))));
    const events = await ledger.events.after('w', 0, 100);
    expect(events.map(({ number }) => number)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    expect(new Set(events.map(({ message }) => message)).size).toBe(15);
    expect(events[1]?.id).toBe('w-000002');
    expect((await ledger.events.after('w', 13, 100)).map(({ number }) => number)).toEqual([14, 15]);
  });

  it('tells a change once, though several look at it at the same time', async () => {
    const look = async (seen: unknown) =>
      seen === 'b' ? undefined : { seen: 'b', events: [draft('a to b')] };
    const told = await Promise.all([1, 2, 3, 4].map(() => tellNews(app(), 'w', look)));
    expect(told.flat()).toHaveLength(1);
    expect(await ledger.events.after('w', 0, 10)).toHaveLength(1);
  });

  it('appends once for one key, and again for another', async () => {
    for (const key of ['a', 'a', 'b', 'a']) await appendEvent(app(), 'drift', draft(key), key);
    expect((await ledger.events.after('drift', 0, 10)).map(({ message }) => message)).toEqual(['a', 'b']);
  });

  it('keeps what was told beside events that are no state', async () => {
    await tellNews(app(), 'w', async () => ({ seen: { phase: 'held' }, events: [draft('held')] }));
    await appendEvent(app(), 'w', draft('by the way'));
    expect((await ledger.events.head('w'))?.head).toEqual({ last: 2, seen: { phase: 'held' } });
  });

  it.each(['', 'a/b', 'a b', '-a', 'x'.repeat(81), 'a.b'])('cannot be named "%s"', async (stream) => {
    await expect(appendEvent(app(), stream, draft('m'))).rejects.toThrow(/is no name of a stream/);
  });

  it('is closed when all are through, unless it grew meanwhile', async () => {
    await appendEvent(app(), 'w', draft('1'));
    const [stale] = await ledger.events.streams();
    now += 1000;
    await appendEvent(app(), 'w', draft('2'));
    if (stale === undefined) throw new Error('no stream');
    await ledger.events.close(stale);
    const [entry] = await ledger.events.streams();
    expect(entry?.entry.open).toBe(true);
    if (entry !== undefined) await ledger.events.close(entry);
    expect((await ledger.events.streams())[0]?.entry.open).toBe(false);
  });

  it('is deleted when it is old, and its subject is still not told of twice', async () => {
    await tellNews(app(), 'old', async () => ({ seen: 1, events: [draft('1')] }));
    now += 61 * 86_400_000;
    await tellNews(app(), 'young', async () => ({ seen: 1, events: [draft('1')] }));
    expect(await purgeEvents(app(), 60)).toBe(1);
    expect(await ledger.events.after('old', 0, 10)).toEqual([]);
    expect((await ledger.events.streams()).map(({ entry }) => entry.stream)).toEqual(['young']);
    expect(
      await tellNews(app(), 'old', async (seen) => (seen === 1 ? undefined : { seen: 1, events: [] })),
    ).toEqual([]);
  });
});

describe('an event as it is sent', () => {
  it('has the attributes of CloudEvents 1.0, and links into the API', async () => {
    const [event] = await appendEvent(app(), 'w', draft('held', { holds: [] }));
    if (event === undefined) throw new Error('no event');
    expect(cloudEventOf(event, 'https://ama.contoso.com/api')).toEqual({
      ...{ specversion: '1.0', id: 'w-000001', source: 'https://ama.contoso.com/api' },
      ...{ type: 'ama-migration.wave.held', subject: 'waves/w', time: '2026-11-21T08:00:00.000Z' },
      ...{ datacontenttype: 'application/json', sequence: '0000000001', partitionkey: 'w' },
      data: {
        ...{ message: 'held', severity: 'warning', planId: 'p', waveId: 'w', holds: [] },
        links: {
          self: 'https://ama.contoso.com/api/waves/w',
          plan: 'https://ama.contoso.com/api/plans/p',
          wave: 'https://ama.contoso.com/api/waves/w',
          resume: 'https://ama.contoso.com/api/waves/w/resume',
        },
      },
    });
    const plain = cloudEventOf(event, undefined);
    expect(plain.source).toBe('urn:ama-migration');
    expect(plain.data['links']).toMatchObject({ self: '/api/waves/w' });
    // "HTTP Protocol Binding" and "Partitioning" want attribute names in lower case, without marks.
    for (const name of Object.keys(plain)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it('is never larger than what everybody takes', async () => {
    const huge = { text: 'ü'.repeat(900), list: Array.from({ length: 9000 }, (_, i) => `item ${i}`), n: 1 };
    const [event] = await appendEvent(app(), 'w', draft('m', huge));
    if (event === undefined) throw new Error('no event');
    const sent = cloudEventOf(event, 'https://ama.contoso.com/api');
    expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThan(MOST_BYTES);
    expect(sent.data).toMatchObject({ n: 1, shortened: true });
  });

  it('is one of the catalogue, each with a sentence', () => {
    expect(EVENT_TYPES.length).toBeGreaterThan(20);
    for (const [type, { text }] of Object.entries(EVENTS)) {
      expect(type).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
      expect(text, type).toMatch(/^[A-Z].*\.$/);
    }
  });
});
