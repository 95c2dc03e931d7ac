import { z } from 'zod';

/** An instant as ISO 8601 in UTC. */
export const Instant = z.iso.datetime({ error: 'expected an instant such as 2026-11-21T08:00:00Z' });

/** A range that a seeded choice per machine is taken from, in seconds. */
export const Seconds = z.strictObject({ min: z.number().min(0), max: z.number().min(0) });
export type Seconds = z.infer<typeof Seconds>;

export const Agent = z.enum(['ama', 'legacy']);
export type Agent = z.infer<typeof Agent>;

export const Period = z.strictObject({ from: Instant, until: Instant.optional() });
export type Period = z.infer<typeof Period>;

export const Os = z.enum(['windows', 'linux']);
export type Os = z.infer<typeof Os>;

/** Which machines an entry is about; every given property must match, an empty match is every machine. */
export const MachineMatch = z.strictObject({
  machines: z.array(z.string()).optional().describe('ARM ids, compared without case'),
  subscription: z.string().optional(),
  resourceGroup: z.string().optional(),
  location: z.string().optional(),
  kind: z.enum(['azureVm', 'arcServer', 'scaleSet']).optional(),
  os: Os.optional(),
  tag: z
    .strictObject({ name: z.string(), value: z.string().optional() })
    .optional()
    .describe('a tag the machine carries; without value any value'),
});
export type MachineMatch = z.infer<typeof MachineMatch>;
