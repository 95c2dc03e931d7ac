import { z } from 'zod';

/** A declared failure of the wire: which exchanges, and what happens to them. */
export const Fault = z.strictObject({
  name: z.string().optional(),
  match: z.strictObject({
    method: z.string().optional(),
    url: z
      .string()
      .optional()
      .refine((pattern) => pattern === undefined || isRegExp(pattern), 'not a regular expression')
      .describe('regular expression over the whole address, without case'),
    kind: z.string().optional().describe('operation kind, such as extension.write'),
    machine: z.string().optional().describe('ARM id, compared without case'),
  }),
  effect: z
    .strictObject({
      status: z.int().min(400).max(599).optional().describe('answered instead of doing the work'),
      code: z.string().optional(),
      message: z.string().optional(),
      retryAfterSeconds: z.int().min(0).optional(),
      reset: z
        .enum(['before', 'after'])
        .optional()
        .describe('the connection breaks; "after" means the work was done and only the answer is lost'),
      delayMs: z.number().min(0).optional().describe('real milliseconds before the answer'),
      truncate: z.boolean().optional().describe('the answer ends in the middle'),
      partial: z
        .boolean()
        .optional()
        .describe('of a Log Analytics query: half of the rows, and an error beside them that says so'),
    })
    .refine(
      (effect) =>
        effect.status !== undefined ||
        effect.reset !== undefined ||
        effect.delayMs !== undefined ||
        effect.truncate === true ||
        effect.partial === true,
      'an effect needs status, reset, delayMs, truncate or partial',
    ),
  probability: z.number().min(0).max(1).optional().describe('default 1; decided by the seed'),
  count: z.int().min(1).optional().describe('how often it strikes at most; default without end'),
});
export type Fault = z.infer<typeof Fault>;

function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
