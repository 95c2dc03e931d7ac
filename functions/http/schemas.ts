import { z } from 'zod';

/** Bodies and queries of the API. Ours are strict: a misspelt field is an error, not a silent default. */

export const StartInventory = z.strictObject({
  scope: z.strictObject({ subscriptions: z.array(z.guid()).default([]) }).prefault({}),
});

const StartPlannedWave = z.strictObject({
  planId: z.string().min(1),
  wave: z.int().min(0),
  dryRun: z.boolean().default(false),
  by: z.string().min(1).max(200).optional(),
});
export type StartPlannedWave = z.infer<typeof StartPlannedWave>;

/** An inline selection: a plan with one wave is made from it and started. */
const StartSelectedWave = z.strictObject({
  selection: z.strictObject({
    inventoryId: z.string().min(1).default('latest'),
    machineIds: z.array(z.string().min(1)).min(1).max(1000),
    policy: z.unknown().optional(),
  }),
  dryRun: z.boolean().default(false),
  by: z.string().min(1).max(200).optional(),
});
export type StartSelectedWave = z.infer<typeof StartSelectedWave>;

/** The form a body is meant to have: chosen first, so that a fault is named where it is. */
export function startWaveSchema(body: unknown): z.ZodType<StartPlannedWave | StartSelectedWave> {
  return body !== null && typeof body === 'object' && 'selection' in body
    ? StartSelectedWave
    : StartPlannedWave;
}

const by = z.string().min(1).max(200).optional();
export const ApproveWave = z.strictObject({ by, gate: z.enum(['start', 'removal']).optional() });
export const HoldWave = z.strictObject({ by, reason: z.string().min(1).max(500) });
export const ResumeWave = z.strictObject({ by, reason: z.string().min(1).max(500).optional() });
export const AbortWave = z.strictObject({ by, reason: z.string().min(1).max(500) });

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().min(1).optional(),
});
export const WaveMachinesQuery = PageQuery.extend({
  status: z.enum(['done', 'alreadyDone', 'skipped', 'waiting', 'blocked', 'failed']).optional(),
});
