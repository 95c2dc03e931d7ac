import { z } from 'zod';
import { shape } from './answer.ts';
import { needs, reasonCode } from './vocabulary.ts';

/** Why progress is stopped. A wave has a list of them; it moves again when the list is empty. */
export const Hold = shape(
  'Hold',
  z.strictObject({
    id: z.string(),
    kind: z.enum(['gate', 'check', 'operator', 'system']),
    reason: z.string(),
    since: z.string(),
    by: z.string(),
  }),
);

/** Result of a stage on one machine (DESIGN section 2). */
export const Outcome = shape(
  'Outcome',
  z.union([
    z.strictObject({
      status: z.enum(['done', 'alreadyDone']),
      detail: z.string().exactOptional(),
    }),
    z.strictObject({
      status: z.literal('skipped'),
      reason: reasonCode,
      detail: z.string().exactOptional(),
    }),
    z.strictObject({
      status: z.literal('waiting'),
      reason: reasonCode,
      until: z.string().describe('When to look again, ISO 8601.'),
      detail: z.string().exactOptional(),
    }),
    z.strictObject({
      status: z.literal('blocked'),
      reason: reasonCode,
      needs: needs,
      detail: z.string().exactOptional(),
    }),
    z.strictObject({
      status: z.literal('failed'),
      code: reasonCode,
      detail: z.string().exactOptional(),
    }),
  ]),
);
