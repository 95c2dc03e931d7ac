import { z } from 'zod';
import { combined, type LeverChoice } from '../../shared/rules/levers/choices.ts';
import { isCustomTable, isKeyColumn, isTransformable } from '../../shared/rules/levers/columns.ts';

const table = z.string().regex(/^[A-Za-z]\w{0,62}$/, 'must be the name of a table, such as Event');
const column = z.string().regex(/^[A-Za-z]\w{0,44}$/, 'must be the name of a column');
/** Event ids of Windows have 16 bits. */
const eventId = z.int().min(0).max(65_535);

const isDistinct = (values: readonly unknown[]) => new Set(values).size === values.length;
/** A log, as event queries begin with it: without what ends its name there. */
const log = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^!\r\n]+$/, 'must be the name of an event log, such as Application');

const DropEventsChoice = z
  .strictObject({
    kind: z.literal('dropEvents'),
    table: z.enum(['SecurityEvent', 'Event']),
    /** Needed with Event, which holds many logs. */
    log: log.optional(),
    eventIds: z.array(eventId).min(1).max(100).refine(isDistinct, 'names an event twice'),
  })
  .refine((choice) => choice.table === 'SecurityEvent' || choice.log !== undefined, {
    path: ['log'],
    message: 'is required with the table Event',
  })
  .transform((choice) => ({ ...choice, log: choice.log ?? 'Security' }));

const DropColumnsChoice = z
  .strictObject({
    kind: z.literal('dropColumns'),
    table: table.refine(isTransformable, 'takes no transformation of what agents send'),
    columns: z.array(column).min(1).max(50).refine(isDistinct, 'names a column twice'),
  })
  .superRefine((choice, context) => {
    choice.columns.forEach((name, i) => {
      if (isKeyColumn(choice.table, name))
        context.addIssue({ code: 'custom', path: ['columns', i], message: 'is a column that rows need' });
    });
  });

const SamplingIntervalChoice = z.strictObject({
  kind: z.literal('samplingInterval'),
  seconds: z.int().min(1).max(1800),
});

const BasicPlanChoice = z.strictObject({
  kind: z.literal('basicPlan'),
  table: table.refine(isCustomTable, 'must be a custom table: no other one of these takes the Basic plan'),
});

const Choice = z.discriminatedUnion('kind', [
  DropEventsChoice,
  DropColumnsChoice,
  SamplingIntervalChoice,
  BasicPlanChoice,
]) satisfies z.ZodType<LeverChoice>;

/** Cost levers as a request chooses them; a choice is told by what it does, not by the id of a proposal. */
export const LeverChoices = z
  .array(Choice)
  .max(100)
  // Only choices that are right each by itself are compared.
  .pipe(
    z
      .custom<z.infer<typeof Choice>[]>()
      .refine(
        (choices) => combined(choices).length === choices.length,
        'has two choices about the same thing: make one of them',
      ),
  );
