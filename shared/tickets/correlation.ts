import { shortHash } from '../model/ids.ts';
import type { TicketRecord } from '../model/ticket.ts';
import type { DeskKind } from '../model/ticket-policy.ts';
import type { Wave } from '../model/wave.ts';

/**
 * What stands in a wave's ticket, so that it is found whatever was lost here. Letters, digits and a dash alone: it
 * goes into queries of three languages.
 */
export function correlationOf(waveId: string): string {
  return `ama-${shortHash(waveId, 32)}`;
}

/** The orchestration of a wave's ticket. */
export function ticketInstance(waveId: string): string {
  return `ticket-${waveId}`;
}

/** The record of a ticket that is yet to be opened. */
export function newTicket(
  { id, planId, startAt }: Pick<Wave, 'id' | 'planId' | 'startAt'>,
  desk: DeskKind,
  createdAt: string,
): TicketRecord {
  return {
    ...{ waveId: id, planId, desk, correlationId: correlationOf(id), createdAt },
    openingAt: null,
    ticket: null,
    own: [],
    deskState: null,
    decision: 'notAsked',
    plannedStart: null,
    plannedEnd: null,
    requestedStartAt: startAt ?? null,
    files: [],
    sent: [],
    told: null,
    refused: [],
    stoppedFor: [],
    said: null,
    messages: [],
    trouble: null,
    closed: null,
    nextAt: null,
  };
}
