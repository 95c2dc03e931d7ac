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

export const TableEntry = z.strictObject({
  table: z.enum(TABLES as [Table, ...Table[]]),
  machine: z.string().optional().describe('ARM id; without it every machine (of the operating system)'),
  os: Os.optional(),
  rowsPerHour: z.union([Rate, z.strictObject({ ama: Rate.optional(), legacy: Rate.optional() })]).optional(),
  agent: Agent.optional().describe('which agent the gaps are about; default both'),
  gaps: z.array(Period).optional(),
  lagSeconds: z.number().min(0).optional(),
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
