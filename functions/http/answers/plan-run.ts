import { z } from 'zod';
import type { planRunView } from '../plan-run-view.ts';
import { answer, shape } from './answer.ts';
import { Hold } from './outcome.ts';
import { abort, phaseName, requester } from './vocabulary.ts';

/** Who let a run go on to a wave; `policy` is the plan itself. */
export const RunPromotion = shape(
  'RunPromotion',
  z.strictObject({
    wave: z.number().describe('The wave that may start.'),
    by: z.string(),
    at: z.string(),
    reason: z.string().nullable(),
  }),
);

export const PlanRun = answer<Awaited<ReturnType<typeof planRunView>>>()(
  'PlanRun',
  z.strictObject({
    waves: z.number(),
    currentWave: z.strictObject({
      link: z.string().exactOptional(),
      index: z.number(),
      phase: phaseName.nullable(),
      message: z.string().nullable(),
    }),
    state: z.enum([
      'held',
      'aborted',
      'planned',
      'awaitingApproval',
      'progressing',
      'completed',
      'awaitingPromotion',
    ]),
    message: z.string(),
    id: z.string(),
    planId: z.string(),
    ...requester,
    createdAt: z.string(),
    startAt: z.string().nullable().describe('When its first wave starts; null: at once.'),
    fromWave: z.number(),
    promotions: z.array(RunPromotion),
    holds: z.array(Hold).describe('Those of a person are passed on to the wave it is at.'),
    abort: abort.nullable(),
    finishedAt: z.string().nullable(),
  }),
);
