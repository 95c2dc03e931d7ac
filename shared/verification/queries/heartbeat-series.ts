import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';
import { OWNER } from './owner.ts';
import { SeriesRow } from './series-row.ts';

/**
 * Heartbeats an hour of a group of machines by agent category, with the first and last one since `oldest` and
 * by how much the machine's clock is ahead: `newest` lies in the future. Hours begin at `since` and end at `until`.
 */
export const heartbeatSeriesQuery = defineQuery({
  id: 'heartbeat-series',
  target: 'logAnalytics',
  parameters: {
    oldest: 'datetime',
    newest: 'datetime',
    since: 'datetime',
    until: 'datetime',
    machines: 'strings',
  },
  text: `
    let heard = materialize(
        Heartbeat
        | where TimeGenerated between (oldest .. newest)
        | extend ResourceId = ${OWNER}
        | where ResourceId in (machines)
        | project TimeGenerated, ResourceId, Category,
            ahead = TimeGenerated - ingestion_time());
    heard
    | summarize firstSeen = min(TimeGenerated), lastSeen = max(TimeGenerated), aheadSeconds = max(ahead / 1s)
        by ResourceId, Category
    | join kind=leftouter (
        heard
        | where TimeGenerated between (since .. until)
        | make-series counts = count() default = 0 on TimeGenerated from since to until step 1h
            by ResourceId, Category)
        on ResourceId, Category
    | project ResourceId, Category, firstSeen, lastSeen, aheadSeconds, counts
    | order by ResourceId asc, Category asc
  `,
  row: z.object({
    ResourceId: z.string(),
    Category: z.string(),
    firstSeen: z.string(),
    lastSeen: z.string(),
    /** Negative: the delay of ingestion. */
    aheadSeconds: z.number().nullish(),
    /** null: none in the hours asked for. */
    counts: SeriesRow.shape.counts.nullable(),
  }),
});
