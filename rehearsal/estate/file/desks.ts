import { z } from 'zod';

/** Somebody at a desk does something to every change, so long after it was submitted. */
const Answer = z.strictObject({
  does: z.enum(['approves', 'rejects', 'cancels']),
  by: z.strictObject({ login: z.string().min(1), name: z.string().min(1) }),
  afterSeconds: z.number().min(0).describe('after approval was asked for'),
  hidesEmail: z.boolean().optional().describe('the desk shows no e-mail address of this account'),
  plannedStart: z.number().optional().describe('seconds from then on; the change is planned to start'),
  plannedEnd: z.number().optional().describe('seconds from then on; the change is planned to end'),
});
export type DeskAnswer = z.infer<typeof Answer>;

/** A ticket desk beyond Azure that the app may call. */
export const DeskEntry = z.strictObject({
  kind: z.enum(['serviceNow', 'jira', 'azureDevOps', 'webhook']),
  host: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected the name of a host in lower case'),
  user: z.string().optional().describe('name that signs in; absent: none is asked for'),
  password: z
    .string()
    .optional()
    .describe('its password, API token or client secret; of a webhook desk the secret of signatures'),
  project: z.string().optional().describe('key or name of the project; default OPS'),
  answers: z.array(Answer).optional().describe('default: nobody answers'),
  requestsPerHour: z.int().min(1).optional().describe('more are answered 429; default 3600'),
  searchLagSeconds: z
    .number()
    .min(0)
    .optional()
    .describe('until a new issue shows in searches, Jira only; default 30'),
});
export type DeskEntry = z.infer<typeof DeskEntry>;
