import { z } from 'zod';
import type { ListedPlan as ListedPlanView } from '../../../shared/ledger/plans.ts';
import type { planView } from '../plan-view.ts';
import { answer, shape } from './answer.ts';
import { BlockedMachine } from './plan-machines.ts';
import { PolicyAnswer, WaveSettings } from './policy.ts';
import { needs, reasonCode } from './vocabulary.ts';

const planCounts = z.strictObject({
  machines: z.number(),
  planned: z.number(),
  alreadyMigrated: z.number(),
  blocked: z.number(),
  notSelected: z.number(),
});

export const WaveForecast = shape(
  'WaveForecast',
  z.strictObject({
    earliestStart: z
      .string()
      .nullable()
      .describe('When the wave can start at the earliest if all before it run without a pause.'),
    earliestEnd: z.string().nullable().describe('null: the work does not fit into the windows.'),
    atLeastSeconds: z
      .number()
      .nullable()
      .describe('From one to the other. No wave is faster; approvals, holds and repairs come on top.'),
    parts: z
      .strictObject({
        throttling: z.number(),
        operations: z.number(),
        data: z.number(),
        soak: z.number(),
        closedWindows: z.number().nullable(),
      })
      .describe('What it is made of; throttling and operations overlap in part.'),
    calls: z.strictObject({
      reads: z.number(),
      writes: z.number(),
      deletes: z.number(),
      queries: z.number(),
    }),
    doubleIngestion: z.strictObject({
      gigabytes: z
        .number()
        .nullable()
        .describe('Of the workspaces for which it could be worked out; null where there is none of them.'),
      unknownWorkspaces: z.number(),
    }),
  }),
);

export const PlannedWave = shape(
  'PlannedWave',
  z.strictObject({
    index: z.number(),
    machineCount: z.number(),
    cells: z.array(
      z.strictObject({
        cell: z.string(),
        machineCount: z.number(),
      }),
    ),
    legacyWorkspaces: z
      .array(z.string())
      .describe('Workspaces its machines report to through the legacy agent.'),
    settings: WaveSettings,
    forecast: WaveForecast,
  }),
);

/** What sets machines apart for the pilot. */
export const Combination = shape(
  'Combination',
  z.strictObject({
    os: z.string(),
    kind: z.string(),
    region: z.string(),
    workspaces: z.array(z.string()),
    proxyProfile: z.string().nullable(),
    machines: z.number(),
  }),
);

export const Pilot = shape(
  'Pilot',
  z.strictObject({
    machines: z.number(),
    combinations: z.number().describe('Combinations among the planned machines.'),
    uncoveredCount: z.number(),
    uncovered: z
      .array(Combination)
      .describe('Combinations the pilot does not try, the largest first; cut at `UNCOVERED_SHOWN`.'),
  }),
);

/** How many blocked machines have a reason; a machine can have several. */
export const ReasonCount = shape(
  'ReasonCount',
  z.strictObject({
    code: reasonCode,
    text: z.string(),
    needs: needs,
    machines: z.number(),
  }),
);

export const PlanWarning = shape(
  'PlanWarning',
  z.strictObject({
    code: z.enum([
      'emptyScope',
      'emptySelection',
      'nothingReady',
      'pilotIncomplete',
      'tablesNotCovered',
      'metricsBehindProxy',
      'presenceOnly',
      'settingsUnused',
      'windowsTooShort',
      'freezesOver',
      'promotionTooLate',
      'deadlinesTooShort',
    ]),
    text: z.string(),
    count: z.number().exactOptional().describe('Machines, combinations or waves concerned.'),
    detail: z.string().exactOptional(),
  }),
);

export const Forecast = shape(
  'Forecast',
  z.strictObject({
    earliestEnd: z.string().nullable(),
    atLeastSeconds: z.number().nullable(),
    calls: z.strictObject({
      reads: z.number(),
      writes: z.number(),
      deletes: z.number(),
      queries: z.number(),
    }),
    doubleIngestion: z.array(
      z.strictObject({
        workspaceId: z.string(),
        gigabytes: z.number().nullable().describe('null: could not be worked out.'),
        reason: z.enum(['legacySilent', 'usageUnread', 'neverEnds']).exactOptional(),
      }),
    ),
    assumptions: z.array(z.string()).describe('What the figures take for granted, in sentences.'),
  }),
);

/** The same with the table that rules fill instead; it can be the same one. */
export const PlannedCustomLog = shape(
  'PlannedCustomLog',
  z.strictObject({
    replacedBy: z.string(),
    table: z.string().describe('With its `_CL`.'),
    os: z.array(z.enum(['windows', 'linux'])).describe('Systems it names files for.'),
  }),
);

/** What the rows of a table will be otherwise than before, because its rules were made so on purpose. */
export const ExpectedChange = shape(
  'ExpectedChange',
  z.strictObject({
    table: z.string(),
    ignoredKeys: z
      .array(z.string())
      .describe('Keys that are not collected any more; they are left out of every comparison.'),
    volume: z
      .enum(['same', 'other'])
      .describe(
        '`other`: rows come in another rhythm that is not known, so their number cannot be compared.',
      ),
    rhythms: z
      .array(
        z.strictObject({
          os: z.enum(['windows', 'linux']),
          counter: z.string(),
          share: z.number(),
        }),
      )
      .exactOptional()
      .describe('Counters that come in another rhythm that is known, of `Perf`.'),
  }),
);

export const Plan = answer<Awaited<ReturnType<typeof planView>>>()(
  'Plan',
  z.strictObject({
    blocked: z.array(BlockedMachine),
    blockedShown: z.number(),
    links: z.strictObject({
      blocked: z.string().describe('All blocked machines, or those that are not shown here.'),
      waveMachines: z.string(),
    }),
    id: z.string(),
    hash: z.string(),
    name: z.string(),
    repairs: z
      .string()
      .exactOptional()
      .describe('The plan whose machines this one puts right; absent: it migrates.'),
    inventoryId: z.string(),
    inventoryCompletedAt: z
      .string()
      .nullable()
      .describe('When the inventory was completed: waves refuse one that is too old.'),
    createdAt: z.string(),
    policy: PolicyAnswer,
    waves: z.array(PlannedWave),
    counts: planCounts,
    pilot: Pilot.nullable().describe('null: the plan has none.'),
    blockedReasons: z.array(ReasonCount),
    warnings: z.array(PlanWarning),
    forecast: Forecast,
    workspaces: z.array(
      z.strictObject({
        id: z.string(),
        resourceId: z.string(),
        customerId: z.string(),
        tables: z
          .array(z.string())
          .exactOptional()
          .describe('Tables of agents that it takes in; absent in plans of before.'),
        customLogs: z
          .array(PlannedCustomLog)
          .exactOptional()
          .describe('Custom logs that legacy agents fill; absent in plans of before.'),
      }),
    ),
    ruleSets: z
      .array(
        z.strictObject({
          id: z.string(),
          workspaceId: z.string(),
          expected: z.array(ExpectedChange),
        }),
      )
      .describe('The rule sets that gave machines their rules.'),
  }),
);

/** A plan in the list of all plans. */
export const ListedPlan = answer<ListedPlanView>()(
  'ListedPlan',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    inventoryId: z.string(),
    createdAt: z.string(),
    waves: z.number(),
    counts: planCounts,
  }),
);
