import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { faultsOf } from '../../shared/model/faults.ts';
import { contentHash } from '../../shared/model/ids.ts';
import {
  headerFault,
  type SignatureFault,
  type SignedMessage,
  signatureFault,
} from '../../shared/model/webhook-signature.ts';
import { TicketCallback, taken, ticketOf } from '../../shared/tickets/callback.ts';
import { ticketInstance } from '../../shared/tickets/correlation.ts';
import { type Runtime, runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { clientAddress } from './allow.ts';
import { wake } from './durable-client.ts';
import { answered, bodyText } from './endpoint.ts';
import { Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

/** A desk has little to say. */
const MAX_BODY = 64 * 1024;
/** Calls a minute from one address: nobody is signed in here, and each costs a hash. */
const PER_MINUTE = 120;

const limit = createRateLimit();

/**
 * `POST /tickets/callback`: a desk says that something happened to a change. Open to everyone and let in by its
 * signature alone (Standard Webhooks); it is looked up, not believed, wherever the desk can be read.
 */
export function ticketCallback(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answered(context, async () => {
    const app = await runtime();
    const waitMs = limit(clientAddress(request).address ?? '', PER_MINUTE, app.now());
    if (waitMs > 0)
      throw new Problem('tooManyCalls', 'Too many callbacks from this address.', [], {
        'retry-after': String(Math.ceil(waitMs / 1000)),
      });
    const message = await signedMessage(app, request);
    const told = parsed(message.body);
    const signedAt = Number(message.timestamp) * 1000;
    const use = await app.ledger.tickets.takeMessage(message.id, signedAt, contentHash(message.body));
    if (use === 'other')
      throw new Problem('messageReused', 'This webhook-id came with another message before.');
    const record = await ticketOf(app.ledger, told);
    if (record === undefined) throw new Problem('ticketNotFound', 'No wave has this ticket.');
    // Taken in by the record itself, once: a call that died between the two is made up for by its repetition.
    await app.ledger.tickets.update(record.waveId, (one) => taken(one, message.id, told, app.now()));
    const { waveId } = record;
    if (record.closed === null && use === 'new')
      await wake(context, ticketInstance(waveId), ORCHESTRATORS.ticket, { waveId });
    return { status: 202, jsonBody: { waveId, status: use === 'new' ? 'taken' : 'known' } };
  });
}

/** The message, once it is known whose it is; before that nothing of the body is looked at. */
async function signedMessage({ tickets, now }: Runtime, request: HttpRequest): Promise<SignedMessage> {
  const header = (name: string) => request.headers.get(name)?.trim() ?? '';
  const headers = {
    id: header('webhook-id'),
    timestamp: header('webhook-timestamp'),
    signature: header('webhook-signature'),
  };
  const asked = tickets.callbackSecret();
  if (asked === undefined) throw refused('AMA_TICKET_CALLBACK_SECRET is not set: the app polls its desk.');
  // What is wrong without a look at the secret costs none.
  const outside = headerFault(headers, now());
  if (outside !== undefined) throw refused(FAULTS[outside]);
  const message = { ...headers, body: await bodyText(request, MAX_BODY) };
  const secret = await asked;
  if (!secret.ok)
    throw new Problem('unavailable', 'The secret of callbacks cannot be read now.', [], {
      'retry-after': '60',
    });
  const fault = signatureFault(secret.value, message, now());
  if (fault !== undefined) throw refused(FAULTS[fault]);
  return message;
}

const FAULTS: Readonly<Record<SignatureFault, string>> = {
  missing: 'The headers webhook-id, webhook-timestamp and webhook-signature are required.',
  malformed: 'The headers of the signature are malformed.',
  tooOld: 'The message was signed more than five minutes ago.',
  tooNew: 'The message was signed more than five minutes ahead of now.',
  wrong: 'The signature is not of this message and the known secret.',
  badSecret: 'The secret of callbacks is no base64 of at least 24 bytes.',
};

function refused(detail: string): Problem {
  return new Problem('callbackRefused', detail);
}

function parsed(body: string): TicketCallback {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Problem('invalidJson', 'The body is not JSON.');
  }
  const told = TicketCallback.safeParse(value);
  if (!told.success) throw new Problem('invalidRequest', 'The body is not valid.', faultsOf(told.error));
  return told.data;
}
