import { z } from 'zod';
import { Period } from './common.ts';

/** What scripts meet on machines: agents no extension shows, and what stands in their way. */
export const LegacyBox = z.strictObject({
  manualAgents: z
    .array(
      z.strictObject({
        machine: z.string(),
        workspaces: z
          .array(z.string())
          .optional()
          .describe('customerId or ARM id; beside those its extension and heartbeats name'),
        managementGroups: z
          .boolean()
          .optional()
          .describe('Operations Manager uses the agent, though no heartbeat may tell; default false'),
      }),
    )
    .optional()
    .describe('legacy agents that were installed, or given workspaces, by hand'),
  packageManagerLocks: z
    .array(z.strictObject({ machine: z.string(), ...Period.partial().shape }))
    .optional()
    .describe('times in which another installation holds the package manager'),
  scriptFaults: z
    .array(
      z.strictObject({
        machine: z.string(),
        output: z.string().optional().describe('printed instead of a result; default nothing'),
        exitCode: z.int().optional().describe('default 1'),
        attempts: z.int().min(1).optional().describe('scripts that fail so; default: all do'),
      }),
    )
    .optional(),
});
