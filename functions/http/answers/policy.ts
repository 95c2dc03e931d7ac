import { z } from 'zod';
import type { WaveSettings as WaveSettingsView } from '../../../shared/model/plan.ts';
import { Policy } from '../../../shared/model/policy.ts';
import { answer, shape } from './answer.ts';

/** A policy with all its defaults; bodies have the same schema, with fields that may be left out. */
export const PolicyAnswer = shape('Policy', Policy);

const { concurrentBatchesPerCell, soakSeconds, windows, freezes, inventoryMaxAgeSeconds } = Policy.shape;
const { gate, checks, approvals, removal } = Policy.shape;

/** What a wave has of its own; the rest is the plan's policy. */
export const WaveSettings = answer<WaveSettingsView>()(
  'WaveSettings',
  z.strictObject({
    ...{ concurrentBatchesPerCell, soakSeconds, windows, freezes, inventoryMaxAgeSeconds },
    ...{ gate, checks, approvals, removal },
  }),
);
