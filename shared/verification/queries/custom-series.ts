import { defineQuery } from '../../model/query.ts';
import { OWNER } from './owner.ts';
import { SeriesRow } from './series-row.ts';

const WINDOW = { since: 'datetime', until: 'datetime', machines: 'strings' } as const;

/** Rows an hour of each machine and how late they came, counted before they are kept; custom tables have no keys. */
const COUNTED = `| where TimeGenerated between (since .. until)
          | extend ResourceId = ${OWNER}
          | where ResourceId in (machines)
          | summarize Rows = count(),
              Late = percentile((coalesce(ingestion_time(), TimeGenerated) - TimeGenerated) / 1s, 99)
              by ResourceId, Hour = bin_at(TimeGenerated, 1h, since)`;

const SUMMED = `union
          (counted
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by ResourceId
          | project ResourceId, KeyName = '', counts, delaySeconds = real(null)),
          (counted
          | where Hour >= until - 1d
          | summarize delaySeconds = percentilew(Late, Rows, 99)
          | where isfinite(delaySeconds)
          | project ResourceId = '', KeyName = '', counts = dynamic([]), delaySeconds)
      | order by ResourceId asc, KeyName asc`;

/** Rows of one custom table an hour, in the form of `table-series`. */
export const customSeriesQuery = defineQuery({
  id: 'custom-series',
  target: 'logAnalytics',
  parameters: { logTable: 'tableName', ...WINDOW },
  text: `
      let counted = materialize(
          table(logTable)
          ${COUNTED});
      ${SUMMED}
  `,
  row: SeriesRow,
});

/**
 * The same of a table that legacy agents fill and of the one that rules fill in its place, together. Either may be
 * missing until its first row has come: `isfuzzy` lets the other be counted.
 */
export const customSeriesPairQuery = defineQuery({
  id: 'custom-series-pair',
  target: 'logAnalytics',
  parameters: { legacyTable: 'tableName', logTable: 'tableName', ...WINDOW },
  text: `
      let counted = materialize(
          union isfuzzy=true
          (table(legacyTable)
          ${COUNTED}),
          (table(logTable)
          ${COUNTED}));
      ${SUMMED}
  `,
  row: SeriesRow,
});
