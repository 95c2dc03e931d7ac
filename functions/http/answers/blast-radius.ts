import { z } from 'zod';
import type { view } from '../ruleset-blast-radius.ts';
import { agrees, shape } from './answer.ts';

const Found = agrees<ReturnType<typeof view>>()(
  z.strictObject({
    changes: z.array(
      z.strictObject({
        readers: z.array(
          z.strictObject({
            place: z.string(),
            columns: z.union([z.array(z.string()), z.literal('all')]),
            how: z.enum(['names', 'shows', 'cannotTell']),
            kind: z.enum(['function', 'analyticsRule', 'alertRule', 'savedSearch', 'workbook']),
            name: z.string(),
            id: z.string(),
            enabled: z.boolean().nullable(),
          }),
        ),
        table: z.string().describe('As Azure spells it.'),
        columns: z
          .union([z.array(z.string()), z.literal('all')])
          .describe('Columns that will differ; `all` where rows go elsewhere or are not there any more.'),
        code: z.string().describe('A code of a loss, `agentDifference`, or a kind of cost lever.'),
        why: z.string(),
        source: z.string().exactOptional().describe('Where it is known from, for what no setting says.'),
      }),
    ),
    unresolved: z.array(
      z.strictObject({
        place: z.string(),
        why: z.string(),
        kind: z.enum(['function', 'analyticsRule', 'alertRule', 'savedSearch', 'workbook']),
        name: z.string(),
        id: z.string(),
        enabled: z.boolean().nullable(),
      }),
    ),
    unread: z.array(
      z.strictObject({
        what: z.string(),
        reason: z.string(),
      }),
    ),
    counts: z.strictObject({
      changes: z.number(),
      holders: z.number(),
      readers: z.number(),
      unresolved: z.number(),
      unread: z.number(),
    }),
  }),
);

export const BlastRadius = shape(
  'BlastRadius',
  Found.extend({ id: z.string().describe('Of the rule set.'), workspaceId: z.string() }),
);
