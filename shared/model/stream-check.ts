/** A stretch of time, ISO 8601. */
interface Span {
  readonly since: string;
  readonly until: string;
}

/** Whether Azure Monitor Agent went on to write security events after legacy collection was switched off. */
export interface StreamCheck {
  readonly result: 'pass' | 'fail' | 'inconclusive';
  readonly at: string;
  readonly message: string;
  /** Two stretches of the same length: the one that ends with the switch, and one after it took effect. */
  readonly before: Span;
  readonly after: Span;
  /** Verified machines that wrote enough before to be judged, and those that wrote too little. */
  readonly judged: number;
  readonly quiet: number;
  /** Judged machines without a row after it; those of them that were not heard either were switched off. */
  readonly silent: number;
  /** Silent though heard: they lost their security events. At most a hundred are named. */
  readonly lost: number;
  readonly lostMachines: readonly string[];
  /** Ids of the queries behind it. */
  readonly queries: readonly string[];
}

/**
 * `propagationSeconds`: what agents need at most to hear of the switch; until then legacy agents may still write.
 * `watchSeconds`: length of the stretch before and of the one after. Own estimates, not documented by Azure.
 */
export const DEFAULT_WATCH = { propagationSeconds: 900, watchSeconds: 1800 } as const;

/** One switch of legacy collection to None, from its intent on. */
export interface ConnectorSwitch {
  readonly workspaceId: string;
  /** null: by a call of the API. */
  readonly waveId: string | null;
  readonly by: string;
  readonly reason: string | null;
  readonly startedAt: string;
  /** When None was read back. */
  readonly confirmedAt: string | null;
  readonly dependents: number;
  /** How long rows may take to arrive: the verdict waits for that. */
  readonly ingestionLagSeconds: number;
  /** As `DEFAULT_WATCH` where they are absent. */
  readonly propagationSeconds?: number;
  readonly watchSeconds?: number;
  readonly restoredAt: string | null;
  readonly check: StreamCheck | null;
}
