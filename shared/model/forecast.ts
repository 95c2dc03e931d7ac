/** Requests of a wave if every look succeeds at once. */
export interface Calls {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly queries: number;
}

/** Volume a workspace takes in twice while both agents of the wave's machines collect. */
export interface DoubleIngestion {
  readonly workspaceId: string;
  /** null: could not be worked out. */
  readonly gigabytes: number | null;
  readonly reason?: 'usageUnread' | 'legacySilent' | 'neverEnds';
}

/** The same over all workspaces of a wave; the plan has it workspace by workspace. */
export interface DoubleIngestionSum {
  /** Of the workspaces for which it could be worked out; null where there is none of them. */
  readonly gigabytes: number | null;
  readonly unknownWorkspaces: number;
}

export interface WaveForecast {
  /** When the wave can start at the earliest if all before it run without a pause. */
  readonly earliestStart: string | null;
  /** null: the work does not fit into the windows. */
  readonly earliestEnd: string | null;
  /** From one to the other. No wave is faster; approvals, holds and repairs come on top. */
  readonly atLeastSeconds: number | null;
  /** What it is made of; throttling and operations overlap in part. */
  readonly parts: {
    readonly throttling: number;
    readonly operations: number;
    readonly data: number;
    readonly soak: number;
    readonly closedWindows: number | null;
  };
  readonly calls: Calls;
  readonly doubleIngestion: DoubleIngestionSum;
}

export interface Forecast {
  readonly earliestEnd: string | null;
  readonly atLeastSeconds: number | null;
  readonly calls: Calls;
  readonly doubleIngestion: readonly DoubleIngestion[];
  /** What the figures take for granted, in sentences. */
  readonly assumptions: readonly string[];
}
