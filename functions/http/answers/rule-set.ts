import { z } from 'zod';
import type { view } from '../rulesets.ts';
import { answer, page, shape } from './answer.ts';
import { CustomTable, RuleBody } from './rule-body.ts';
import { lossCode } from './vocabulary.ts';

/** Where a collected thing comes from. One source can hold several items: a counter, an event type. */
export const Origin = shape(
  'Origin',
  z.strictObject({
    sourceId: z.string(),
    kind: z.string(),
    item: z.string().describe("The part of the source, in the source's own words."),
  }),
);

export const ConvertedRule = shape(
  'ConvertedRule',
  z.strictObject({
    name: z.string(),
    resourceId: z.string().exactOptional().describe('Where it is, or where it will be if that is known.'),
    kind: z.enum(['Windows', 'Linux']),
    body: RuleBody,
    hash: z.string(),
    state: z.enum(['create', 'unchanged', 'update']),
    endpointNeeded: z.boolean(),
    origins: z.array(Origin),
  }),
);

/** Something of a source that does not come through as it was. */
export const Loss = shape(
  'Loss',
  z.strictObject({
    origin: Origin,
    code: lossCode,
    detail: z
      .string()
      .exactOptional()
      .describe('What exactly: the value that was wrong, the limit that bites.'),
  }),
);

/** A loss with what its code means. */
export const ShownLoss = shape(
  'ShownLoss',
  z.strictObject({
    effect: z.enum(['lost', 'changed', 'off']),
    text: z.string(),
    ...Loss.shape,
  }),
);

export const Explanation = shape(
  'Explanation',
  z.strictObject({
    sourceId: z.string(),
    kind: z.string(),
    name: z.string(),
    placements: z.array(
      z.strictObject({
        rule: z.string(),
        dataSource: z.string(),
        items: z.array(z.string()),
        because: z.strictObject({
          os: z.enum(['windows', 'linux']),
          what: z.string(),
          streams: z.array(z.string()).describe('Streams of the data source.'),
          intervalSeconds: z.number().exactOptional(),
          levels: z.array(z.string()).exactOptional(),
          part: z.number().describe('Which of the rules that this kind of thing was split into.'),
          parts: z.number(),
        }),
      }),
    ),
    losses: z.array(Loss),
    sentence: z.string().describe('The same in words.'),
  }),
);

/** A data collection endpoint by which machines of one region get their rules over private link. */
export const ConfigurationEndpoint = shape(
  'ConfigurationEndpoint',
  z.strictObject({
    region: z.string().describe('Normalised.'),
    name: z.string(),
    resourceId: z.string().exactOptional().describe('Where it will be, if that is known.'),
    body: z.strictObject({
      location: z.string(),
      tags: z.record(z.string(), z.string()),
      properties: z.strictObject({
        description: z.string(),
      }),
    }),
  }),
);

/** A cost lever somebody chose, by what it does; nothing is ever chosen by the app. */
export const LeverChoice = shape(
  'LeverChoice',
  z.union([
    z.strictObject({
      kind: z.literal('dropEvents'),
      table: z.enum(['SecurityEvent', 'Event']),
      log: z
        .string()
        .describe('Name of the event log, such as `Security`. Windows compares it without case.'),
      eventIds: z.array(z.number()),
    }),
    z.strictObject({
      kind: z.literal('dropColumns'),
      table: z.string(),
      columns: z.array(z.string()),
    }),
    z.strictObject({
      kind: z.literal('samplingInterval'),
      seconds: z.number(),
    }),
    z.strictObject({
      kind: z.literal('basicPlan'),
      table: z.string(),
    }),
  ]),
);

/** A counter that is read in another rhythm than before. */
export const CounterRhythm = shape(
  'CounterRhythm',
  z.strictObject({
    os: z.enum(['windows', 'linux']),
    counter: z.string().describe('`object\\counter` without its instance, in lower case.'),
    share: z
      .number()
      .nullable()
      .describe('Rows there will be for each there was; null: its instances differ in it.'),
  }),
);

export const RuleSet = answer<ReturnType<typeof view>>()(
  'RuleSet',
  z.strictObject({
    workspace: z.strictObject({
      id: z.string(),
      resourceId: z.string(),
      name: z.string(),
    }),
    createdAt: z.string(),
    counts: z.strictObject({
      lost: z.number(),
      changed: z.number(),
      off: z.number(),
      rules: z.number(),
      tables: z.number(),
    }),
    losses: z.array(ShownLoss),
    links: z.strictObject({
      self: z.string(),
      bicep: z.string(),
    }),
    id: z
      .string()
      .describe(
        'Digest of what would be deployed, and why: the same settings have the same id before and after.',
      ),
    workspaceId: z.string(),
    rules: z.array(ConvertedRule),
    reused: z
      .array(
        z.strictObject({
          resourceId: z.string(),
          name: z.string(),
          madeBy: z.enum(['own', 'sentinel', 'vmInsights', 'defender', 'other']),
        }),
      )
      .describe('Rules of others that machines have to be associated with as well.'),
    obsolete: z
      .array(
        z.strictObject({
          resourceId: z.string(),
          name: z.string(),
        }),
      )
      .describe('Rules of an earlier run that nothing asks for any more.'),
    tables: z.array(CustomTable),
    endpointNeeded: z.boolean(),
    configurationEndpoints: z
      .array(ConfigurationEndpoint)
      .exactOptional()
      .describe('Endpoints that give machines behind private link their configuration, one a region.'),
    levers: z
      .array(LeverChoice)
      .exactOptional()
      .describe('Cost levers that narrow the rules; what each did is in the losses.'),
    rhythms: z
      .array(CounterRhythm)
      .exactOptional()
      .describe('Counters that are read more or less often than before; absent in sets of before.'),
    explanations: z.array(Explanation),
    notes: z.array(z.string()),
  }),
);

export const RuleSetsMade = shape('RuleSetsMade', z.strictObject({ ruleSets: z.array(RuleSet) }));
export const RuleSetPage = page(
  'RuleSetPage',
  'ruleSets',
  z.strictObject({ id: z.string(), workspaceId: z.string(), createdAt: z.string(), rules: z.int() }),
);
export const OneRuleSet = shape(
  'OneRuleSet',
  RuleSet.extend({
    deployedAt: z.string().exactOptional().describe('Absent: it is not what the workspace has now.'),
    deployedBy: z.string().exactOptional(),
  }),
);
