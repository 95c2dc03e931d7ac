import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';
import { TABLES, type Table } from '../../model/streams.ts';
import { TABLE_KEYS } from '../table-keys.ts';
import { OWNER } from './owner.ts';

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

/** Keys of a group of machines: counters of processes come in thousands. */
const MOST_KEYS = 300;

/**
 * Rows of one table an hour, for a group of machines: of each machine, of each of its important keys, and of
 * every key of all of them together. Hours end at `until`; a name in `important` is that of a key or a group;
 * keys in `ignored` are left out of all. Rows are counted before they are kept: what `materialize` holds is limited
 * to 5 GB a node (Kusto documentation), less than a fortnight of raw security events. No rows have no delay: whether
 * `percentile` of none is null or NaN is not verified, and NaN is no number in JSON.
 */
export const tableSeriesQueries = Object.fromEntries(
  TABLES.map((table) => [table, tableSeries(table)]),
) as Record<Table, ReturnType<typeof tableSeries>>;

function tableSeries(table: Table) {
  const { group, key } = TABLE_KEYS[table];
  return defineQuery({
    id: `table-series-${table}`,
    target: 'logAnalytics',
    parameters: {
      since: 'datetime',
      until: 'datetime',
      machines: 'strings',
      important: 'strings',
      ignored: 'strings',
    },
    text: `
      let seen = materialize(
          ${table}
          | where TimeGenerated between (since .. until)
          | extend ResourceId = ${OWNER}
          | where ResourceId in (machines)
          | extend KeyGroup = ${group}, KeyName = ${key}
          | where KeyName !in~ (ignored)
          | summarize Rows = count() by ResourceId, KeyGroup, KeyName, Hour = bin_at(TimeGenerated, 1h, since));
      union
          (seen
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by ResourceId
          | project ResourceId, KeyName = '', counts, delaySeconds = real(null)),
          (seen
          | where KeyName in (important) or KeyGroup in (important)
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by ResourceId, KeyName
          | project ResourceId, KeyName, counts, delaySeconds = real(null)),
          (seen
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by KeyName
          | top ${MOST_KEYS} by toreal(array_sum(counts)) desc
          | project ResourceId = '', KeyName, counts, delaySeconds = real(null)),
          (${table}
          | where TimeGenerated between ((until - 1d) .. until)
          | extend ResourceId = ${OWNER}
          | where ResourceId in (machines)
          | summarize delaySeconds = percentile((ingestion_time() - TimeGenerated) / 1s, 99)
          | where isfinite(delaySeconds)
          | project ResourceId = '', KeyName = '', counts = dynamic([]), delaySeconds)
      | order by ResourceId asc, KeyName asc
    `,
    row: SeriesRow,
  });
}
