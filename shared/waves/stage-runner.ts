import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { blocked, failed, isSettled, type Outcome, skipped, waiting } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { reasonText } from '../model/reasons.ts';
import type { MachineStage } from '../model/stages.ts';
import { isTransient } from '../model/trouble.ts';
import type { AuditEntry, MachineRecord, Wave } from '../model/wave.ts';
import { summarizeBatch } from './batch-summary.ts';
import { applyDeadline } from './deadlines.ts';
import { type DueState, dueState } from './due.ts';
import { type Decision, later, type StageContext, type StageHandler, type StageStep } from './stage.ts';

export interface StageRunnerDependencies {
  readonly ledger: Ledger;
  readonly handlers: Readonly<Record<MachineStage, StageHandler>>;
  readonly concurrency: number;
  now(): number;
  plan(planId: string): Promise<Plan>;
}

/** How a batch stands after one look: what the orchestrator needs to decide when to look again, nothing more. */
export interface StageRun {
  /** Machines not yet settled at this stage. */
  readonly pending: number;
  readonly inFlight: number;
  /** The wave is held or aborted: only operations in flight were looked at. */
  readonly halted: boolean;
  /** When the next machine is due, ISO 8601; null when none is. */
  readonly nextAt: string | null;
}

/** Machines due within this time are looked at together: one activity instead of many. */
const GROUPING_MS = 10_000;

/**
 * One look at one stage of one batch: observe, decide, write the intent, act, record. It never waits.
 * It may run twice or be killed anywhere: what was done is found by observing.
 */
export async function runStage(
  dependencies: StageRunnerDependencies,
  input: { waveId: string; batchId: string; stage: MachineStage },
): Promise<StageRun> {
  const { ledger, now } = dependencies;
  const { waveId, batchId, stage } = input;
  const found = await ledger.waves.get(waveId);
  if (found === undefined) throw new Error(`wave ${waveId} is not in the ledger`);
  const { wave } = found;
  const plan = await dependencies.plan(wave.planId);
  const machines = await ledger.waves.batch(waveId, batchId);
  const halted = wave.abort !== null || wave.holds.length > 0;
  const startedAt = new Date(now()).toISOString();

  const states = new Map<string, DueState>(
    machines.map(({ record }) => [record.machineId, dueState(record, stage, { halted, nowMs: now() })]),
  );
  const due = machines.filter(({ record }) => states.get(record.machineId) === 'due');
  const context = stageContext(dependencies, wave, plan, stage, halted);
  const steps = new Map<string, StageStep>();
  for (const { record } of machines) {
    if (states.get(record.machineId) !== 'skip') continue;
    steps.set(record.machineId, { machineId: record.machineId, outcome: skipped('earlierStage') });
  }
  for (const step of await takeSteps(dependencies, context, due, `${batchId}|${stage}`)) {
    steps.set(step.machineId, step);
  }

  const updated = machines.map((machine) => {
    const step = steps.get(machine.record.machineId);
    return step === undefined
      ? machine
      : { ...machine, record: applyStep(machine.record, step, { stage, startedAt, now: now(), plan, wave }) };
  });
  await record(dependencies, { wave, stage, batchId, before: machines, after: updated });
  return stageRun(updated, stage, halted);
}

function stageContext(
  { now }: StageRunnerDependencies,
  wave: Wave,
  plan: Plan,
  stage: MachineStage,
  halted: boolean,
): StageContext {
  return {
    waveId: wave.id,
    stage,
    policy: plan.policy,
    workspaces: new Map(plan.workspaces.map((workspace) => [workspace.id, workspace])),
    removalApproved: !plan.policy.approvals.removal || wave.approvals.some(({ gate }) => gate === 'removal'),
    dryRun: wave.dryRun,
    halted,
    now,
  };
}

async function takeSteps(
  { ledger, handlers, concurrency, now }: StageRunnerDependencies,
  context: StageContext,
  due: readonly WaveMachine[],
  key: string,
): Promise<StageStep[]> {
  if (due.length === 0) return [];
  const { stage } = context;
  if (context.dryRun && (stage === 'verify' || stage === 'reverify' || stage === 'confirm')) {
    return due.map(({ record }) => ({ machineId: record.machineId, outcome: skipped('dryRun') }));
  }
  const decisions = await decideAll(handlers[stage], context, due);
  const intents = decisions.filter((decision) => 'act' in decision);
  if (context.dryRun) return decisions.map(dryStep);
  // Under a hold or abort what is in flight is followed to its end, and nothing is started.
  if (context.halted) {
    return decisions.map((decision) =>
      'act' in decision
        ? {
            machineId: decision.machineId,
            outcome: waiting('held', later(context, context.policy.pollSeconds)),
            patch: { operation: null },
          }
        : decision.step,
    );
  }
  await ledger.audit.append(
    key,
    intents.map(({ machineId, intent, before }) => ({
      ...auditBase(context, now()),
      machineId,
      event: 'intent',
      message: intent,
      data: before,
    })),
  );
  return pMap(decisions, (decision) => ('act' in decision ? act(decision) : decision.step), { concurrency });
}

/** A dry run reports at once what a real one would do, or what it would wait for. */
function dryStep(decision: Decision): StageStep {
  const { machineId } = decision;
  if ('act' in decision) return { machineId, outcome: skipped('dryRun', decision.intent) };
  const { outcome } = decision.step;
  if (outcome.status !== 'waiting' || isTransient(outcome.reason)) return decision.step;
  return { ...decision.step, outcome: blocked(outcome.reason, outcome.detail) };
}

