import { z } from 'zod';
import { hasPlainParts, NOT_PLAIN, normalizeId } from './ids.ts';
import { STAGES } from './stages.ts';

const share = z.number().min(0).max(1);
const workspaceId = z
  .string()
  .regex(/^\/subscriptions\/[^/]+\/.+\/workspaces\/[^/]+$/i, 'must be the ARM id of a workspace')
  .refine(hasPlainParts, NOT_PLAIN)
  .transform(normalizeId);

/** What an answer must be for a check to pass. */
export const PassRule = z
  .strictObject({
    is: z.enum(['equals', 'notEquals', 'below', 'atMost', 'above', 'atLeast']),
    value: z.union([z.number(), z.string().max(500), z.boolean()]),
  })
  .refine(({ is, value }) => /quals$/.test(is) || typeof value === 'number', {
    path: ['value'],
    message: 'must be a number to be compared by size',
  });
export type PassRule = z.infer<typeof PassRule>;

const common = {
  /** Names its hold and its line in the report. */
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'must begin with a letter and hold letters, digits and hyphens'),
  /** `working`: while machines are worked on; `removal`: at the gate before agents are removed. */
  at: z.enum(['working', 'removal', 'both']).default('both'),
  /** False: it is judged and told, and stops nothing. */
  enforce: z.boolean().default(true),
  /** Whether the wave goes on by itself once the check passes again. */
  resumes: z.boolean().default(false),
};

const least = (fields: readonly string[]) => ({
  message: `needs at least one of ${fields.join(', ')}`,
});
const VERDICT_LIMITS = ['maxFailedShare', 'maxInconclusiveShare', 'maxErrorShare'] as const;

/** Checks that hold a wave when they fail, beside the limits of the removal gate. */
export const Check = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('installFailures'),
    ...common,
    /** Of the machines whose installation has ended, those that failed or are blocked. */
    maxShare: share,
    /** Machines that must have ended before the share says anything, unless the wave has no more. */
    minMachines: z.int().min(1).max(100_000).default(5),
  }),
  z
    .strictObject({
      kind: z.literal('verdicts'),
      ...common,
      /** Of the machines whose verification has ended. */
      maxFailedShare: share.optional(),
      maxInconclusiveShare: share.optional(),
      /** Machines whose data could not be read or judged. */
      maxErrorShare: share.optional(),
      minMachines: z.int().min(1).max(100_000).default(5),
    })
    .refine((check) => VERDICT_LIMITS.some((limit) => check[limit] !== undefined), least(VERDICT_LIMITS)),
  z.strictObject({
    kind: z.literal('heartbeats'),
    ...common,
    /** Of the machines with associated rules, those whose new agent was heard lately. */
    minShare: share,
    minMachines: z.int().min(1).max(100_000).default(5),
  }),
  z.strictObject({
    kind: z.literal('timeInStage'),
    ...common,
    stage: z.enum(STAGES).exclude(['disableConnector']),
    /** Seconds that no machine may be in the stage for. */
    maxSeconds: z
      .int()
      .min(60)
      .max(60 * 86_400),
  }),
  z.strictObject({
    kind: z.literal('query'),
    ...common,
    workspaceId,
    /** KQL; `since` and `until` are defined before it as the ends of the time looked at. */
    query: z.string().min(1).max(10_000),
    lookbackSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(3600),
    column: z.string().min(1).max(200),
    pass: PassRule,
    /** Whether every row must pass, or one is enough. */
    rows: z.enum(['every', 'any']).default('every'),
    /** What an answer without rows means. */
    noRows: z.enum(['pass', 'fail', 'inconclusive']).default('inconclusive'),
  }),
  z.strictObject({
    kind: z.literal('http'),
    ...common,
    /** Asked by GET, without credentials; its host must be in the setting AMA_CHECK_HOSTS. */
    url: z
      .url({ protocol: /^https$/ })
      .max(2000)
      .refine((url) => !/^https:\/\/[^/]*@/.test(url), 'must hold no user name or password'),
    status: z.int().min(100).max(599).default(200),
    /** Field of a JSON answer, its parts apart by dots; without it the status alone counts. */
    field: z.string().min(1).max(200).optional(),
    pass: PassRule.optional(),
  }),
]);
export type Check = z.infer<typeof Check>;

export const Checks = z
  .array(Check)
  .max(20)
  .superRefine((checks, context) => {
    checks.forEach(({ name }, i) => {
      if (checks.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) < i)
        context.addIssue({ code: 'custom', path: [i, 'name'], message: `"${name}" names another check` });
    });
    checks.forEach((check, i) => {
      if (check.kind === 'http' && (check.field === undefined) !== (check.pass === undefined))
        context.addIssue({ code: 'custom', path: [i, 'pass'], message: 'field and pass go together' });
    });
  });

/** How a check came out. `error`: it could not be asked. Only `pass` lets a wave go on. */
export interface CheckResult {
  readonly name: string;
  readonly kind: Check['kind'];
  readonly result: 'pass' | 'fail' | 'inconclusive' | 'error';
  /** One sentence with the numbers. */
  readonly message: string;
  readonly at: string;
  readonly enforced: boolean;
}

export type CheckPoint = 'working' | 'removal';

export function isAskedAt({ at }: Check, point: CheckPoint): boolean {
  return at === 'both' || at === point;
}
