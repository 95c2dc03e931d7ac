import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * Billed bytes of Syslog by facility and severity, the largest first; all others together have no name. Rows of
 * every agent count. `_IsBillable` is a text in some workspaces and a truth value in others.
 */
export const syslogSeveritiesQuery = defineQuery({
  id: 'lever-syslog-severities',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', top: 'long' },
  text: `
    Syslog
    | where TimeGenerated between (since .. until)
    | where tostring(_IsBillable) =~ 'true'
    | summarize rowCount = count(), billedBytes = sum(_BilledSize) by Facility, SeverityLevel
    | order by billedBytes desc, Facility asc, SeverityLevel asc
    | extend place = row_number()
    | summarize rowCount = sum(rowCount), billedBytes = sum(billedBytes), place = min(place)
        by Facility = iff(place <= top, Facility, ''), SeverityLevel = iff(place <= top, SeverityLevel, '')
    | order by place asc
    | project Facility, SeverityLevel, rowCount, billedBytes
  `,
  row: z.object({
    Facility: z.string().nullish(),
    SeverityLevel: z.string().nullish(),
    rowCount: z.number(),
    billedBytes: z.number(),
  }),
});
