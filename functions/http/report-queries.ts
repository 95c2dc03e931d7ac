import { z } from 'zod';
import { EVIDENCE_PLACE } from '../../shared/reports/evidence.ts';

const format = z
  .enum(['json', 'csv', 'html'])
  .optional()
  .describe('Without it the `Accept` header decides, and a browser gets the page.');

export const PlanReportQuery = z.strictObject({ format });
export const WaveReportQuery = z.strictObject({
  format,
  part: z
    .enum(['full', 'board'])
    .default('full')
    .describe("Of the page: all of it, or the one sheet for a change board. JSON and CSV don't differ."),
});

export const EvidenceQuery = z.strictObject({
  after: z
    .string()
    .regex(EVIDENCE_PLACE, 'is no place in this bundle; pass the "X-Next" of the part before')
    .optional()
    .describe('Where the part begins: the `X-Next` of the part before.'),
});
