import type { DuplicateWindow } from './window.ts';

/** A gigabyte is 10^9 bytes, a month 30 days. */
export interface Amounts {
  /** What was paid a second time in the 24 hours of the window. */
  readonly twiceGbPerDay: number;
  /** What a whole day costs less once the removable legacy agents are gone. */
  readonly removalSavesGbPerDay: number;
  readonly removalSavesGbPerMonth: number;
  /** In the currency of the price that was given; absent without one. */
  readonly money?: {
    readonly twicePerDay: number;
    readonly removalSavesPerDay: number;
    readonly removalSavesPerMonth: number;
  };
}

export interface TableDuplicates extends Amounts {
  readonly table: string;
  /** Machines heard through both agents that wrote to the table. */
  readonly machines: number;
  /** All that those machines were billed for while both agents were heard. */
  readonly billedGb: number;
  /** Share of `billedGb` without a baseline, of which half is taken for paid twice; 0 to 1. */
  readonly halvedShare: number;
  /** What it rests on. */
  readonly evidence: DuplicateWindow & { readonly query: string };
}

/** What one workspace pays twice. */
export interface Duplicates {
  readonly workspace: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly window: DuplicateWindow;
  /** Machines heard through both agents in the window, by where they stand now; null: unread. */
  readonly machines: {
    readonly removable: number;
    /** Behind Operations Manager: the app leaves their legacy agent. */
    readonly kept: number;
    /** One of the two agents is not heard any more. */
    readonly ended: number;
  } | null;
  /** The most expensive first. */
  readonly tables: readonly TableDuplicates[];
  /** Of the tables that could be read; null: none could. */
  readonly total: Amounts | null;
  /** What could not be asked, and why: it is in no sum. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}
