import { z } from 'zod';

/** What a plan says of the change that is opened for each of its waves. */

export const DESKS = ['serviceNow', 'jira', 'azureDevOps', 'webhook'] as const;
export type DeskKind = (typeof DESKS)[number];

/** States of a change that a desk may name in its own way. */
export const DESK_STATES = [
  'submitted',
  'approved',
  'rejected',
  'started',
  'successful',
  'issues',
  'unsuccessful',
  'cancelled',
] as const;
export type DeskStates = Partial<Record<(typeof DESK_STATES)[number], string>>;

const gates = z.array(z.enum(['start', 'removal'])).max(2);
const text = z.string().trim().min(1).max(4000);

export const TicketPolicy = z.strictObject({
  /** The desk that the settings of the app name; a plan for another one is refused. */
  desk: z.enum(DESKS),
  /** Gates that the approval of the change approves. With `removal` it is given before the data is seen. */
  approves: gates.default(['start']),
  /** What a change that is refused or withdrawn before the wave began does to it. Later it always holds. */
  onRejection: z.enum(['hold', 'abort']).default('hold'),
  /** Whether the planned start and end of the change limit the wave. */
  window: z.enum(['narrows', 'ignored']).default('narrows'),
  /** Proposed length of the change; without it people set its end. */
  plannedSeconds: z
    .int()
    .min(60)
    .max(90 * 86_400)
    .optional(),
  /** In place of the texts that the app writes. */
  risk: text.optional(),
  rollback: text.optional(),
});
export type TicketPolicy = z.infer<typeof TicketPolicy>;

interface Judged {
  readonly ticket?: TicketPolicy | undefined;
  readonly approvals: {
    readonly start: boolean;
    readonly removal: boolean;
    readonly fromTicket?: readonly ('start' | 'removal')[] | undefined;
  };
}

/** Gates that could never be passed, or that are not there. */
export function ticketFaults({
  ticket,
  approvals,
}: Judged): { path: (string | number)[]; message: string }[] {
  return (approvals.fromTicket ?? []).flatMap((gate, i) => {
    const path = ['approvals', 'fromTicket', i];
    if (ticket === undefined) return [{ path, message: 'needs a ticket: give policy.ticket' }];
    if (!ticket.approves.includes(gate))
      return [
        { path, message: `names a gate that ticket.approves leaves out, so that nothing could pass it` },
      ];
    return approvals[gate] ? [] : [{ path, message: `has no effect while approvals.${gate} is false` }];
  });
}
