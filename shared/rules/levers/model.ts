import type { HolderKind } from '../blast-radius/model.ts';
import type { LeverChoice } from './choices.ts';

/** Rows of one kind in a table: of an event id, a severity, a counter. */
export interface MeasuredKey {
  /** Parts of the key, such as event log and event id; null for all others together. */
  readonly key: readonly string[] | null;
  readonly rows: number;
  readonly bytes: number;
}

/** Bytes of one column in a sample. */
export interface MeasuredColumn {
  readonly name: string;
  readonly bytes: number;
}

/** What a query found out about a table, or why it could not. */
export interface Measurement<T> {
  /** Id of the query. */
  readonly query: string;
  readonly found: readonly T[];
  /** What the service said; then `found` is empty and nothing is concluded. */
  readonly trouble?: string;
}

/** Seven full days of UTC. */
export interface Window {
  readonly since: string;
  readonly until: string;
  readonly days: number;
}

/**
 * What a workspace took in. The base of every saving are the bytes billed in the window, whichever agent wrote
 * them: before a move that is the legacy agent with the settings the rules were made of, after it Azure Monitor
 * Agent. While both run on a machine its rows come twice and the base is too high; a table younger than the window
 * gives one that is too low.
 */
export interface Usage {
  readonly window: Window;
  /** Billed bytes by name of table in lower case. */
  readonly tables: Measurement<{ readonly table: string; readonly bytes: number }>;
  /** By table as the rules spell it. */
  readonly keys: Readonly<Record<string, Measurement<MeasuredKey>>>;
  readonly columns: Readonly<Record<string, Measurement<MeasuredColumn> & { readonly sampledRows: number }>>;
}

/** Who reads what a lever takes away. */
export interface Reader {
  readonly kind: HolderKind;
  readonly id: string;
  readonly name: string;
  readonly place: string;
  /** `names`: it names the event or the column. `table`: it reads the table, and perhaps that. */
  readonly how: 'names' | 'table';
}

/** A cost lever as it is proposed; applying it takes a conversion that names its `choice`. */
export interface Lever {
  readonly id: string;
  readonly kind: LeverChoice['kind'];
  readonly choice: LeverChoice;
  readonly table: string;
  /** Rules it would change. */
  readonly rules: readonly string[];
  readonly before: string;
  readonly after: string;
  /** Gigabytes (10^9 bytes) a day that are not billed any more, or with `basicPlan` billed at another price. */
  readonly gbPerDay: number;
  /** Of the table's billed bytes, 0 to 1. */
  readonly share: number;
  /** Money a day in the currency of the price; only where the request gives what it takes. */
  readonly moneyPerDay?: number;
  /** What is lost, in one sentence. */
  readonly lost: string;
  readonly readers: readonly Reader[];
  /** How many there are, where `readers` does not name them all. */
  readonly readerCount: number;
  /** Whether it cannot be told who else reads it. */
  readonly readersUnknown: boolean;
  /** Security content commonly reads it, or a detection here does: look at the readers first. */
  readonly guarded: boolean;
  readonly notes: readonly string[];
  readonly evidence: {
    readonly query: string;
    readonly window: Window;
    readonly rows: number | null;
    readonly bytes: number;
  };
}

/** From when on something is worth a lever, and what a gigabyte costs. */
export interface LeverOptions {
  /** Least share of a table that an event id has, 0 to 1. */
  readonly minShare: number;
  /** Least share of a table that a column has, 0 to 1. */
  readonly minColumnShare: number;
  /** Least gigabytes a day. */
  readonly minGbPerDay: number;
  /** Event ids beside the app's own list that security content relies on. */
  readonly guardedEventIds: readonly number[];
  readonly pricePerGb?: number;
  /** Price of a gigabyte in a table of the Basic plan. */
  readonly basicPricePerGb?: number;
}

export interface LeverReport {
  readonly ruleSetId: string;
  readonly measuredAt: string;
  readonly window: Window;
  readonly options: LeverOptions;
  readonly tables: readonly MeasuredTable[];
  /** The largest saving first. */
  readonly levers: readonly Lever[];
  readonly notes: readonly string[];
}

/** A table of the rule set with its volume and its noisiest kinds of rows. */
export interface MeasuredTable {
  readonly table: string;
  /** null: not known. */
  readonly gbPerDay: number | null;
  readonly noisiest: readonly (MeasuredKey & { readonly gbPerDay: number })[];
  /** What could not be measured, and why. */
  readonly unmeasured: readonly { readonly query: string; readonly why: string }[];
}
