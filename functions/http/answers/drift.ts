import { z } from 'zod';
import type { DriftRemedy as DriftRemedyView } from '../../../shared/model/drift.ts';
import {
  DRIFT_CODES,
  type DriftCode,
  REMEDIED_CODES,
  REMEDY_KINDS,
} from '../../../shared/model/drift-codes.ts';
import type { driftFindingView, driftView } from '../drift-view.ts';
import { answer, page, shape } from './answer.ts';
import { needs } from './vocabulary.ts';

export const driftCode = shape(
  'DriftCode',
  z.enum(DRIFT_CODES).describe('What drifted; docs/reference/codes.md says what each means.'),
);
const remedyKind = shape('RemedyKind', z.enum(REMEDY_KINDS));

const period = { timeZone: z.string(), recurrence: z.string().exactOptional() };
export const DriftPolicyAnswer = shape(
  'DriftPolicy',
  z.strictObject({
    scope: z.strictObject({
      managementGroups: z.array(z.string()),
      subscriptions: z.array(z.string()),
      resourceGroups: z.array(z.string()),
      tags: z.array(z.strictObject({ name: z.string(), value: z.string().exactOptional() })),
    }),
    automatic: z.array(z.enum(REMEDIED_CODES as [DriftCode, ...DriftCode[]])),
    windows: z.array(z.strictObject({ start: z.string(), ...period, durationMinutes: z.number() })),
    freezes: z.array(
      z.strictObject({
        name: z.string(),
        start: z.string(),
        end: z.string().exactOptional(),
        durationMinutes: z.number().exactOptional(),
        ...period,
      }),
    ),
    caps: z.strictObject({ machines: z.number(), share: z.number() }),
    plausibility: z.strictObject({ share: z.number(), atLeast: z.number() }),
    approvals: z.strictObject({
      start: z.boolean().exactOptional(),
      removal: z.boolean().exactOptional(),
    }),
    basePlanId: z.string().exactOptional(),
  }),
);

export const DriftRemedy = answer<DriftRemedyView>()(
  'DriftRemedy',
  z.strictObject({
    kind: remedyKind,
    about: z
      .string()
      .describe('Waves: the plan they run under. Else the rule set, workspace or subscription.'),
    findings: z.number().describe('Findings it would end.'),
    machines: z.number(),
    status: z
      .enum(['proposed', 'due', 'started', 'refused'])
      .describe('`proposed`: a person may start it. `due`: the policy starts it.'),
    reason: z.string().nullable(),
    waveId: z.string().nullable(),
    by: z.string().nullable(),
    at: z.string().nullable(),
  }),
);

export const DriftRun = answer<ReturnType<typeof driftView>>()(
  'DriftRun',
  z.strictObject({
    id: z.string(),
    requestedBy: z.string(),
    startedAt: z.string(),
    completedAt: z.string().nullable(),
    status: z.enum(['running', 'completed', 'failed']),
    problem: z.string().nullable(),
    phase: z.enum(['inventory', 'baselines', 'machines', 'estate', 'judge', 'remedies', 'done']),
    policy: DriftPolicyAnswer,
    inventoryId: z.string(),
    previousInventoryId: z.string().nullable(),
    previousRunId: z.string().nullable(),
    machines: z
      .strictObject({
        migrated: z.number().describe('Machines this app migrated.'),
        seen: z.number().describe('Of them those in the inventory.'),
      })
      .nullable(),
    counts: z.partialRecord(driftCode, z.number()).nullable().describe('Findings by code.'),
    implausible: z.array(driftCode).describe('Codes that nothing is remedied on in this run.'),
    remedies: z.array(DriftRemedy),
    links: z.strictObject({ findings: z.string() }),
  }),
);

export const DriftFinding = answer<ReturnType<typeof driftFindingView>>()(
  'DriftFinding',
  z.strictObject({
    code: driftCode,
    severity: z.enum(['action', 'warning', 'info']),
    text: z.string(),
    action: z.string(),
    needs,
    subject: z.strictObject({
      kind: z.enum(['machine', 'workspace', 'rule', 'subscription', 'policyAssignment', 'estate']),
      id: z.string(),
    }),
    detail: z.string().exactOptional(),
    via: z
      .array(
        z.strictObject({
          kind: z.enum(['policy', 'defender', 'scaleSetModel', 'image', 'script']),
          id: z.string().exactOptional(),
          fix: z.string().exactOptional(),
        }),
      )
      .exactOptional()
      .describe('By what the legacy agent can have come back.'),
    fix: z.string().exactOptional().describe('The exact command that puts it right, where there is one.'),
    remedy: remedyKind.nullable().describe('null: nothing this app can do.'),
    needsPerson: z.string().exactOptional(),
    planId: z.string().exactOptional(),
    ruleSetId: z.string().exactOptional(),
    since: z.string().describe('When the first run in a row saw it.'),
  }),
);

export const DriftStarted = shape(
  'DriftStarted',
  z.strictObject({ id: z.string(), status: z.enum(['running', 'completed', 'failed']) }),
);
export const DriftPage = page('DriftPage', 'runs', DriftRun);
export const DriftFindingPage = page('DriftFindingPage', 'findings', DriftFinding, {
  driftId: z.string(),
  status: z.enum(['running', 'completed', 'failed']),
});
