/**
 * What a custom table is to a migration. `migrating`: a change of it goes on, most likely that one. `other`: not a
 * custom table, or one of a kind Azure names otherwise.
 */
export type TableState = 'classic' | 'migrated' | 'migrating' | 'failed' | 'absent' | 'other';

/** Who writes rows to a classic table. */
export type Writer = 'legacyAgent' | 'dataCollectorApi' | 'unknown';

/** Rows of one writer in the looked-at time. */
export interface WriterRows {
  readonly writer: Writer;
  /** `SourceSystem` as the rows have it; empty for none. */
  readonly sourceSystem: string;
  readonly rows: number;
  /** About how many computers the rows name. */
  readonly computers: number;
  /** When the last row came in. */
  readonly lastRow: string | null;
}

/** What a query said of the rows that came in between two instants. */
export interface WriteEvidence {
  /** Id of the query. */
  readonly query: string;
  readonly since: string;
  readonly until: string;
  readonly rows: number;
  readonly lastRow: string | null;
  readonly writers: readonly WriterRows[];
}

/** Legacy agents that were heard in the workspace in the looked-at time. */
export interface LegacyAgents {
  readonly query: string;
  readonly agents: number;
  readonly lastHeartbeat: string | null;
  /** The one that was heard last. */
  readonly lastComputer: string | null;
}

/** All that a migration is judged by. What could not be read is null, and `unread` says why. */
export interface TableObservation {
  readonly workspace: { readonly resourceId: string; readonly name: string };
  /** As Azure spells it, once it is known. */
  readonly table: string;
  readonly state: TableState;
  readonly columns: readonly string[];
  readonly lookBackHours: number;
  readonly writes: WriteEvidence | null;
  /** Custom logs by which legacy agents are told to fill the table. */
  readonly customLogs: readonly string[] | null;
  readonly legacyAgents: LegacyAgents | null;
  readonly unread: readonly string[];
}

export const BLOCKERS = [
  'tableNotFound',
  'notCustomTable',
  'tableFailed',
  'legacyAgentWrites',
  'legacyAgentCanWrite',
  'unknownWriter',
  'writersUnknown',
] as const;
export type BlockerCode = (typeof BLOCKERS)[number];

/** Why a table is not migrated now, and what a person can do. Nothing overrides it. */
export interface Blocker {
  readonly code: BlockerCode;
  readonly message: string;
}

/** What a migration would do, and whether it may. */
export interface MigrationPreview extends TableObservation {
  readonly blockers: readonly Blocker[];
  /** What nobody can turn back, in one sentence. */
  readonly irreversible: string;
  readonly notes: readonly string[];
  /** What the real call has to repeat; null where there is nothing to migrate or something forbids it. */
  readonly confirmation: string | null;
}
