import { z } from 'zod';
import type { Fault } from '../../../shared/model/faults.ts';
import { answer, shape } from '../answers/answer.ts';
import { PROBLEM_CODES } from '../problem.ts';

const FaultSchema = answer<Fault>()(
  'Fault',
  z.strictObject({
    path: z.string().describe('Where in the request: policy.proxies.rules[0].profile.'),
    message: z.string(),
  }),
);

/** What `problemResponse` answers. */
export const PROBLEM = shape(
  'Problem',
  z
    .strictObject({
      type: z.string().describe('urn:ama-migration:problem: and the code.'),
      title: z.string().describe('What the status means.'),
      status: z.int(),
      code: z.enum(PROBLEM_CODES).describe('Stable: a code never changes its meaning.'),
      detail: z.string().describe('What is wrong, and what to do about it.'),
      errors: z.array(FaultSchema).exactOptional().describe('Every fault of the request with its place.'),
      result: z
        .looseObject({})
        .exactOptional()
        .describe('What was done before it went wrong, of a call that does several things.'),
    })
    .describe('A problem document, RFC 9457.'),
);
