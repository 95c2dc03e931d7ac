import type { CloseCode, TicketDecision, TicketRecord, TicketRef, TicketSnapshot } from '../model/ticket.ts';
import type { DeskKind } from '../model/ticket-policy.ts';
import type { Result } from '../model/trouble.ts';
import type { Doc } from './document.ts';

/** What a change is opened with. */
export interface TicketDraft {
  readonly correlationId: string;
  readonly waveId: string;
  readonly title: string;
  readonly description: Doc;
  readonly plan: Doc;
  readonly risk: Doc;
  readonly rollback: Doc;
  readonly test: Doc;
  readonly plannedStart: string | null;
  readonly plannedEnd: string | null;
}

export interface FoundTicket {
  readonly ref: TicketRef;
  /** Names of the account that opened it, which is the app's own. */
  readonly own: readonly string[];
}

/** How far the two halves of a wave are. */
export type Half = 'ahead' | 'underWay' | 'done' | 'dropped';

export interface TicketNote {
  readonly key: string;
  readonly doc: Doc;
  readonly halves: { readonly deploy: Half; readonly removal: Half };
}

export interface TicketFile {
  readonly name: string;
  readonly contentType: string;
  readonly text: string;
}

export interface Closing {
  readonly code: CloseCode;
  readonly doc: Doc;
}

/**
 * A ticket desk. Every call does one thing and can be repeated; what became of it the next `read` tells. None waits,
 * and none answers with a secret.
 */
export interface TicketDesk {
  readonly kind: DeskKind;
  /** How long a change that was just opened may still be missing from what `find` answers. */
  readonly settleMs: number;
  /** The change that carries this id, the oldest where there are several. */
  find(correlationId: string): Promise<Result<FoundTicket | undefined>>;
  open(draft: TicketDraft): Promise<Result<FoundTicket>>;
  read(ref: TicketRef, record: TicketRecord): Promise<Result<TicketSnapshot>>;
  /** Asks for approval. */
  submit(ref: TicketRef, snapshot: TicketSnapshot, record: TicketRecord): Promise<Result<null>>;
  /** The work has begun. */
  start(ref: TicketRef, snapshot: TicketSnapshot, record: TicketRecord): Promise<Result<null>>;
  note(
    ref: TicketRef,
    note: TicketNote,
    snapshot: TicketSnapshot,
    record: TicketRecord,
  ): Promise<Result<null>>;
  attach(ref: TicketRef, file: TicketFile, record: TicketRecord): Promise<Result<null>>;
  /** One step towards the end; called again until the change has ended. */
  close(
    ref: TicketRef,
    closing: Closing,
    snapshot: TicketSnapshot,
    record: TicketRecord,
  ): Promise<Result<null>>;
}

/** A snapshot in which nothing has happened. */
export const EMPTY_SNAPSHOT = {
  decision: 'notAsked' as TicketDecision,
  approvers: [],
  refusedBy: null,
  reason: null,
  plannedStart: null,
  plannedEnd: null,
  files: [],
  notes: [],
} satisfies Partial<TicketSnapshot>;
