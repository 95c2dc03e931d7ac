import type { Word } from './caller.ts';
import type { DeskKind } from './ticket-policy.ts';
import type { TroubleCode } from './trouble.ts';

/** A change at a ticket desk, where people find it. */
export interface TicketRef {
  /** The desk's own id. */
  readonly id: string;
  /** As people call it: CHG0030001, OPS-17, 4711. */
  readonly number: string;
  readonly url: string;
}

/** How a change went, before a desk's own words. */
export type CloseCode = 'successful' | 'successfulWithIssues' | 'unsuccessful' | 'cancelled';

/** What a person at the desk said, and when. */
export interface DeskWord extends Word {
  readonly at: string;
}

export type TicketDecision = 'notAsked' | 'pending' | 'approved' | 'rejected';

/** What is true of a change at the desk. */
export interface TicketSnapshot {
  readonly state: 'open' | 'started' | 'closed' | 'cancelled';
  /** As the desk calls it. */
  readonly deskState: string;
  readonly decision: TicketDecision;
  /** Who approved it, where the desk tells a name that can be compared. */
  readonly approvers: readonly DeskWord[];
  /** Who refused or withdrew it; null: the desk does not say. */
  readonly refusedBy: DeskWord | null;
  readonly reason: string | null;
  readonly plannedStart: string | null;
  readonly plannedEnd: string | null;
  /** Names of its attachments. */
  readonly files: readonly string[];
  /** Keys of our own notes that stand in it. */
  readonly notes: readonly string[];
  /** What else the desk's client needs for its next step. */
  readonly detail?: unknown;
}

/** What signed messages of a desk that cannot be read have said so far. */
export type ToldTicket = Pick<
  TicketSnapshot,
  'decision' | 'approvers' | 'refusedBy' | 'reason' | 'plannedStart' | 'plannedEnd'
> & { readonly cancelled: boolean };

export interface TicketTrouble {
  readonly code: TroubleCode | 'nobodyNamed' | 'unexpectedState';
  readonly message: string;
  readonly since: string;
  readonly at: string;
  /** Looks in a row that ended in it. */
  readonly count: number;
}

/** The ticket of one wave in the ledger: the one place that says which it is, and what was done to it. */
export interface TicketRecord {
  readonly waveId: string;
  readonly planId: string;
  readonly desk: DeskKind;
  /** Stands in the ticket, so that it is found again whatever was lost here. */
  readonly correlationId: string;
  readonly createdAt: string;
  /** When somebody last set out to open it; null: nobody did. */
  readonly openingAt: string | null;
  readonly ticket: TicketRef | null;
  /** Names of the app's own account at the desk: what it does there is no person's word. */
  readonly own: readonly string[];
  readonly deskState: string | null;
  readonly decision: TicketDecision;
  readonly plannedStart: string | null;
  readonly plannedEnd: string | null;
  /** When the wave was to start by its own request. */
  readonly requestedStartAt: string | null;
  /** What was attached, with its SHA-256. */
  readonly files: readonly { readonly label: string; readonly name: string; readonly sha256: string }[];
  /** Steps that the desk has taken: what a desk that cannot be read is known by. */
  readonly sent: readonly string[];
  /** The last stage that the ticket was told of, and when. */
  readonly told: { readonly key: string; readonly at: string } | null;
  /** Persons whose approval did not count, and which refusals and ends the wave was stopped for already. */
  readonly refused: readonly string[];
  readonly stoppedFor: readonly string[];
  /** What messages said; null where the desk can be read. */
  readonly said: ToldTicket | null;
  /** Messages that were taken in lately, by the hash of their id. */
  readonly messages: readonly { readonly id: string; readonly at: string }[];
  readonly trouble: TicketTrouble | null;
  readonly closed: { readonly at: string; readonly code: CloseCode } | null;
  /** When the app looks again at the latest. */
  readonly nextAt: string | null;
}
