import { fail } from './arm/errors.ts';
import { PUBLIC } from './clouds.ts';
import { type Identity, unauthorized } from './identity.ts';
import { dict, parseJson } from './json.ts';
import type { State } from './state/state.ts';
import type { Reply, WireRequest } from './wire.ts';

/** What somebody outside of Azure got from the app. */
export interface Received {
  /** Clock milliseconds. */
  readonly at: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TOPIC_PATH = '/api/events';

/** A webhook or a topic that the file declares takes what is posted to it; undefined: it declares none there. */
export function receive(state: State, identity: Identity, request: WireRequest): Reply | undefined {
  const { receivers } = state;
  const found = receivers.find(({ url }) => place(url) === place(request.url));
  if (found === undefined || request.method.toUpperCase() !== 'POST') return undefined;
  const refused = isTopic(request.url)
    ? topicRefusal(identity, request)
    : new URL(found.url).search === new URL(request.url).search
      ? undefined
      : fail(401, 'DirectApiAuthorizationRequired', 'The request must be signed by its own address.');
  if (refused !== undefined) return refused;
  const { headers, body = '' } = request;
  state.received.push({ at: state.clock.now(), url: request.url, headers, body });
  return { status: found.status ?? 200 };
}

/** What a topic with the CloudEvents schema asks for ("Publish events to Azure Event Grid custom topics"). */
function topicRefusal(identity: Identity, request: WireRequest): Reply | undefined {
  const known = identity.check(request.headers['authorization'], 'eventGrid', PUBLIC);
  if (!known.ok) return unauthorized('eventGrid', known.why, PUBLIC);
  if (new URL(request.url).searchParams.get('api-version') !== '2018-01-01')
    return fail(400, 'BadRequest', 'The api-version must be 2018-01-01.');
  if (!(request.headers['content-type'] ?? '').startsWith('application/cloudevents+json'))
    return fail(
      400,
      'BadRequest',
      'This resource is configured to receive events in the CloudEvents schema.',
    );
  if ((request.body ?? '').length > 1024 * 1024) return fail(413, 'RequestEntityTooLarge', 'More than 1 MB.');
  const parsed = parseJson(request.body);
  const event = dict(parsed.ok ? parsed.value : undefined);
  const missing = ['id', 'source', 'type'].filter((name) => typeof event[name] !== 'string');
  if (event['specversion'] === '1.0' && missing.length === 0) return undefined;
  return fail(400, 'BadRequest', 'The event is not valid in the CloudEvents schema.');
}

function isTopic(url: string): boolean {
  const { hostname, pathname } = new URL(url);
  return hostname.endsWith('.eventgrid.azure.net') && pathname === TOPIC_PATH;
}

/** Host and path; a host is the same in any case. */
function place(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
