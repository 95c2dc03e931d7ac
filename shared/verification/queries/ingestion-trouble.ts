import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/**
 * What a workspace says of data it could not take in: its own operations, and errors of rules where somebody
 * sends them to it. Source: "Monitor Log Analytics workspace health" and the table reference of DCRLogErrors.
 */
export const ingestionTroubleQuery = defineQuery({
  id: 'ingestion-trouble',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime' },
  text: `
    union isfuzzy=true
        (_LogOperation
        | where TimeGenerated between (since .. until)
        | where Category =~ 'Ingestion' and Level in~ ('Warning', 'Error')
        | project TimeGenerated, Source = '_LogOperation', Operation, Detail),
        (DCRLogErrors
        | where TimeGenerated between (since .. until)
        | project TimeGenerated, Source = 'DCRLogErrors', Operation = OperationName, Detail = Message)
    | summarize times = count(), lastSeen = max(TimeGenerated), Detail = take_any(Detail) by Source, Operation
    | top 20 by times desc
    | project Source, Operation, times, lastSeen, Detail
  `,
  row: z.object({
    Source: z.string(),
    Operation: z.string().nullish(),
    times: z.number(),
    lastSeen: z.string(),
    Detail: z.string().nullish(),
  }),
});
