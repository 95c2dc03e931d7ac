import { z } from 'zod';
import { Freeze, Window } from './calendar.ts';
import { type DriftCode, REMEDIED_CODES } from './drift-codes.ts';
import { InventoryScopeRequest } from './inventory-scope.ts';

/** Machines of one remedy at most: an inline selection of a wave takes no more. */
export const MOST_MACHINES = 1000;

/**
 * What the drift check may do by itself; an approver sets it. Without one it finds, and proposes. Waves of a remedy
 * run under the policy of the plan that migrated their machines: proxies, identities, gates and approvals are that
 * plan's.
 */
export const DriftPolicy = z.strictObject({
  /** What is checked; nothing given: all that the app can see. */
  scope: InventoryScopeRequest.prefault({}),
  /** Codes that are remedied without a person; all others are proposals. */
  automatic: z
    .array(z.enum(REMEDIED_CODES as [DriftCode, ...DriftCode[]]))
    .default([])
    .transform((codes) => [...new Set(codes)].sort()),
  /** When remedies may begin and change something, instead of the windows of the plan; none: as the plan says. */
  windows: z.array(Window).max(50).default([]),
  freezes: z.array(Freeze).max(50).default([]),
  /** Blast radius: what one run remedies by itself at most; the smaller of the two. */
  caps: z
    .strictObject({
      machines: z.int().min(0).max(MOST_MACHINES).default(50),
      /** Of the migrated machines; rounded up. */
      share: z.number().min(0).max(1).default(0.05),
    })
    .prefault({}),
  /** More machines with one finding than this are taken for a failed query: nothing is remedied on it. */
  plausibility: z
    .strictObject({
      share: z.number().gt(0).max(1).default(0.2),
      /** Fewer than this are always believed: three of five machines may well have drifted. */
      atLeast: z.int().min(1).max(100_000).default(10),
    })
    .prefault({}),
  /** Approvals of remedy waves, where they shall differ from their plan's. */
  approvals: z.strictObject({ start: z.boolean().optional(), removal: z.boolean().optional() }).prefault({}),
  /** The plan whose policy machines get that no plan has seen yet; absent: that of the newest wave that ended. */
  basePlanId: z.string().min(1).optional(),
});
export type DriftPolicy = z.infer<typeof DriftPolicy>;

export const DEFAULT_DRIFT_POLICY: DriftPolicy = DriftPolicy.parse({});
