import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/**
 * Which agents of a workspace have been heard, per machine. `Category` is the only column that tells the
 * agents apart: "Direct Agent" is legacy, "SCOM …" is legacy behind a management group. Facts file 3.9.
 * A large workspace is read in parts, so that no answer passes the limits of the query service.
 */
export const heartbeatsQuery = defineQuery({
  id: 'heartbeats',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', parts: 'long', part: 'long' },
  text: `
    Heartbeat
    | where TimeGenerated between (since .. until)
    | where hash(tolower(Computer), parts) == part
    | summarize arg_max(TimeGenerated, Solutions, OSName, OSMajorVersion, OSMinorVersion) by ResourceId = tolower(_ResourceId), Computer = tolower(Computer),
        Category, AgentId = tolower(SourceComputerId), VmId = tolower(VMUUID), OSType
    | project ResourceId, Computer, Category, AgentId, VmId, OSType, Solutions, OSName,
        OSVersion = strcat(OSMajorVersion, '.', OSMinorVersion), lastSeen = TimeGenerated
    | order by ResourceId asc, Computer asc, Category asc
  `,
  row: z.object({
    ResourceId: z.string().nullish(),
    Computer: z.string().nullish(),
    Category: z.string().nullish(),
    AgentId: z.string().nullish(),
    VmId: z.string().nullish(),
    OSType: z.string().nullish(),
    Solutions: z.string().nullish(),
    OSName: z.string().nullish(),
    OSVersion: z.string().nullish(),
    lastSeen: z.string(),
  }),
});

export type HeartbeatRow = z.infer<typeof heartbeatsQuery.row>;
