import { z } from 'zod';
import { DESKS } from '../../../shared/model/ticket-policy.ts';
import type { ticketView } from '../ticket-view.ts';
import { answer, shape } from './answer.ts';

export const TicketTaken = shape(
  'TicketTaken',
  z.strictObject({
    waveId: z.string(),
    status: z.enum(['taken', 'known']).describe('`known`: the same message came before.'),
  }),
);

export const Ticket = answer<ReturnType<typeof ticketView>>()(
  'Ticket',
  z.strictObject({
    desk: z.enum(DESKS),
    correlationId: z.string().describe('Stands in the ticket.'),
    number: z.string().nullable().describe('null: it is not opened yet.'),
    url: z.string().nullable(),
    state: z.enum(['opening', 'open', 'closed']),
    deskState: z.string().nullable().describe('As the desk calls it.'),
    decision: z.enum(['notAsked', 'pending', 'approved', 'rejected']),
    plannedStart: z.string().nullable(),
    plannedEnd: z.string().nullable(),
    notCounted: z
      .array(z.string())
      .describe('Persons whose approval there did not count, as they asked for the wave.'),
    files: z.array(z.strictObject({ label: z.string(), name: z.string(), sha256: z.string() })),
    code: z
      .enum(['successful', 'successfulWithIssues', 'unsuccessful', 'cancelled'])
      .nullable()
      .describe('How it ended.'),
    closedAt: z.string().nullable(),
    trouble: z
      .strictObject({ code: z.string(), message: z.string(), since: z.string() })
      .nullable()
      .describe(
        'Why the app cannot go on with it now; the wave goes on, and waits where it needs an approval.',
      ),
  }),
);
