import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { makeSink } from '../../shared/events/subscribe.ts';
import { subscribers } from '../../shared/events/subscribers.ts';
import { EVENT_TYPES, SEVERITIES } from '../../shared/model/event.ts';
import { shortHash } from '../../shared/model/ids.ts';
import { secretReference } from '../../shared/model/secret-reference.ts';
import type { Subscription } from '../../shared/model/subscription.ts';
import type { AuditEntry } from '../../shared/model/wave.ts';
import type { Runtime } from '../compose.ts';
import { callerOf } from './caller.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { NoQuery } from './schemas.ts';
import { subscriptionDetail, subscriptionView } from './subscription-view.ts';

/** Who is woken at each event is kept bounded. */
const MOST_SUBSCRIPTIONS = 100;

const some = <S extends z.ZodType>(item: S) => z.array(item).min(1).max(50).optional();

export const SubscribeRequest = z.strictObject({
  callbackUrl: z
    .string()
    .min(1)
    .max(4000)
    .describe('Where events are posted to; or the address of a Key Vault secret that holds it.'),
  name: z.string().trim().min(1).max(100).optional(),
  types: some(z.enum(EVENT_TYPES)).describe('Only these events; absent: all.'),
  planIds: some(z.string().min(1).max(200)).describe('Only events of these plans.'),
  waveIds: some(z.string().min(1).max(200)).describe('Only events of these waves.'),
  minSeverity: z.enum(SEVERITIES).optional().describe('Only events of this severity or above.'),
  dryRuns: z.boolean().default(false).describe('Events of dry runs as well.'),
  signingSecret: secretReference
    .optional()
    .describe(
      'Key Vault secret with the key that events are signed with: `whsec_` and base64. Needed unless the address carries a signature of its own.',
    ),
  by: z.string().min(1).max(200).optional(),
});

/** `POST /subscriptions`: from now on events are posted to an address; flows subscribe themselves with it. */
export const postSubscription = startingEndpoint(async ({ request, app, key }): Promise<HttpResponseInit> => {
  const body = await readBody(request, SubscribeRequest);
  // The designer of a flow has no name to give.
  const by = body.by === undefined ? app.calledBy : callerOf(request, body.by);
  const all = await subscribers(app);
  const id =
    key === undefined ? randomUUID().replaceAll('-', '').slice(0, 16) : shortHash(`subscribe ${key}`);
  const known = all.find((one) => one.id === id);
  if (known !== undefined) return created(app, request, known);
  if (all.length >= MOST_SUBSCRIPTIONS)
    throw new Problem(
      'tooManySubscriptions',
      `There are ${MOST_SUBSCRIPTIONS} subscriptions; delete one first.`,
    );
  const { callbackUrl, signingSecret, name, types, planIds, waveIds, minSeverity, dryRuns } = body;
  const made = await makeSink(app, { id, callbackUrl, signingSecret });
  if (!made.ok) {
    if (made.code !== 'signingNeeded') throw new Problem(made.code, made.message);
    throw new Problem('invalidRequest', 'The body is not valid.', [
      { path: 'signingSecret', message: made.message },
    ]);
  }
  const subscription: Subscription = {
    ...{ id, name: name ?? null, sink: made.sink, createdBy: by },
    filter: {
      ...(types === undefined ? {} : { types: [...new Set(types)] }),
      ...(planIds === undefined ? {} : { planIds: [...new Set(planIds)] }),
      ...(waveIds === undefined ? {} : { waveIds: [...new Set(waveIds)] }),
      ...(minSeverity === undefined ? {} : { minSeverity }),
      dryRuns,
    },
    createdAt: new Date(app.now()).toISOString(),
    ...{ disabled: null, lastDeadLetterAt: null },
  };
  await record(app, by, `subscribed ${made.sink.host} to events as ${id}`, about(subscription));
  await app.ledger.subscriptions.create(subscription);
  return created(app, request, subscription);
});

/** `GET /subscriptions` */
export const listSubscriptions = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const all = await subscribers(app);
  const views = await Promise.all(all.map((one) => subscriptionView(app, one)));
  return { jsonBody: { subscriptions: views } };
});

/** `GET /subscriptions/{id}`: with how far it is in each stream that it has not got the end of. */
export const getSubscription = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  return { jsonBody: await subscriptionDetail(app, await findSubscription(app, request)) };
});

/** `DELETE /subscriptions/{id}`: nothing is sent to it any more, and its dead letters go with it. */
export const deleteSubscription = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const subscription = await findSubscription(app, request);
  const { id, sink } = subscription;
  if (sink.kind === 'eventGrid')
    throw new Problem('subscriptionOfSettings', 'It is there while AMA_EVENT_GRID_TOPIC names a topic.');
  await record(app, app.calledBy, `ended the subscription ${id} of ${sink.host}`, about(subscription));
  await app.ledger.subscriptions.remove(id);
  return { status: 204 };
});

export async function findSubscription(app: Runtime, { params }: HttpRequest): Promise<Subscription> {
  const id = params['id'] ?? '';
  const found = (await subscribers(app)).find((one) => one.id === id);
  if (found === undefined) throw new Problem('subscriptionNotFound', `There is no subscription "${id}".`);
  return found;
}

/** Who unsubscribes a flow calls the address in `Location` as it is, so it is a whole one. */
async function created(app: Runtime, request: HttpRequest, one: Subscription): Promise<HttpResponseInit> {
  const base = app.settings.apiUrl ?? new URL('/api', request.url).href;
  const location = `${base}/subscriptions/${one.id}`;
  return { status: 201, headers: { location }, jsonBody: await subscriptionView(app, one) };
}

/** What the trail may say: of an address its host alone. */
function about({ sink, filter, name }: Subscription) {
  return {
    host: sink.host,
    signingSecret: sink.kind === 'webhook' ? sink.signingSecret : null,
    filter,
    name,
  };
}

export async function record(app: Runtime, by: string, message: string, data: unknown): Promise<void> {
  const at = new Date(app.now()).toISOString();
  const entry: AuditEntry = {
    ...{ at, waveId: null, machineId: null, stage: null, event: 'control', message, by, data },
  };
  await app.ledger.audit.append('subscriptions', [entry]);
}
