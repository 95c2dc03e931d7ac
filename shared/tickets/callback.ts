import { z } from 'zod';
import type { Ledger } from '../ledger/ledger.ts';
import { shortHash } from '../model/ids.ts';
import type { DeskWord, TicketRecord, ToldTicket } from '../model/ticket.ts';

const instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());

/** What a desk says. Of a desk that can be read only where to look counts; the rest is read there. */
export const TicketCallback = z
  .object({
    /** Of the wave, or the correlation id that its ticket carries. */
    waveId: z.string().min(1).max(200).optional(),
    correlationId: z.string().min(1).max(100).optional(),
    /** Number of the change; another one than the wave's is refused. */
    ticket: z.string().min(1).max(100).optional(),
    /** From here on: of a webhook desk. */
    decision: z.enum(['approved', 'rejected', 'cancelled']).optional(),
    person: z
      .object({
        /** The name the person signs in with at Entra: whoever asked for the wave is told apart by it. */
        login: z.email().max(200),
        name: z.string().min(1).max(200).optional(),
      })
      .optional(),
    at: instant.optional(),
    reason: z.string().max(1000).optional(),
    plannedStart: instant.nullish(),
    plannedEnd: instant.nullish(),
  })
  .refine(({ waveId, correlationId }) => waveId !== undefined || correlationId !== undefined, {
    path: ['waveId'],
    message: 'is required, or correlationId',
  })
  .refine(
    ({ decision, person }) => decision === undefined || decision === 'cancelled' || person !== undefined,
    {
      path: ['person'],
      message: 'is required with a decision',
    },
  );
export type TicketCallback = z.infer<typeof TicketCallback>;

/** The record a message is about; undefined where there is none. */
export async function ticketOf(ledger: Ledger, told: TicketCallback): Promise<TicketRecord | undefined> {
  const { waveId, correlationId, ticket } = told;
  const found =
    waveId === undefined
      ? (await ledger.tickets.open()).find((record) => record.correlationId === correlationId)
      : await ledger.tickets.get(waveId);
  if (found === undefined) return undefined;
  if (correlationId !== undefined && found.correlationId !== correlationId) return undefined;
  return ticket !== undefined && found.ticket !== null && found.ticket.number !== ticket ? undefined : found;
}

/** Messages that a record remembers; older ones are refused by their time. */
const REMEMBERED_MS = 900_000;

/** What a message changes in the record of a webhook desk; undefined when it was taken in before, or says nothing. */
export function taken(
  record: TicketRecord,
  messageId: string,
  told: TicketCallback,
  nowMs: number,
): TicketRecord | undefined {
  const id = shortHash(messageId, 40);
  if (record.desk !== 'webhook' || record.messages.some((one) => one.id === id)) return undefined;
  const recent = record.messages.filter(({ at }) => Date.parse(at) > nowMs - REMEMBERED_MS);
  const at = new Date(nowMs).toISOString();
  return { ...record, said: saidWith(record.said, told, at), messages: [...recent, { id, at }] };
}

const NOTHING_SAID: ToldTicket = {
  decision: 'notAsked',
  approvers: [],
  refusedBy: null,
  reason: null,
  plannedStart: null,
  plannedEnd: null,
  cancelled: false,
};

function saidWith(known: ToldTicket | null, told: TicketCallback, nowAt: string): ToldTicket {
  const said = known ?? NOTHING_SAID;
  const { decision, person, at = nowAt, reason = null } = told;
  const window = {
    plannedStart: told.plannedStart === undefined ? said.plannedStart : told.plannedStart,
    plannedEnd: told.plannedEnd === undefined ? said.plannedEnd : told.plannedEnd,
  };
  const who: DeskWord | null =
    person === undefined
      ? null
      : { by: person.login, ...(person.name === undefined ? {} : { alsoKnownAs: [person.name] }), at };
  if (decision === undefined) return { ...said, ...window };
  if (decision === 'cancelled') return { ...said, ...window, cancelled: true, refusedBy: who, reason };
  if (decision === 'rejected') return { ...said, ...window, decision, approvers: [], refusedBy: who, reason };
  const others = said.decision === 'approved' ? said.approvers : [];
  return {
    ...{ ...said, ...window, decision, refusedBy: null, reason: null },
    approvers: who === null ? others : [...others.filter(({ by }) => by !== who.by), who],
  };
}