/** A handler that throws is a bug: it must cost its machines a named failure, not the whole wave. */
async function decideAll(
  handler: StageHandler,
  context: StageContext,
  due: readonly WaveMachine[],
): Promise<Decision[]> {
  try {
    return await handler(context, due);
  } catch (error) {
    if (due.length > 1) {
      // Find out which machine it is, so that the others go on.
      const each: Decision[] = [];
      for (const machine of due) each.push(...(await decideAll(handler, context, [machine])));
      return each;
    }
    return due.map(({ record }) => ({
      machineId: record.machineId,
      step: { machineId: record.machineId, outcome: failed('unexpected', describe(error)) },
    }));
  }
}

async function act(decision: Extract<Decision, { intent: string }>): Promise<StageStep> {
  try {
    return await decision.act();
  } catch (error) {
    return { machineId: decision.machineId, outcome: failed('unexpected', describe(error)) };
  }
}

function applyStep(
  record: MachineRecord,
  step: StageStep,
  at: { stage: MachineStage; startedAt: string; now: number; plan: Plan; wave: Wave },
): MachineRecord {
  const startedAt = record.stageStarted[at.stage] ?? at.startedAt;
  const patched: MachineRecord = { ...record, ...step.patch };
  const started = {
    // Time spent under a hold is not the machine's.
    stage: laterOf(startedAt, at.wave.resumedAt),
    operation: patched.operation?.startedAt ?? null,
  };
  const outcome = applyDeadline(step.outcome, at.stage, started, at.now, at.plan.policy);
  const next: MachineRecord = {
    ...patched,
    stageStarted: { ...record.stageStarted, [at.stage]: startedAt },
    outcomes: { ...record.outcomes, [at.stage]: outcome },
  };
  return isSettled(outcome) ? { ...next, operation: null } : next;
}

function laterOf(instant: string, other: string | null): string {
  return other !== null && other > instant ? other : instant;
}

async function record(
  { ledger, now }: StageRunnerDependencies,
  step: {
    wave: Wave;
    stage: MachineStage;
    batchId: string;
    before: readonly WaveMachine[];
    after: readonly WaveMachine[];
  },
): Promise<void> {
  const { wave, stage, batchId, before, after } = step;
  const changed = after.filter((machine, i) => machine !== before[i]);
  if (changed.length === 0 && (await ledger.waves.summary(wave.id, batchId)) !== undefined) return;
  const at = new Date(now()).toISOString();
  // The trail first: a record without its trail could not be explained, a trail entry written twice can.
  await ledger.audit.append(
    `${batchId}|${stage}|outcome`,
    changed
      .filter(({ record }) => isSettled(record.outcomes[stage]))
      .map(({ record }) => outcomeEntry(wave.id, stage, record, at)),
  );
  if (stage === 'verify' && !wave.dryRun) {
    await ledger.migrated.put(
      changed
        .filter(
          ({ record }) => record.verdict?.result === 'pass' && record.outcomes.verify?.status === 'done',
        )
        .map(({ record }) => ({ machineId: record.machineId, waveId: wave.id, verifiedAt: at })),
    );
  }
  await ledger.waves.putBatch(wave.id, batchId, changed);
  await ledger.waves.putSummary(wave.id, summarizeBatch(batchId, after, at));
}

function outcomeEntry(waveId: string, stage: MachineStage, record: MachineRecord, at: string): AuditEntry {
  const outcome = record.outcomes[stage] as Outcome;
  return {
    at,
    waveId,
    machineId: record.machineId,
    stage,
    event: 'outcome',
    message: sentence(outcome),
    by: 'app',
    data: {
      outcome,
      ...(stage === 'verify' || stage === 'reverify' || stage === 'confirm'
        ? { verdict: record.verdict }
        : {}),
    },
  };
}

function sentence(outcome: Outcome): string {
  switch (outcome.status) {
    case 'skipped':
    case 'blocked':
    case 'waiting':
      return `${outcome.status}: ${reasonText(outcome.reason)}`;
    case 'failed':
      return `failed: ${reasonText(outcome.code)}`;
    default:
      return outcome.status;
  }
}

function auditBase({ waveId, stage }: StageContext, nowMs: number) {
  return { at: new Date(nowMs).toISOString(), waveId, stage, by: 'app' } as const;
}

function stageRun(machines: readonly WaveMachine[], stage: MachineStage, halted: boolean): StageRun {
  const open = machines.filter(({ record }) => !isSettled(record.outcomes[stage]));
  const inFlight = open.filter(({ record }) => record.operation !== null);
  const awaited = halted ? inFlight : open;
  const untils = awaited.map(({ record }) => {
    const outcome = record.outcomes[stage];
    return outcome?.status === 'waiting' ? Date.parse(outcome.until) : 0;
  });
  const first = Math.min(...untils);
  const together = untils.filter((until) => until <= first + GROUPING_MS);
  return {
    pending: open.length,
    inFlight: inFlight.length,
    halted,
    nextAt: untils.length === 0 ? null : new Date(Math.max(...together)).toISOString(),
  };
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`.slice(0, 300)
    : String(error).slice(0, 300);
}
