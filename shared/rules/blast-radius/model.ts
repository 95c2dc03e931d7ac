/** What holds query texts that can break when a table changes. */
export type HolderKind = 'analyticsRule' | 'alertRule' | 'savedSearch' | 'function' | 'workbook';

/** One analytics rule, saved search, workbook … with the texts of its queries. */
export interface QueryHolder {
  readonly kind: HolderKind;
  /** ARM id in Azure's casing. */
  readonly id: string;
  readonly name: string;
  /** null where such a thing is neither on nor off. */
  readonly enabled: boolean | null;
  /** Name by which other queries call it: functions only. */
  readonly alias?: string;
  /** What a function takes, as Azure writes it: `computer:string, since:timespan = 1h`. */
  readonly parameters?: string;
  readonly texts: readonly { readonly place: string; readonly text: string }[];
}

/** That a query reads a table, and what of it. */
export interface TableUse {
  readonly holder: QueryHolder;
  readonly place: string;
  /** As the workspace spells it. */
  readonly table: string;
  /**
   * Columns it names, in order of the alphabet, through functions as well; `all` where that cannot be told:
   * `union *`, `search`, `where * has`, `pack_all()`, a text that does not parse.
   */
  readonly columns: readonly string[] | 'all';
  /** Its result shows rows of the table with all their columns: who looks at it sees the others as well. */
  readonly wholeRows?: true;
}

/** A query whose tables cannot be told: it is reported rather than left out. */
export interface Unresolved {
  readonly holder: QueryHolder;
  readonly place: string;
  readonly why: string;
}

export interface TableUses {
  readonly uses: readonly TableUse[];
  readonly unresolved: readonly Unresolved[];
}

/** Columns of a table as a workspace shows them. */
export interface TableSchema {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}
