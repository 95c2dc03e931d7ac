import { z } from 'zod';
import type { Workspace as WorkspaceView } from '../../../shared/model/machine.ts';
import { answer, shape } from './answer.ts';

/** What a workspace takes in, from its own usage records. */
export const WorkspaceUse = shape(
  'WorkspaceUse',
  z.strictObject({
    tables: z.array(
      z.strictObject({
        table: z.string(),
        billable: z.boolean(),
        megabytesPerDay: z.number().describe('Average over the days read.'),
        lastSeen: z.string(),
      }),
    ),
    agents: z
      .strictObject({
        legacy: z.number(),
        ama: z.number(),
        scom: z.number(),
      })
      .describe('Machines heard lately, by agent.'),
    legacyMachines: z
      .number()
      .describe(
        'Machines whose legacy agent is set to the workspace, or was last heard there, however long ago.',
      ),
  }),
);

/** A file that the legacy agents of a workspace read into a custom table. */
export const CustomLog = shape(
  'CustomLog',
  z.strictObject({
    table: z.string().describe('With its `_CL`.'),
    os: z.array(z.enum(['windows', 'linux'])).describe('Systems it names files for.'),
  }),
);

export const Workspace = answer<WorkspaceView>()(
  'Workspace',
  z.strictObject({
    id: z.string(),
    resourceId: z.string(),
    name: z.string(),
    region: z.string(),
    customerId: z
      .string()
      .describe('The GUID that agents carry in their settings and that the query API is addressed by.'),
    sku: z.string().nullable(),
    retentionDays: z.number().nullable(),
    solutions: z
      .array(z.string())
      .describe('Legacy solutions, by product name: `Updates`, `SecurityInsights`, …'),
    use: WorkspaceUse.nullable().describe('null: could not be read.'),
    customLogs: z
      .array(CustomLog)
      .nullable()
      .exactOptional()
      .describe('Custom logs of the legacy agent; null: could not be read. Absent in inventories of before.'),
  }),
);
