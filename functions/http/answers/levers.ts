import { z } from 'zod';
import type { LeverReport as LeverReportView } from '../../../shared/rules/levers/model.ts';
import { answer, shape } from './answer.ts';
import { LeverChoice } from './rule-set.ts';

/** From when on something is worth a lever, and what a gigabyte costs. */
export const LeverOptions = shape(
  'LeverOptions',
  z.strictObject({
    minShare: z.number().describe('Least share of a table that an event id has, 0 to 1.'),
    minColumnShare: z.number().describe('Least share of a table that a column has, 0 to 1.'),
    minGbPerDay: z.number().describe('Least gigabytes a day.'),
    guardedEventIds: z
      .array(z.number())
      .describe("Event ids beside the app's own list that security content relies on."),
    pricePerGb: z.number().exactOptional(),
    basicPricePerGb: z.number().exactOptional().describe('Price of a gigabyte in a table of the Basic plan.'),
  }),
);

/** A table of the rule set with its volume and its noisiest kinds of rows. */
export const MeasuredTable = shape(
  'MeasuredTable',
  z.strictObject({
    table: z.string(),
    gbPerDay: z.number().nullable().describe('null: not known.'),
    noisiest: z.array(
      z.strictObject({
        key: z
          .array(z.string())
          .nullable()
          .describe('Parts of the key, such as event log and event id; null for all others together.'),
        rows: z.number(),
        bytes: z.number(),
        gbPerDay: z.number(),
      }),
    ),
    unmeasured: z
      .array(
        z.strictObject({
          query: z.string(),
          why: z.string(),
        }),
      )
      .describe('What could not be measured, and why.'),
  }),
);

/** Who reads what a lever takes away. */
export const LeverReader = shape(
  'LeverReader',
  z.strictObject({
    kind: z.enum(['function', 'analyticsRule', 'alertRule', 'savedSearch', 'workbook']),
    id: z.string(),
    name: z.string(),
    place: z.string(),
    how: z
      .enum(['names', 'table'])
      .describe('`names`: it names the event or the column. `table`: it reads the table, and perhaps that.'),
  }),
);

/** A cost lever as it is proposed; applying it takes a conversion that names its `choice`. */
export const Lever = shape(
  'Lever',
  z.strictObject({
    id: z.string(),
    kind: z.enum(['dropEvents', 'dropColumns', 'samplingInterval', 'basicPlan']),
    choice: LeverChoice,
    table: z.string(),
    rules: z.array(z.string()).describe('Rules it would change.'),
    before: z.string(),
    after: z.string(),
    gbPerDay: z
      .number()
      .describe(
        'Gigabytes (10^9 bytes) a day that are not billed any more, or with `basicPlan` billed at another price.',
      ),
    share: z.number().describe("Of the table's billed bytes, 0 to 1."),
    moneyPerDay: z
      .number()
      .exactOptional()
      .describe('Money a day in the currency of the price; only where the request gives what it takes.'),
    lost: z.string().describe('What is lost, in one sentence.'),
    readers: z.array(LeverReader),
    readerCount: z.number().describe('How many there are, where `readers` does not name them all.'),
    readersUnknown: z.boolean().describe('Whether it cannot be told who else reads it.'),
    guarded: z
      .boolean()
      .describe('Security content commonly reads it, or a detection here does: look at the readers first.'),
    notes: z.array(z.string()),
    evidence: z.strictObject({
      query: z.string(),
      window: z.strictObject({
        since: z.string(),
        until: z.string(),
        days: z.number(),
      }),
      rows: z.number().nullable(),
      bytes: z.number(),
    }),
  }),
);

export const LeverReport = answer<LeverReportView>()(
  'LeverReport',
  z.strictObject({
    ruleSetId: z.string(),
    measuredAt: z.string(),
    window: z.strictObject({
      since: z.string(),
      until: z.string(),
      days: z.number(),
    }),
    options: LeverOptions,
    tables: z.array(MeasuredTable),
    levers: z.array(Lever).describe('The largest saving first.'),
    notes: z.array(z.string()),
  }),
);
