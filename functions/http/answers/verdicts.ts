import { z } from 'zod';
import type {
  TableVerdicts as TableVerdictsView,
  WorkspaceVerdicts as WorkspaceVerdictsView,
} from '../../../shared/verification/verdicts/view.ts';
import { answer } from './answer.ts';

const machines = z.strictObject({
  pass: z.number(),
  fail: z.number(),
  inconclusive: z.number(),
  accepted: z.number(),
  none: z.number(),
});

/** What the verdicts of a wave say about one table of a workspace. */
export const TableVerdicts = answer<TableVerdictsView>()(
  'TableVerdicts',
  z.strictObject({
    workspaceId: z.string(),
    table: z.string(),
    machines,
    rows: z.number().describe('Rows of the new window and of the one before it, of all machines judged.'),
    baselineRows: z.number(),
    lowest: z
      .strictObject({
        machineId: z.string(),
        share: z.number(),
        sentence: z.string().nullable(),
      })
      .nullable()
      .describe(
        'The machine whose new agent writes least of what is expected of it; null where no share is known.',
      ),
    reasons: z
      .array(
        z.strictObject({
          code: z.string(),
          machines: z.number(),
        }),
      )
      .describe('The most frequent first.'),
    missingKeys: z
      .array(
        z.strictObject({
          key: z.string(),
          machines: z.number(),
        }),
      )
      .describe('Keys that came before and come no more, the most frequent first; at most ten.'),
    queries: z.array(z.string()).describe('Ids of the queries behind it.'),
  }),
);

export const WorkspaceVerdicts = answer<WorkspaceVerdictsView>()(
  'WorkspaceVerdicts',
  z.strictObject({
    workspaceId: z.string(),
    machines,
  }),
);
