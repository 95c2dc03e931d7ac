import { z } from 'zod';

/** A row of the queries that count a table hour by hour. */
export const SeriesRow = z.object({
  /** Empty: of all machines together. */
  ResourceId: z.string(),
  /** Empty: of all keys together. */
  KeyName: z.string(),
  /** Rows of each hour from `since` on. */
  counts: z.array(z.number()),
  /** Seconds after which 99 of 100 rows of the last day could be queried; only where both names are empty. */
  delaySeconds: z.number().nullish(),
});
export type SeriesRow = z.infer<typeof SeriesRow>;

export const PerfSeriesRow = SeriesRow.extend({
  /** Rows to come of each row before, by the machine's own counters; only in rows of machines without `counts`. */
  share: z.number().nullish(),
});
export type PerfSeriesRow = z.infer<typeof PerfSeriesRow>;
