import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** The last free space of system disks that any agent reported, in megabytes. */
export const freeSpaceQuery = defineQuery({
  id: 'free-space',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime' },
  text: `
    union isfuzzy = true
      (Perf
        | where TimeGenerated between (since .. until)
        | where ObjectName in ('LogicalDisk', 'Logical Disk') and CounterName == 'Free Megabytes'
        | project TimeGenerated, ResourceId = tolower(_ResourceId), Disk = InstanceName, megabytes = CounterValue),
      (InsightsMetrics
        | where TimeGenerated between (since .. until)
        | where Namespace == 'LogicalDisk' and Name == 'FreeSpaceMB'
        | project TimeGenerated, ResourceId = tolower(_ResourceId),
            Disk = tostring(parse_json(Tags)['vm.azm.ms/mountId']), megabytes = Val)
    | where isnotempty(ResourceId) and Disk in ('C:', '/', '/var', '/opt')
    | summarize arg_max(TimeGenerated, megabytes) by ResourceId, Disk
    | project ResourceId, Disk, megabytes, lastSeen = TimeGenerated
    | order by ResourceId asc, Disk asc
  `,
  row: z.object({
    ResourceId: z.string(),
    Disk: z.string(),
    megabytes: z.number(),
    lastSeen: z.string(),
  }),
});
