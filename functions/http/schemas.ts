import { z } from 'zod';
import { MACHINE_PLACE } from '../../shared/ledger/inventories.ts';
import { hasPlainParts, NOT_PLAIN, normalizeId } from '../../shared/model/ids.ts';
import { InventoryScopeRequest } from '../../shared/model/inventory-scope.ts';

/** Bodies and queries of the API. Ours are strict: a misspelt field is an error, not a silent default. */

/** An ARM id of a type below a resource group; empty for the group itself. */
export const armId = (type: string, example: string) =>
  z
    .string()
    .regex(
      new RegExp(`^/subscriptions/[^/]+/resourcegroups/[^/]+${type}$`, 'i'),
      `must be an ARM id of the form ${example}`,
    )
    .refine(hasPlainParts, NOT_PLAIN);

export const workspaceId = armId(
  '/providers/microsoft\\.operationalinsights/workspaces/[^/]+',
  '/subscriptions/ID/resourceGroups/NAME/providers/Microsoft.OperationalInsights/workspaces/NAME',
);

export const StartInventory = z.strictObject({
  scope: InventoryScopeRequest.prefault({}),
});

const by = z.string().min(1).max(200).optional();
/** An instant with its zone; kept in UTC. */
const startAt = z.iso
  .datetime({ offset: true, error: 'must be an instant with its zone, such as 2026-12-05T22:00:00+01:00' })
  .transform((text) => new Date(text).toISOString())
  .optional();
const NO_DRY_START = {
  path: ['startAt'],
  message: 'cannot go with dryRun: a dry run changes nothing and starts at once',
};
const startsNow = (body: { dryRun: boolean; startAt?: string | undefined }) =>
  !body.dryRun || body.startAt === undefined;

export const StartPlannedWave = z
  .strictObject({
    planId: z.string().min(1),
    wave: z.int().min(0),
    dryRun: z.boolean().default(false),
    startAt,
    by,
  })
  .refine(startsNow, NO_DRY_START);
export type StartPlannedWave = z.infer<typeof StartPlannedWave>;

/** An inline selection: a plan with one wave is made from it and started. */
export const StartSelectedWave = z
  .strictObject({
    selection: z.strictObject({
      inventoryId: z.string().min(1).default('latest'),
      machineIds: z.array(z.string().min(1)).min(1).max(1000),
      policy: z.unknown().optional(),
      /** The plan that migrated them before: then what is missing or wrong since is put right. */
      repairs: z.string().min(1).optional(),
    }),
    dryRun: z.boolean().default(false),
    startAt,
    by,
  })
  .refine(startsNow, NO_DRY_START);
export type StartSelectedWave = z.infer<typeof StartSelectedWave>;

/** The form a body is meant to have: chosen first, so that a fault is named where it is. */
export function startWaveSchema(body: unknown): z.ZodType<StartPlannedWave | StartSelectedWave> {
  return body !== null && typeof body === 'object' && 'selection' in body
    ? StartSelectedWave
    : StartPlannedWave;
}

export const ApproveWave = z.strictObject({ by, gate: z.enum(['start', 'removal']).optional() });
const reason = z.string().min(1).max(500);
/** Of the verbs that take nothing but a reason. */
export const WithReason = z.strictObject({ by, reason });
export const ResumeWave = z.strictObject({ by, reason: reason.optional() });
const someMachines = z.array(z.string().min(1).transform(normalizeId)).max(1000);
export const machineIds = someMachines.min(1);
export const RetryWave = z.strictObject({
  by,
  reason,
  /** Absent: all that failed, are blocked or wait. */
  machineIds: machineIds.optional(),
});
export const ChangeWaveMachines = z
  .strictObject({
    by,
    reason,
    add: someMachines.default([]),
    remove: someMachines.default([]),
  })
  .refine(({ add, remove }) => add.length + remove.length > 0, { message: 'names no machine' })
  .refine(({ add, remove }) => !add.some((id) => remove.includes(id)), {
    path: ['remove'],
    message: 'names a machine that add names, too',
  });

export const StartPlanRun = z.strictObject({
  startAt,
  /** The first wave to run; without it the first that has not completed. */
  fromWave: z.int().min(0).optional(),
  by,
});

/** For calls that take no query: a parameter that does nothing is a mistake the caller should hear of. */
export const NoQuery = z.strictObject({});

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().min(1).optional(),
});
/** A page of a list that is short by nature; the place is the number of items before it. */
export const ListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  after: z
    .string()
    .regex(/^\d{1,9}$/, 'is no place in this list; pass the "next" of the page before')
    .transform(Number)
    .default(0),
});

/** A page of an inventory's machines. */
export const MachinePageQuery = PageQuery.extend({
  after: z
    .string()
    .regex(MACHINE_PLACE, 'is no place in this list; pass the "next" of the page before')
    .optional(),
});
export const WaveMachinesQuery = PageQuery.extend({
  status: z.enum(['done', 'alreadyDone', 'skipped', 'waiting', 'blocked', 'failed']).optional(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']).optional(),
});

export const OpenApiQuery = z.strictObject({
  format: z
    .enum(['openapi', 'connector'])
    .default('openapi')
    .describe('`connector`: Swagger 2.0 for a custom connector of Logic Apps or Power Automate.'),
  tenant: z
    .guid()
    .optional()
    .describe('With `connector`: it signs in at this tenant, and needs client id and secret alone.'),
});
