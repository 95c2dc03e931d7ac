import { z } from 'zod';
import { normalizeId } from '../../shared/model/ids.ts';

export const PageOfTrail = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  after: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT[^/\\#?]{1,400}$/, 'is no place in a trail; pass the "next" of the page before')
    .optional(),
});

/** A page of a wave's trail. */
export const PageOfWaveTrail = PageOfTrail.extend({
  machine: z
    .string()
    .min(1)
    .max(1000)
    .transform(normalizeId)
    .optional()
    .describe(
      'Only entries about this machine, by its ARM id; a page may then be short while `next` is there.',
    ),
});

/** Whose trail. */
export const Trail = z.strictObject({
  trail: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,200}$/, 'must be the id of a wave or of a run')
    .optional()
    .describe('Id of a wave or of a run of a plan; without it what belongs to neither.'),
});

export const TrailQuery = PageOfTrail.extend(Trail.shape);
