import type { TicketRecord } from '../../shared/model/ticket.ts';

/** A wave's ticket as the API shows it. */
export function ticketView(record: TicketRecord) {
  const { desk, correlationId, ticket, deskState, decision, plannedStart, plannedEnd } = record;
  const { files, refused, closed, trouble } = record;
  const state: 'opening' | 'open' | 'closed' =
    closed !== null ? 'closed' : ticket === null ? 'opening' : 'open';
  return {
    ...{ desk, correlationId, deskState, decision, plannedStart, plannedEnd, files, state },
    number: ticket?.number ?? null,
    url: ticket?.url || null,
    notCounted: refused,
    code: closed?.code ?? null,
    closedAt: closed?.at ?? null,
    trouble:
      trouble === null
        ? null
        : { code: trouble.code as string, message: trouble.message, since: trouble.since },
  };
}
