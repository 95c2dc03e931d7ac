import { z } from 'zod';
import type { DeployIntent as DeployIntentView } from '../../../shared/rules/deploy/deploy.ts';
import type { StepOutline as StepOutlineView } from '../../../shared/rules/deploy/step.ts';
import { answer, shape } from './answer.ts';
import { CustomTable, EndpointBody, RuleBody } from './rule-body.ts';
import { Trouble } from './trouble.ts';

/** One difference; null stands for absent. Of a list without order, only what differs is named. */
export const Change = shape(
  'Change',
  z.strictObject({
    path: z.string(),
    before: z.unknown(),
    after: z.unknown(),
  }),
);

/** Why a resource that is there is not touched. Only the first can be forced: all else belongs to others. */
export const Conflict = shape(
  'Conflict',
  z.enum([
    'changedByHand',
    'changedMeanwhile',
    'notOurs',
    'elsewhere',
    'otherRegion',
    'otherColumns',
    'reusedGone',
    'classicTable',
    'failedTable',
  ]),
);

export const StepOutline = answer<StepOutlineView>()(
  'StepOutline',
  z.strictObject({
    id: z.string(),
    action: z.enum(['create', 'update', 'unchanged', 'conflict']),
    changes: z.array(Change),
    conflict: Conflict.exactOptional(),
    why: z.string().exactOptional(),
    kind: z.enum(['endpoint', 'table', 'rule', 'reused']),
  }),
);

export const EndpointStep = shape(
  'EndpointStep',
  z.strictObject({
    kind: z.literal('endpoint'),
    wanted: EndpointBody,
    id: z.string(),
    action: z.enum(['create', 'update', 'unchanged', 'conflict']),
    changes: z.array(Change),
    conflict: Conflict.exactOptional(),
    why: z.string().exactOptional(),
  }),
);

export const TableStep = shape(
  'TableStep',
  z.strictObject({
    kind: z.literal('table'),
    workspaceResourceId: z.string(),
    wanted: CustomTable,
    inProgress: z.boolean().describe('It is there, but its making goes on.'),
    id: z.string(),
    action: z.enum(['create', 'update', 'unchanged', 'conflict']),
    changes: z.array(Change),
    conflict: Conflict.exactOptional(),
    why: z.string().exactOptional(),
  }),
);

export const RuleStep = shape(
  'RuleStep',
  z.strictObject({
    kind: z.literal('rule'),
    wanted: RuleBody.describe('With the tags and the endpoint of others that are on it already.'),
    id: z.string(),
    action: z.enum(['create', 'update', 'unchanged', 'conflict']),
    changes: z.array(Change),
    conflict: Conflict.exactOptional(),
    why: z.string().exactOptional(),
  }),
);

/** A rule of others that the set leaves a part to: looked at, never written. */
export const ReusedStep = shape(
  'ReusedStep',
  z.strictObject({
    kind: z.literal('reused'),
    id: z.string(),
    action: z.enum(['create', 'update', 'unchanged', 'conflict']),
    changes: z.array(Change),
    conflict: Conflict.exactOptional(),
    why: z.string().exactOptional(),
  }),
);

export const DeployIntent = answer<DeployIntentView>()(
  'DeployIntent',
  z.strictObject({
    ruleSetId: z.string(),
    by: z.string(),
    step: z.union([EndpointStep, TableStep, RuleStep, ReusedStep]),
    before: z.unknown().describe('What the write replaces: the resource as it is, or null.'),
  }),
);

const { id, action, kind, conflict } = StepOutline.shape;
const named = { kind, id, action, conflict };

/** A what-if has `steps` and `notes` alone. */
export const Deployment = shape(
  'Deployment',
  z.strictObject({
    id: z.string(),
    status: z.enum(['whatIf', 'deployed', 'refused', 'stopped']),
    steps: z.array(StepOutline),
    deployed: z.array(z.strictObject(named)).exactOptional(),
    failed: z
      .strictObject({ ...named, ...Trouble.shape })
      .nullable()
      .exactOptional(),
    remaining: z.array(z.strictObject(named)).exactOptional(),
    notes: z.array(z.string()),
  }),
);
export const DeployIntents = shape(
  'DeployIntents',
  z.strictObject({ intents: z.array(DeployIntent.extend({ at: z.string() })) }),
);
