import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';
import { OWNER } from './owner.ts';

/** How many computers of each scale set Azure Monitor Agent was heard from. Facts file 3.9. */
export const instanceHeartbeatsQuery = defineQuery({
  id: 'instance-heartbeats',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', machines: 'strings' },
  text: `
    Heartbeat
    | where TimeGenerated between (since .. until)
    | where Category =~ 'Azure Monitor Agent'
    | extend ResourceId = ${OWNER}
    | where ResourceId in (machines)
    | summarize computers = count_distinct(tolower(Computer)) by ResourceId
    | order by ResourceId asc
  `,
  row: z.object({ ResourceId: z.string(), computers: z.number() }),
});
