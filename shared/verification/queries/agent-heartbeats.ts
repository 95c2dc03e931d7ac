import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';
import { OWNER } from './owner.ts';

/** Last heartbeat per agent category for a batch of machines in one workspace. */
export const agentHeartbeatsQuery = defineQuery({
  id: 'agent-heartbeats',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', machines: 'strings' },
  text: `
    Heartbeat
    | where TimeGenerated between (since .. until)
    | extend ResourceId = ${OWNER}
    | where ResourceId in (machines)
    | summarize lastSeen = max(TimeGenerated) by ResourceId, Category
    | order by ResourceId asc, Category asc
  `,
  row: z.object({ ResourceId: z.string(), Category: z.string(), lastSeen: z.string() }),
});
