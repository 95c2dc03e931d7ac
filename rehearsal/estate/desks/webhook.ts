import { signatureFault } from '../../../shared/model/webhook-signature.ts';
import { dict, parseJson, text } from '../json.ts';
import { type DeskHandler, newItem, overLimit } from './desk.ts';

/**
 * A desk of the user's own that takes signed messages ("Standard Webhooks" 1.0.0): each id once, and the same answer
 * to the same message again.
 */
export const webhook: DeskHandler = (desk, { headers, body = '', method, now }) => {
  if (method !== 'POST') return { status: 405 };
  const seconds = overLimit(desk, now);
  if (seconds !== undefined) return { status: 429, headers: { 'retry-after': String(seconds) } };
  const id = headers['webhook-id'] ?? '';
  const message = {
    ...{ id, body, timestamp: headers['webhook-timestamp'] ?? '' },
    signature: headers['webhook-signature'] ?? '',
  };
  const fault = signatureFault(desk.entry.password ?? '', message, now);
  if (fault !== undefined) return { status: 401, body: { message: `The signature is refused: ${fault}` } };
  const known = desk.messages.get(id);
  if (known !== undefined) return { status: 200, body: known };
  const parsed = parseJson(body);
  if (!parsed.ok) return { status: 400, body: { message: 'The body is no JSON.' } };
  const told = dict(parsed.value);
  const correlation = text(told['correlationId']) ?? '';
  const item =
    desk.items.find((one) => one.id === correlation) ??
    newItem(desk, {
      ...{ id: correlation, number: `WH-${desk.items.length + 1}`, createdAt: now, state: 'open' },
      fields: Object.entries(told),
    });
  const kind = String(told['type']);
  if (kind === 'ticket.file')
    item.files.push({
      ...{ name: String(told['name']), contentType: String(told['contentType']), text: String(told['text']) },
    });
  if (kind === 'ticket.progress') item.notes.push({ at: now, text: String(told['text']), body: told });
  const to = { 'ticket.started': 'started', 'ticket.closed': `closed ${String(told['code'])}` }[kind];
  if (to !== undefined) {
    item.moves.push({ at: now, from: item.state, to, by: { login: 'app', name: 'app' } });
    item.state = to;
  }
  const answer = { number: item.number, url: `https://${desk.entry.host}/changes/${item.number}` };
  desk.messages.set(id, answer);
  return { status: 200, body: answer };
};
