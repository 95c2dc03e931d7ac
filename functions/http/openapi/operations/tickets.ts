import { TicketCallback } from '../../../../shared/tickets/callback.ts';
import { TicketTaken } from '../../answers/ticket.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

export const TICKET_OPERATIONS = {
  ticketCallback: {
    tag: 'tickets',
    summary: 'Take in a signed message of a ticket desk',
    description:
      'A desk, or a flow beside it, says that something happened to the change of a wave. The message is signed as Standard Webhooks 1.0.0 describe: headers `webhook-id`, `webhook-timestamp` (within five minutes) and `webhook-signature` over the raw body, with the secret of AMA_TICKET_CALLBACK_SECRET. No key is asked for. Where the desk can be read, the message only says where to look; a decision and its person are taken from it for a webhook desk alone. The same message again changes nothing.',
    body: request('TicketCallback', TicketCallback),
    example: {
      correlationId: 'ama-0f3b5c7d9e1a2b4c6d8e0f1a2b3c4d5e',
      decision: 'approved',
      person: { login: 'anna@contoso.example', name: 'Anna Approver' },
    },
    answers: {
      202: {
        what: 'It is taken in, and looked at.',
        body: TicketTaken,
        example: { waveId: '5f1c9a-wave-0', status: 'taken' },
      },
    },
    problems: ['callbackRefused', 'messageReused', 'ticketNotFound', 'tooManyCalls', 'unavailable'],
    open: true,
  },
} as const satisfies Record<string, Operation>;
