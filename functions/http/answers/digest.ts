import { z } from 'zod';
import { DIGEST_PERIODS, type Digest as DigestView } from '../../../shared/model/digest.ts';
import { REMEDY_KINDS } from '../../../shared/model/drift-codes.ts';
import type { FleetSnapshot as FleetSnapshotView } from '../../../shared/model/fleet.ts';
import { answer, page } from './answer.ts';
import { driftCode } from './drift.ts';
import { phaseName } from './vocabulary.ts';

export const FleetSnapshot = answer<FleetSnapshotView>()(
  'FleetSnapshot',
  z.strictObject({
    at: z.string().describe('When the inventory was completed.'),
    legacyOnly: z.number(),
    both: z.number(),
    amaOnly: z.number(),
    neither: z.number(),
    total: z.number(),
  }),
);
export const FleetHistory = page('FleetHistory', 'items', FleetSnapshot);

const totals = z.strictObject({
  machines: z.number(),
  inFlight: z.number(),
  verified: z.number(),
  failed: z.number(),
  notUndone: z.number().exactOptional(),
});

export const Digest = answer<DigestView>()(
  'Digest',
  z.strictObject({
    id: z.string().describe('The period and its first day: the same digest has the same id.'),
    period: z.enum(DIGEST_PERIODS),
    from: z.string(),
    until: z.string().describe('Exclusive.'),
    madeAt: z.string(),
    fleet: FleetSnapshot.nullable().describe('The last inventory of the period or before.'),
    fleetBefore: FleetSnapshot.nullable().describe('The last one before the period began.'),
    waves: z.strictObject({
      started: z.number(),
      completed: z.number(),
      aborted: z.number(),
      shown: z
        .array(
          z.strictObject({
            id: z.string(),
            phase: phaseName,
            message: z.string(),
            totals,
            startedAt: z.string(),
            finishedAt: z.string().nullable(),
          }),
        )
        .describe('Not ended, or ended in the period; those that need a person first.'),
      more: z.number(),
    }),
    holds: z.array(
      z.strictObject({
        waveId: z.string(),
        kind: z.enum(['operator', 'gate', 'check', 'system']),
        reason: z.string(),
        since: z.string(),
        by: z.string(),
      }),
    ),
    drift: z
      .strictObject({
        id: z.string(),
        completedAt: z.string(),
        status: z.enum(['completed', 'failed']),
        problem: z.string().nullable(),
        counts: z.partialRecord(driftCode, z.number()),
        implausible: z.array(driftCode),
        remedies: z.array(
          z.strictObject({ kind: z.enum(REMEDY_KINDS), status: z.string(), machines: z.number() }),
        ),
      })
      .nullable()
      .describe('The newest drift check that ended by then.'),
    doublePaid: z
      .strictObject({
        twiceGbPerDay: z.number(),
        removalSavesGbPerDay: z.number(),
        workspaces: z.number(),
        unread: z.array(z.strictObject({ workspace: z.string(), reason: z.string() })),
      })
      .nullable()
      .describe('What is paid twice a day by now; null: not measured for this digest.'),
  }),
);
