import { defineQuery } from '../../model/query.ts';
import { TABLES, type Table } from '../../model/streams.ts';
import { TABLE_KEYS } from '../table-keys.ts';
import { OWNER } from './owner.ts';
import { PerfSeriesRow, SeriesRow } from './series-row.ts';

/** Keys of a group of machines: counters of processes come in thousands. */
const MOST_KEYS = 300;

const PARAMETERS = {
  since: 'datetime',
  until: 'datetime',
  machines: 'strings',
  important: 'strings',
  ignored: 'strings',
} as const;

/**
 * Rows of one table an hour, for a group of machines: of each machine, of each of its important keys, and of
 * every key of all of them together. Hours end at `until`; a name in `important` is that of a key or a group;
 * keys in `ignored` are left out of all. Rows are counted before they are kept: what `materialize` holds is limited
 * to 5 GB a node (Kusto documentation), less than a fortnight of raw security events. No rows have no delay: whether
 * `percentile` of none is null or NaN is not verified, and NaN is no number in JSON.
 */
export const tableSeriesQueries = Object.fromEntries(
  TABLES.map((table) => [
    table,
    defineQuery({
      id: `table-series-${table}`,
      target: 'logAnalytics',
      parameters: PARAMETERS,
      text: `${counted(table)}
      ${summed(table)}`,
      row: SeriesRow,
    }),
  ]),
) as Record<Table, ReturnType<typeof defineQuery<SeriesParameters, SeriesRow>>>;

type SeriesParameters = Readonly<
  Record<'since' | 'until', string> & Record<'machines' | 'important' | 'ignored', readonly string[]>
>;

/** Of each machine, the share of its rows from before that the counters' new rhythm leaves. */
const SHARES = {
  none: ', share = real(null)',
  branch: `,
          (seen
          | where Hour < baselineUntil
          | lookup kind=leftouter shares on Counter
          | summarize share = sum(Rows * coalesce(Share, 1.0)) / sum(Rows) by ResourceId
          | project ResourceId, KeyName = '', counts = dynamic([]), delaySeconds = real(null), share)`,
};

/**
 * The same of `Perf` where counters are read in another rhythm than before: `rhythms` are texts of a counter
 * (`object\counter`, lower case), a line break, and the share of its rows that will come. Of each machine it tells
 * what share of its rows before `baselineUntil` that makes, for machines differ in their disks and their cards.
 */
export const perfRhythmQuery = defineQuery({
  id: 'table-series-Perf-rhythms',
  target: 'logAnalytics',
  parameters: { ...PARAMETERS, baselineUntil: 'datetime', rhythms: 'strings' },
  text: `${counted('Perf', "Counter = tolower(strcat(ObjectName, '\\\\', CounterName))")}
      let shares = print Item = rhythms
          | mv-expand Item to typeof(string)
          | project Counter = tostring(split(Item, '\\n')[0]), Share = toreal(split(Item, '\\n')[1]);
      ${summed('Perf', SHARES)}`,
  row: PerfSeriesRow,
});

/** Rows of each machine by key and hour. `more` is one more column to count by, which the key decides. */
function counted(table: Table, more?: string): string {
  const { group, key } = TABLE_KEYS[table];
  return `
      let seen = materialize(
          ${table}
          | where TimeGenerated between (since .. until)
          | extend ResourceId = ${OWNER}
          | where ResourceId in (machines)
          | extend KeyGroup = ${group}, KeyName = ${key}
          | where KeyName !in~ (ignored)
          | summarize Rows = count() by ResourceId, KeyGroup, KeyName, Hour = bin_at(TimeGenerated, 1h, since)${
            more === undefined ? '' : `, ${more}`
          });`;
}

function summed(table: Table, { none, branch } = { none: '', branch: '' }): string {
  const noDelay = `delaySeconds = real(null)${none}`;
  return `union
          (seen
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by ResourceId
          | project ResourceId, KeyName = '', counts, ${noDelay}),
          (seen
          | where KeyName in (important) or KeyGroup in (important)
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by ResourceId, KeyName
          | project ResourceId, KeyName, counts, ${noDelay}),
          (seen
          | make-series counts = sum(Rows) default = 0 on Hour from since to until step 1h by KeyName
          | top ${MOST_KEYS} by toreal(array_sum(counts)) desc
          | project ResourceId = '', KeyName, counts, ${noDelay}),
          (${table}
          | where TimeGenerated between ((until - 1d) .. until)
          | extend ResourceId = ${OWNER}
          | where ResourceId in (machines)
          | summarize delaySeconds = percentile((ingestion_time() - TimeGenerated) / 1s, 99)
          | where isfinite(delaySeconds)
          | project ResourceId = '', KeyName = '', counts = dynamic([]), delaySeconds${none})${branch}
      | order by ResourceId asc, KeyName asc
    `;
}
