import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import { wakeDelivery } from '../announce.ts';
import { callerOf } from './caller.ts';
import { endpoint, readBody, readQuery } from './endpoint.ts';
import { PageQuery } from './schemas.ts';
import { deadLetterView } from './subscription-view.ts';
import { findSubscription, record } from './subscriptions.ts';

/** Dead letters one call sends again at most; the next call goes on. */
const MOST_REPLAYED = 1000;
const PAGE = 200;

/** `GET /subscriptions/{id}/dead-letters`: by stream, in order. */
export const getDeadLetters = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, PageQuery);
  const { id } = await findSubscription(app, request);
  const { rows, next } = await app.ledger.subscriptions.deadLetters(id, query);
  const deadLetters = rows.map(({ row, letter }) => deadLetterView(row, letter, app.settings.apiUrl));
  return { jsonBody: { deadLetters, ...(next !== undefined && { next }) } };
});

export const ReplayRequest = z.strictObject({
  eventIds: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(100)
    .optional()
    .describe('Only these events; absent: all dead letters.'),
  reason: z.string().trim().min(1).max(500).optional(),
  by: z.string().min(1).max(200).optional(),
});

/**
 * `POST /subscriptions/{id}/replay`: sends dead letters again, in order and under the same ids, and at once what waits
 * for another attempt. A receiver that was gone is taken to be back.
 */
export const replaySubscription = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const { eventIds, reason, by: named } = await readBody(request, ReplayRequest);
  const by = named === undefined ? app.calledBy : callerOf(request, named);
  const { id, disabled } = await findSubscription(app, request);
  const wanted = eventIds === undefined ? undefined : new Set(eventIds);
  const { letters, goesOn } = await lettersOf(app.ledger, id, wanted);
  const why = reason === undefined ? '' : `: ${reason}`;
  const events = letters.map(({ eventId }) => eventId).slice(0, 100);
  await record(app, by, `has ${letters.length} events sent to ${id} again${why}`, { events, disabled });
  if (disabled !== null)
    await app.ledger.subscriptions.update(id, (current) => ({ ...current, disabled: null }));
  const at = new Date(app.now()).toISOString();
  const streams = new Set<string>();
  let replaying = 0;
  for (const { row, stream } of letters) {
    if (!(await app.ledger.subscriptions.replay(id, row, at))) continue;
    replaying += 1;
    streams.add(stream);
  }
  if (eventIds === undefined)
    for (const { stream, current } of await app.ledger.subscriptions.deliveries(id))
      if (current !== null) streams.add(stream);
  for (const stream of streams) {
    await app.ledger.subscriptions.retryNow(id, stream);
    await wakeDelivery(context, id, stream);
  }
  return { status: 202, jsonBody: { replaying, streams: streams.size, goesOn } };
});

async function lettersOf({ subscriptions }: Ledger, id: string, wanted: ReadonlySet<string> | undefined) {
  const letters: { row: string; stream: string; eventId: string }[] = [];
  let after: string | undefined;
  do {
    const page = await subscriptions.deadLetters(id, { limit: PAGE, after });
    for (const { row, letter } of page.rows) {
      const { id: eventId, stream } = letter.event;
      if (wanted?.has(eventId) !== false) letters.push({ row, stream, eventId });
    }
    after = page.next;
  } while (after !== undefined && letters.length < MOST_REPLAYED);
  return { letters, goesOn: after !== undefined };
}
