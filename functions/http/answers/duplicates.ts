import { z } from 'zod';
import type { Duplicates as DuplicatesView } from '../../../shared/verification/duplicates/model.ts';
import { answer, page, shape } from './answer.ts';

/** A gigabyte is 10^9 bytes, a month 30 days. */
export const Amounts = shape(
  'Amounts',
  z.strictObject({
    twiceGbPerDay: z.number().describe('What was paid a second time in the 24 hours of the window.'),
    removalSavesGbPerDay: z
      .number()
      .describe('What a whole day costs less once the removable legacy agents are gone.'),
    removalSavesGbPerMonth: z.number(),
    money: z
      .strictObject({
        twicePerDay: z.number(),
        removalSavesPerDay: z.number(),
        removalSavesPerMonth: z.number(),
      })
      .exactOptional()
      .describe('In the currency of the price that was given; absent without one.'),
  }),
);

/** A day of whole hours and the same day a week before, ISO 8601; both ends belong to a stretch. */
export const DuplicateWindow = shape(
  'DuplicateWindow',
  z.strictObject({
    since: z.string(),
    until: z.string(),
    baseline: z.strictObject({
      since: z.string(),
      until: z.string(),
    }),
  }),
);

export const TableDuplicates = shape(
  'TableDuplicates',
  z.strictObject({
    table: z.string(),
    machines: z.number().describe('Machines heard through both agents that wrote to the table.'),
    billedGb: z.number().describe('All that those machines were billed for while both agents were heard.'),
    halvedShare: z
      .number()
      .describe('Share of `billedGb` without a baseline, of which half is taken for paid twice; 0 to 1.'),
    evidence: z
      .strictObject({
        since: z.string(),
        until: z.string(),
        baseline: z.strictObject({
          since: z.string(),
          until: z.string(),
        }),
        query: z.string(),
      })
      .describe('What it rests on.'),
    ...Amounts.shape,
  }),
);

/** What one workspace pays twice. */
export const Duplicates = answer<DuplicatesView>()(
  'Duplicates',
  z.strictObject({
    workspace: z.string(),
    workspaceId: z.string(),
    name: z.string(),
    window: DuplicateWindow,
    machines: z
      .strictObject({
        removable: z.number(),
        kept: z.number().describe('Behind Operations Manager: the app leaves their legacy agent.'),
        ended: z.number().describe('One of the two agents is not heard any more.'),
      })
      .nullable()
      .describe('Machines heard through both agents in the window, by where they stand now; null: unread.'),
    tables: z.array(TableDuplicates).describe('The most expensive first.'),
    total: Amounts.nullable().describe('Of the tables that could be read; null: none could.'),
    unread: z
      .array(
        z.strictObject({
          what: z.string(),
          reason: z.string(),
        }),
      )
      .describe('What could not be asked, and why: it is in no sum.'),
  }),
);

export const DuplicateIngestion = page('DuplicateIngestion', 'workspaces', Duplicates, {
  inventoryId: z.string(),
  inventoryCompletedAt: z.string().nullable(),
  pricePerGb: z.number().nullable(),
});
