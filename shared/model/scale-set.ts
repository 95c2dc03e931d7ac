import { z } from 'zod';
import type { MachineStage } from './stages.ts';

/**
 * How changes of a scale set's model reach its instances. An upgrade applies the whole model, image and disks
 * included, and can restart an instance: what the owners keep in their hands stays there unless a plan says so.
 */
export const ScaleSetPolicy = z
  .strictObject({
    /** Lets the app upgrade instances of sets whose upgrade policy is Manual. */
    upgradeManual: z.boolean().default(false),
    /** Goes on although instances lack earlier changes of the model, which the upgrade then brings as well. */
    upgradeOutdated: z.boolean().default(false),
    /** Share of a set that is upgraded at a time under the Manual policy; at least one instance. */
    batchPercent: z.int().min(1).max(100).default(20),
    /** How long a change may take to reach all instances. */
    upgradeDeadlineSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(86_400),
  })
  .prefault({});
export type ScaleSetPolicy = z.infer<typeof ScaleSetPolicy>;

/** A change of a scale set's model that the app made, until every instance has it. */
export interface ScaleSetWork {
  readonly stage: MachineStage;
  /** `model`: the change of the model is under way. `instances`: the model has it, instances are getting it. */
  readonly phase: 'model' | 'instances';
  /** When the change was started, ISO 8601: a rolling upgrade that began later carries it. */
  readonly changedAt: string;
}
