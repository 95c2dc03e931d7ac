import { z } from 'zod';
import { contentHash, normalizeId } from './ids.ts';
import { MachineMatch, Policy, WaveOverrides } from './policy.ts';

const Selection = z
  .strictObject({
    /** Explicit machines; all others stay out. */
    machineIds: z
      .array(z.string().transform(normalizeId))
      .min(1)
      .transform((ids) => [...new Set(ids)])
      .optional(),
    include: z.array(MachineMatch).default([]),
    exclude: z.array(MachineMatch).default([]),
    /** A query over the machines of the inventory, in MongoDB's form: {"osVersion": {"$in": ["10.0", "6.3"]}}. */
    query: z.record(z.string(), z.unknown()).optional(),
    /** Share of the machines that are ready, chosen by their ids alone; applied last, rounded up. */
    percentage: z.number().min(1).max(100).optional(),
  })
  .superRefine(({ machineIds, include, exclude }, context) => {
    const included = include.map((match) => contentHash(match));
    exclude.forEach((match, i) => {
      const fault = (message: string, field?: string) =>
        context.addIssue({
          code: 'custom',
          path: ['exclude', i, ...(field === undefined ? [] : [field])],
          message,
        });
      const fields = Object.keys(match);
      const twin = included.indexOf(contentHash(match));
      if (twin >= 0) fault(`is also at selection.include[${twin}]: no machine can fit both`);
      else if (fields.length === 0) fault('fits every machine, so that none would be left');
      const only = fields.length === 1 ? match.machineId : undefined;
      if (only !== undefined && machineIds?.includes(only) === true) {
        fault('is also in selection.machineIds', 'machineId');
      }
    });
  });
export type Selection = z.infer<typeof Selection>;

const DEFAULT_FIRST_SIZE = 25;
const DEFAULT_GROWTH = 2;

const Cohorts = z
  .strictObject({
    /** Machines of wave 0: as many as there are combinations to try, or a number; 0 for no pilot. */
    pilotSize: z
      .union([z.literal('everyCombination'), z.int().min(0)], {
        error: 'must be a whole number from 0 on, or "everyCombination"',
      })
      .default('everyCombination'),
    /** Machines of the first wave after the pilot. */
    firstSize: z.int().min(1).optional(),
    /** Each later wave is this many times as large as the one before. */
    growth: z.number().min(1).max(100).optional(),
    /** Fixed sizes of the waves after the pilot instead; the last one repeats. */
    sizes: z.array(z.int().min(1)).min(1).max(1000).optional(),
    /** Blast-radius limit: no wave is larger. */
    maxSize: z.int().min(1).default(1000),
  })
  .superRefine(({ pilotSize, firstSize, growth, sizes, maxSize }, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const tooLarge = `is larger than cohorts.maxSize (${maxSize})`;
    if (typeof pilotSize === 'number' && pilotSize > maxSize) fault(['pilotSize'], tooLarge);
    if (firstSize !== undefined && firstSize > maxSize) fault(['firstSize'], tooLarge);
    const instead = 'cannot be given beside cohorts.sizes';
    if (sizes !== undefined && firstSize !== undefined) fault(['firstSize'], instead);
    if (sizes !== undefined && growth !== undefined) fault(['growth'], instead);
    sizes?.forEach((size, i) => {
      if (size > maxSize) fault(['sizes', i], tooLarge);
    });
  })
  .transform(({ firstSize, growth, ...cohorts }) => ({
    ...cohorts,
    firstSize: firstSize ?? Math.min(DEFAULT_FIRST_SIZE, cohorts.maxSize),
    growth: growth ?? DEFAULT_GROWTH,
  }));
export type Cohorts = z.infer<typeof Cohorts>;

/** Settings of some waves only. Where lines name the same wave, the later one wins, setting by setting. */
const WaveSettingsLine = z.strictObject({
  /** `pilot` is wave 0 of a plan with a pilot, `rest` is every other wave. */
  waves: z.union([z.enum(['pilot', 'rest']), z.array(z.int().min(0)).min(1)], {
    error: 'must be "pilot", "rest" or a list of wave numbers',
  }),
  policy: WaveOverrides,
});
export type WaveSettingsLine = z.infer<typeof WaveSettingsLine>;

/** What a person asks for: which machines, in what cohorts, under which policy. */
export const PlanRequest = z
  .strictObject({
    inventoryId: z.string().min(1).default('latest'),
    name: z.string().min(1).max(100).default('migration'),
    /**
     * Which rule sets give machines their rules: what is deployed now, some of it by id, or none. Workspaces
     * without one give every rule that feeds them.
     */
    ruleSets: z
      .union([z.enum(['deployed', 'none']), z.array(z.string().min(1)).max(1000)], {
        error: 'must be "deployed", "none" or a list of rule set ids',
      })
      .default('deployed')
      .transform((choice) => (typeof choice === 'string' ? choice : [...new Set(choice)])),
    selection: Selection.prefault({}),
    cohorts: Cohorts.prefault({}),
    policy: Policy.prefault({}),
    waveSettings: z.array(WaveSettingsLine).max(100).default([]),
    /**
     * The plan that migrated the machines of selection.machineIds: they are planned although their legacy agent is
     * gone, so that what is missing or wrong since is put right.
     */
    repairs: z.string().min(1).optional(),
  })
  .superRefine(({ cohorts, waveSettings, repairs, selection }, context) => {
    if (repairs !== undefined && selection.machineIds === undefined)
      context.addIssue({
        code: 'custom',
        path: ['selection', 'machineIds'],
        message: 'is required beside repairs: nothing is put right that nobody named',
      });
    waveSettings.forEach(({ waves }, i) => {
      if (waves !== 'pilot' || cohorts.pilotSize !== 0) return;
      const message = 'names the pilot, and cohorts.pilotSize is 0';
      context.addIssue({ code: 'custom', path: ['waveSettings', i, 'waves'], message });
    });
  });
export type PlanRequest = z.infer<typeof PlanRequest>;

/** Whether legacy agents of some wave could go without the word of anybody but who asks for it. */
export function foregoesApproval({ policy, waveSettings }: PlanRequest): boolean {
  const { removal, requesterMayApprove } = policy.approvals;
  const approvals = [{}, ...waveSettings.map((line) => line.policy.approvals ?? {})];
  return approvals.some(
    (own: { removal?: boolean | undefined; requesterMayApprove?: boolean | undefined }) =>
      !(own.removal ?? removal) || (own.requesterMayApprove ?? requesterMayApprove),
  );
}
