import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Data collection rules with where they send what. */
export const rulesQuery = defineQuery({
  id: 'rules',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.insights/datacollectionrules'
    | project id, name, location, kind, tags,
        sourceKinds = bag_keys(properties.dataSources),
        dataFlows = properties.dataFlows,
        logAnalytics = properties.destinations.logAnalytics,
        azureMonitorMetrics = properties.destinations.azureMonitorMetrics
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    location: z.string().nullish(),
    kind: z.string().nullish(),
    tags: z.record(z.string(), z.string().nullish()).nullish(),
    sourceKinds: z.array(z.string()).nullish(),
    dataFlows: z
      .array(
        z.object({
          streams: z.array(z.string()).nullish(),
          destinations: z.array(z.string()).nullish(),
          outputStream: z.string().nullish(),
        }),
      )
      .nullish(),
    logAnalytics: z
      .array(z.object({ name: z.string().nullish(), workspaceResourceId: z.string().nullish() }))
      .nullish(),
    azureMonitorMetrics: z.unknown().optional(),
  }),
});
