import { z } from 'zod';
import { TABLES, type Table } from '../../../shared/model/streams.ts';
import { Agent, Instant, Os, Period } from './common.ts';

export const HeartbeatEntry = z
  .strictObject({
    machine: z.string().optional().describe('ARM id of a machine of this file'),
    computer: z.string().optional().describe('a computer that Azure knows only by its heartbeat'),
    agent: Agent,
    category: z.string().optional().describe('such as "SCOM Agent"'),
    workspace: z.string().optional().describe('customerId or ARM id; needed with computer'),
    from: Instant.optional(),
    until: Instant.optional(),
    gaps: z.array(Period).optional(),
  })
  .refine((entry) => (entry.machine === undefined) !== (entry.computer === undefined), {
    message: 'give either machine or computer',
  })
  .refine((entry) => entry.computer === undefined || entry.workspace !== undefined, {
    message: 'a computer without a machine needs a workspace',
    path: ['workspace'],
  });
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
