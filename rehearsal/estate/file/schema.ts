import { z } from 'zod';
import { Behaviour } from './behaviour.ts';
import {
  CustomRowsEntry,
  HeartbeatEntry,
  IngestionTroubleEntry,
  TableEntry,
  UsageEntry,
} from './telemetry.ts';

/** A resource as Resource Graph or ARM returned it: known parts are checked, the rest is kept. */
export const Resource = z.looseObject({
  id: z
    .string()
    .regex(
      /^\/(subscriptions|providers)\//i,
      'expected an ARM id that starts with /subscriptions/ or /providers/',
    ),
  name: z.string().nullish(),
  type: z.string().nullish(),
  location: z.string().nullish(),
  kind: z.string().nullish(),
  tags: z.record(z.string(), z.string().nullable()).nullish(),
  identity: z.looseObject({ type: z.string().nullish() }).nullish(),
  properties: z.looseObject({}).nullish(),
  resources: z
    .array(z.looseObject({}))
    .nullish()
    .describe('nested child resources, as GET of a VM returns them'),
});
export type Resource = z.infer<typeof Resource>;

/** DESIGN section 6. Everything but `resources` is optional. */
export const EstateFile = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().optional(),
  resources: z.array(Resource),
  heartbeats: z.array(HeartbeatEntry).optional(),
  tables: z.array(TableEntry).optional(),
  usage: z.array(UsageEntry).optional(),
  customRows: z.array(CustomRowsEntry).optional(),
  ingestionTrouble: z.array(IngestionTroubleEntry).optional(),
  behaviour: Behaviour.optional(),
});
export type EstateFile = z.infer<typeof EstateFile>;
