import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/**
 * How many security events each machine of a workspace wrote up to an instant, and from a later one on. One
 * query for all machines: it names none, so that no list grows with the estate.
 */
export const securityEventWritersQuery = defineQuery({
  id: 'security-event-writers',
  target: 'logAnalytics',
  parameters: { since: 'datetime', splitAt: 'datetime', resumeAt: 'datetime', until: 'datetime' },
  text: `
    SecurityEvent
    | where TimeGenerated between (since .. until)
    | where TimeGenerated < splitAt or TimeGenerated >= resumeAt
    | summarize rowsBefore = countif(TimeGenerated < splitAt), rowsAfter = countif(TimeGenerated >= resumeAt)
        by ResourceId = tolower(_ResourceId)
    | order by ResourceId asc
  `,
  row: z.object({ ResourceId: z.string(), rowsBefore: z.number(), rowsAfter: z.number() }),
});

export type SecurityEventWriter = z.infer<typeof securityEventWritersQuery.row>;
