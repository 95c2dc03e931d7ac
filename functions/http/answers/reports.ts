import { z } from 'zod';
import { RESULTS } from '../../../shared/reports/machine-result.ts';
import type { WaveNumbers as WaveNumbersView } from '../../../shared/reports/numbers.ts';
import type { PlanReport as PlanReportView } from '../../../shared/reports/plan-report.ts';
import type { WaveReport as WaveReportView } from '../../../shared/reports/wave-report.ts';
import { answer, shape } from './answer.ts';
import { Hold } from './outcome.ts';
import { PlanWarning, ReasonCount } from './plan.ts';
import { TableVerdicts, WorkspaceVerdicts } from './verdicts.ts';
import { abort, phaseName, stage, waveStep } from './vocabulary.ts';
import { Approval, CheckResult, ConnectorResult, GateResult, Promotion } from './wave.ts';

const seconds = z.number().nullable();
const instant = z.string().nullable();

const WaveNumbers = answer<WaveNumbersView>()(
  'WaveNumbers',
  z.strictObject({
    machines: z.number(),
    migrated: z.number().describe(RESULTS.migrated),
    legacyKept: z.number().describe(RESULTS.legacyKept),
    failed: z.number().describe(RESULTS.failed),
    blocked: z.number().describe(RESULTS.blocked),
    rolledBack: z.number().describe(RESULTS.rolledBack),
    notUndone: z.number().describe(RESULTS.notUndone),
    stopped: z.number().describe(RESULTS.stopped),
    dryRun: z.number().describe(RESULTS.dryRun),
    open: z.number().describe(RESULTS.open),
    notStarted: z.number().describe(RESULTS.notStarted),
    proven: z.number().describe('Machines whose data stands for a removal: a pass, or accepted by a person.'),
    accepted: z.number().describe('Machines whose verdict a person took for good enough.'),
    undoable: z.number().describe('Machines on which a rollback would find something to undo.'),
    bothAgentsHours: z.number().describe('Machine-hours in which both agents were set up.'),
  }),
);

const ReasonLine = shape(
  'ReasonLine',
  z.strictObject({
    stage,
    status: z.enum(['failed', 'blocked', 'skipped', 'waiting']),
    code: z.string(),
    text: z.string().describe('What it means, and what to do.'),
    needs: z.string().describe('Who must act.'),
    machines: z.number(),
    examples: z.array(z.string()),
  }),
);

const counts = z.array(z.strictObject({ name: z.string(), machines: z.number() }));

export const WaveReport = answer<WaveReportView>()(
  'WaveReport',
  z.strictObject({
    kind: z.literal('wave'),
    at: z.string(),
    plan: z.strictObject({
      id: z.string(),
      name: z.string(),
      inventoryId: z.string(),
      createdAt: z.string(),
      inventoryCompletedAt: instant,
      waves: z.number(),
    }),
    wave: z.strictObject({
      id: z.string(),
      index: z.number(),
      dryRun: z.boolean(),
      step: waveStep,
      phase: phaseName,
      message: z.string(),
      requestedBy: z.string(),
      requestedOnBehalfOf: z.string().nullable(),
      createdAt: z.string(),
      startAt: instant,
      finishedAt: instant,
      seconds: z.number().describe('From its start to its end, or to the report.'),
      firstChangeAt: instant,
      lastRemovalAt: instant,
    }),
    scope: z.strictObject({
      kinds: counts,
      systems: counts,
      regions: counts,
      workspaces: z.array(z.string()),
    }),
    numbers: WaveNumbers,
    stages: z.array(
      z.strictObject({
        stage,
        done: z.number(),
        alreadyDone: z.number(),
        skipped: z.number(),
        waiting: z.number(),
        blocked: z.number(),
        failed: z.number(),
      }),
    ),
    reasons: z.array(ReasonLine).describe('What must be acted on first; at most 200.'),
    data: z.strictObject({
      proof: z.enum(['parity', 'presence']),
      machines: WorkspaceVerdicts.shape.machines,
      workspaces: z.array(WorkspaceVerdicts),
      tables: z.array(TableVerdicts).describe('At most 200.'),
      acceptedBy: counts,
    }),
    limits: z
      .strictObject({
        maxNotVerifiedShare: z.number(),
        maxFailed: z.number(),
        soakSeconds: z.number(),
        approvals: z.strictObject({
          start: z.boolean(),
          removal: z.boolean(),
          requesterMayApprove: z.boolean(),
          quorum: z.number(),
          validSeconds: z.number(),
          fromTicket: z.array(z.enum(['start', 'removal'])).exactOptional(),
        }),
        windows: z.number(),
        freezes: z.number(),
        checks: z.array(z.string()),
        connector: z.boolean(),
      })
      .describe('What bounded the risk.'),
    warnings: z.array(PlanWarning),
    approvals: z.array(Approval),
    gates: z.array(GateResult),
    checks: z.array(CheckResult),
    overruled: z.array(z.string()),
    promotions: z.array(Promotion),
    holds: z.array(Hold),
    abort: abort.nullable(),
    rollback: z
      .strictObject({ by: z.string(), at: z.string(), reason: z.string(), finishedAt: instant })
      .nullable(),
    connectors: z.array(ConnectorResult),
    evidence: z
      .strictObject({
        wave: z.string().describe('SHA-256 of wave.json in the evidence bundle.'),
        machines: z.string().describe('SHA-256 of all machines-*.jsonl, one after the other.'),
        trail: z
          .strictObject({ number: z.number(), hash: z.string(), at: z.string() })
          .nullable()
          .describe('The last seal over the audit trail; null: nothing is sealed yet.'),
        hash: z.string().describe('SHA-256 of the three, a line each; `-` for a trail without a seal.'),
      })
      .describe('What the report rests on.'),
  }),
);

export const PlanReport = answer<PlanReportView>()(
  'PlanReport',
  z.strictObject({
    kind: z.literal('plan'),
    at: z.string(),
    plan: z.strictObject({
      id: z.string(),
      hash: z.string(),
      name: z.string(),
      inventoryId: z.string(),
      inventoryCompletedAt: instant,
      createdAt: z.string(),
    }),
    completed: z.boolean(),
    numbers: z.strictObject({
      machines: z.number(),
      migrated: z.number(),
      legacyKept: z.number(),
      alreadyMigrated: z.number(),
      blocked: z.number().describe('Left out by the plan, or not taken on by a wave.'),
      failed: z.number(),
      takenBack: z.number().describe('Rolled back, stopped, or not undone.'),
      open: z.number().describe('Under way in a wave that has begun.'),
      notReached: z.number().describe('In waves that did not start.'),
      notSelected: z.number(),
      bothAgentsHours: z.number(),
    }),
    forecast: z.strictObject({ atLeastSeconds: seconds, earliestEnd: instant }),
    actual: z.strictObject({ startedAt: instant, finishedAt: instant, seconds }),
    waves: z.array(
      z.strictObject({
        index: z.number(),
        machines: z.number(),
        id: z.string().nullable(),
        phase: phaseName.nullable(),
        message: z.string().nullable(),
        createdAt: instant,
        finishedAt: instant,
        seconds,
        forecastSeconds: seconds,
        numbers: WaveNumbers.nullable().describe('null: not begun, or its machines were deleted for age.'),
        approvals: z.array(Approval),
        evidence: z.string().nullable(),
      }),
    ),
    leftOut: z.array(ReasonCount).describe('Why machines are in no wave.'),
    reasons: z.array(ReasonLine),
    warnings: z.array(PlanWarning),
  }),
);
