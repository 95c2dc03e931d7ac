import { z } from 'zod';
import { TABLES, type Table } from '../../../shared/model/streams.ts';
import { Agent, Instant, Os, Period } from './common.ts';

export const HeartbeatEntry = z
  .strictObject({
    machine: z.string().optional().describe('ARM id of a machine of this file'),
    computer: z
      .string()
      .optional()
      .describe('without machine: a computer known by its heartbeat alone; with it: its name in the period'),
    agent: Agent,
    category: z.string().optional().describe('such as "SCOM Agent"'),
    workspace: z
      .string()
      .optional()
      .describe('customerId or ARM id; needed with a computer, with a machine one more place it is heard'),
    resourceId: z
      .string()
      .optional()
      .describe('`_ResourceId` as it is: of a deleted machine or a scale set instance; "" is none'),
    agentId: z.string().optional().describe('`SourceComputerId`; clones share one'),
    vmId: z.string().optional().describe('`VMUUID`'),
    solutions: z.string().optional().describe('such as "security", "updates", each in quotes'),
    os: Os.optional().describe('of a computer without a machine; default windows'),
    from: Instant.optional(),
    until: Instant.optional(),
    gaps: z.array(Period).optional(),
    aheadSeconds: z.number().min(0).optional().describe('how far the clock of the machine is ahead'),
  })
  .refine((entry) => entry.machine !== undefined || entry.computer !== undefined, {
    message: 'give a machine or a computer',
  })
  .refine(
    (entry) => entry.machine === undefined || entry.computer === undefined || entry.workspace === undefined,
    {
      message: 'a machine is renamed in all its workspaces: leave workspace out, or computer',
      path: ['workspace'],
    },
  )
  .refine(
    (entry) => entry.machine !== undefined || entry.computer === undefined || entry.workspace !== undefined,
    { message: 'a computer without a machine needs a workspace', path: ['workspace'] },
  );
export type HeartbeatEntry = z.infer<typeof HeartbeatEntry>;

const Rate = z.number().min(0);
const CustomTable = z
  .string()
  .regex(/^[A-Za-z]\w*_CL$/, 'expected the name of a custom table, such as App_CL');

export const TableEntry = z.strictObject({
  table: z.union([z.enum(TABLES as [Table, ...Table[]]), CustomTable]),
  machine: z.string().optional().describe('ARM id; without it every machine (of the operating system)'),
  os: Os.optional(),
  rowsPerHour: z.union([Rate, z.strictObject({ ama: Rate.optional(), legacy: Rate.optional() })]).optional(),
  agent: Agent.optional().describe('which agent the gaps are about; default both'),
  gaps: z.array(Period).optional(),
  lagSeconds: z.number().min(0).optional(),
  keys: z
    .record(z.string().min(1), Rate)
    .optional()
    .describe('shares of the rows by key: EventID, log/EventID, facility/severity, counter …'),
  lostKeys: z
    .array(z.string().min(1))
    .optional()
    .describe('keys that Azure Monitor Agent does not write, as under a rule that misses them'),
  slowedKeys: z
    .record(z.string().min(1), Rate)
    .optional()
    .describe('shares of the rows by key that Azure Monitor Agent writes, as under a longer interval'),
});
export type TableEntry = z.infer<typeof TableEntry>;

/** What a workspace takes in beside the machines' own rows; replaces the volume of a simulated table. */
export const UsageEntry = z.strictObject({
  workspace: z.string().describe('customerId or ARM id'),
  table: z.string().min(1),
  megabytesPerDay: Rate,
  billable: z.boolean().optional().describe('default true'),
  from: Instant.optional(),
  until: Instant.optional().describe('the last day with data'),
});
export type UsageEntry = z.infer<typeof UsageEntry>;

/** What a workspace reports of data it did not take in: a row of `_LogOperation` or `DCRLogErrors`. */
export const IngestionTroubleEntry = z.strictObject({
  workspace: z.string().describe('customerId or ARM id'),
  source: z.enum(['_LogOperation', 'DCRLogErrors']).optional().describe('default _LogOperation'),
  operation: z.string().min(1).describe('such as "Data collection stopped"'),
  detail: z.string().optional(),
  at: Instant,
});
export type IngestionTroubleEntry = z.infer<typeof IngestionTroubleEntry>;

/**
 * One writer of a custom table. Without any entry for its table, the legacy agents that are heard fill the table
 * of a custom log.
 */
export const CustomRowsEntry = z.strictObject({
  workspace: z.string().describe('customerId or ARM id'),
  table: CustomTable,
  sourceSystem: z
    .string()
    .optional()
    .describe('`SourceSystem`: OpsManager or Linux of legacy agents, RestAPI (default), "" of rules'),
  rowsPerHour: Rate.optional().describe('default 60'),
  computers: z.int().min(1).optional().describe('default 1'),
  from: Instant.optional(),
  until: Instant.optional(),
});
export type CustomRowsEntry = z.infer<typeof CustomRowsEntry>;
