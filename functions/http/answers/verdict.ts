import { z } from 'zod';
import { shape } from './answer.ts';
import { reasonCode } from './vocabulary.ts';

/** A judgement about data. Inconclusive never passes. */
export const Verdict = shape(
  'Verdict',
  z.strictObject({
    result: z.enum(['pass', 'fail', 'inconclusive']),
    reason: reasonCode.exactOptional(),
    evidence: z.array(
      z.strictObject({
        query: z.string(),
        workspaceId: z.string(),
        table: z.string(),
        legacyTable: z
          .string()
          .exactOptional()
          .describe(
            'The table legacy agents filled, where rules fill another one in its place; both are counted together.',
          ),
        since: z.string(),
        until: z.string(),
        rows: z.number(),
        baselineRows: z.number(),
        lastRow: z.string().nullable(),
        result: z.enum(['pass', 'fail', 'inconclusive']),
        mode: z.enum(['overlap', 'historical', 'sufficiency', 'presence']).exactOptional(),
        baseline: z
          .strictObject({
            since: z.string(),
            until: z.string(),
          })
          .exactOptional()
          .describe('What it was compared with; absent where there was nothing.'),
        expectedRows: z.number().exactOptional().describe('Rows that were expected in the window.'),
        share: z
          .strictObject({
            estimate: z.number(),
            low: z.number(),
            high: z.number(),
          })
          .exactOptional()
          .describe('Rows of the new agent as a share of what is expected of it, with its interval.'),
        missingKeys: z
          .array(z.string())
          .exactOptional()
          .describe('Keys of the table that came before and no longer come; at most ten are named.'),
        notCovered: z.literal(true).exactOptional().describe("None of the machine's rules fills the table."),
        workspaceReports: z
          .array(z.string())
          .exactOptional()
          .describe(
            'What the workspace itself says of data it did not take in lately; only beside what is no pass.',
          ),
        sentence: z.string().exactOptional().describe('Why this result, in one sentence.'),
      }),
    ),
    nextLookAt: z
      .string()
      .exactOptional()
      .describe(
        'When there will be enough more data to judge again, ISO 8601; until then the verdict stands.',
      ),
    accepted: z
      .strictObject({
        id: z.string(),
        by: z.string(),
        reason: z.string(),
        expiresAt: z.string(),
      })
      .exactOptional()
      .describe('A named person took a verdict that is no pass for good enough.'),
  }),
);
