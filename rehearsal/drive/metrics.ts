/** What a rehearsal cost: counts, so that two runs compare on any machine. */
export interface Metrics {
  readonly machines: number;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly armCalls: number;
  readonly queries: number;
  readonly throttled: number;
  readonly activities: number;
  readonly historyEvents: number;
  readonly perMachine: {
    readonly armCalls: number;
    readonly activities: number;
    readonly historyEvents: number;
  };
  /** The fullest any documented limit got: 1 means a bucket was empty once. */
  readonly highestShare: { readonly bucket: string; readonly share: number };
}
