import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import type { LimitName, RequestCounts } from '../model/limits.ts';
import { isSettled, skipped } from '../model/outcome.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import { mergeUndo } from '../model/rollback.ts';
import { changesMachines, isUndoStage, type MachineStage } from '../model/stages.ts';
import { isStageHalted, type Wave } from '../model/wave.ts';
import { type BatchRows, claimMachines, readBatch, refreshSummary } from './batch-records.ts';
import { type DueState, dueState } from './due.ts';
import { likelyMs } from './expected.ts';
import { applyStep, recordSteps } from './record-steps.ts';
import { spreadThrottled } from './spread-throttled.ts';
import type { StageContext, StageStep } from './stage.ts';
import { type Announcement, type Look, type TakeStepsDependencies, takeSteps } from './take-steps.ts';
import { windowAt } from './windows.ts';

export interface StageRunnerDependencies extends TakeStepsDependencies {
  plan(planId: string): Promise<Plan>;
}

/** How a batch stands after one look: what the orchestrator needs to decide when to look again, nothing more. */
export interface StageRun {
  /** Machines not yet settled at this stage. */
  readonly pending: number;
  readonly inFlight: number;
  /** The wave is held or aborted, or its window is closed: only operations in flight are followed. */
  readonly halted: boolean;
  /** When the next machine is due, ISO 8601; null when none is. */
  readonly nextAt: string | null;
  /** What the next look needs beside what every look at the stage costs. */
  readonly wanted: RequestCounts;
}

export interface StageRunInput {
  readonly waveId: string;
  readonly batchId: string;
  readonly stage: MachineStage;
  /** What the wave's record said when its batches were started; absent: it is not asked. */
  readonly resumedAt?: string | null;
  /** What was booked because the look before asked for it; absent: nothing. */
  readonly booked?: RequestCounts;
}

/** Machines due within this time are looked at together: one activity instead of many. */
const GROUPING_MS = 10_000;

/** A claim older than this is of a process that died: as `functionTimeout` of host.json, no activity lives longer. */
const CLAIM_MS = 600_000;

/**
 * One look at one stage of one batch: observe, decide, write the intent, act, record. It never waits.
 * It may run twice or be killed anywhere: what was done is found by observing.
 */
export async function runStage(
  dependencies: StageRunnerDependencies,
  input: StageRunInput,
): Promise<StageRun> {
  const { ledger, now } = dependencies;
  const { waveId, batchId, stage, resumedAt, booked = {} } = input;
  // A hold ends the batches that look while it lasts. Those that slept through it end afterwards, so that the wave
  // starts all of them together; else the others would wait for the slowest.
  const isStopped = (current: Wave) =>
    isStageHalted(current, stage) || (resumedAt !== undefined && current.resumedAt !== resumedAt);
  const found = await ledger.waves.get(waveId);
  if (found === undefined) throw new Error(`wave ${waveId} is not in the ledger`);
  const { wave } = found;
  const plan = await dependencies.plan(wave.planId);
  let rows = await readBatch(ledger, waveId, batchId);
  const { machines } = rows;
  const halted = isStopped(wave);
  const began = now();
  const startedAt = new Date(began).toISOString();

  const states = new Map<string, DueState>(
    machines.map(({ record }) => [record.machineId, dueState(record, stage, { halted, nowMs: now() })]),
  );
  const due = machines.filter(({ record }) => states.get(record.machineId) === 'due');
  const { mayCall, wanted } = allowance(booked);
  const context = await stageContext(dependencies, { wave, plan, stage, halted, mayCall });
  const steps = new Map<string, StageStep>();
  for (const { record } of machines) {
    if (states.get(record.machineId) !== 'skip') continue;
    steps.set(record.machineId, { machineId: record.machineId, outcome: skipped('earlierStage') });
  }
  let known = machines;
  const look: Look = {
    key: `${batchId}|${stage}`,
    isHalted: async () => isStopped((await ledger.waves.get(waveId))?.wave ?? wave),
    async claim(changes) {
      const claimed = await claim(dependencies, rows, changes);
      if (claimed === undefined) return false;
      rows = claimed;
      known = machines.map((machine) => noted(machine, changes.get(machine.record.machineId)));
      return true;
    },
  };
  const taken = await takeSteps(dependencies, context, due, look);
  if (taken === 'overtaken') {
    return stageRun(await ledger.waves.batch(waveId, batchId), { stage, halted, wanted: {} });
  }
  for (const step of spreadThrottled(taken, context.policy.pollSeconds)) steps.set(step.machineId, step);

  const updated = machines.map((machine, i) => {
    const step = steps.get(machine.record.machineId);
    if (step === undefined) return machine;
    const { record } = known[i] ?? machine;
    // Deadlines as they were when the look began: what a stage let pass in time must not run out while it is written.
    return { ...machine, record: applyStep(record, step, { stage, startedAt, now: began, plan, wave }) };
  });
  const recorded = await recordSteps(dependencies, { wave, stage, rows, before: machines, after: updated });
  return stageRun(recorded, {
    stage,
    halted: halted || isClosed(context, machines, now()),
    wanted: wanted(),
  });
}

/** Grants what was booked and notes what was not. What was booked is needed again when the look is taken anew. */
function allowance(booked: RequestCounts): {
  mayCall: StageContext['mayCall'];
  wanted(): RequestCounts;
} {
  const missing = new Map<string, number>();
  return {
    mayCall(counts) {
      const lacking = Object.entries(counts).filter(([limit]) => !((booked[limit as LimitName] ?? 0) > 0));
      for (const [limit, count] of lacking) missing.set(limit, (missing.get(limit) ?? 0) + count);
      return lacking.length === 0;
    },
    wanted: () => (missing.size === 0 ? {} : { ...booked, ...Object.fromEntries(missing) }),
  };
}

/**
 * Whether the batch has to stop for its calendar, as it does for a hold: started again when there is time,
 * it reserves anew what its changes need. Windows that never open again stop nothing, they block.
 */
function isClosed(
  { stage, policy, dryRun }: StageContext,
  [first]: readonly WaveMachine[],
  nowMs: number,
): boolean {
  if (dryRun || !changesMachines(stage) || isUndoStage(stage)) return false;
  const window = windowAt(policy, nowMs, likelyMs(policy, stage, first?.planned.kind ?? 'azureVm'));
  return !window.open && window.opensAt !== null;
}

/** A machine whose record has the state before the change, and no proof that the change ends. */
function noted(machine: WaveMachine, change: Announcement | undefined): WaveMachine {
  if (change?.undo === undefined && change?.unproves === undefined) return machine;
  const { record } = machine;
  return {
    ...machine,
    record: {
      ...record,
      ...(change.undo === undefined ? {} : { undo: mergeUndo(record.undo, change.undo) }),
      ...(change.unproves === undefined ? {} : { verdict: null }),
    },
  };
}

/**
 * Takes machines for this look, so that no other one changes them at the same time. Killed between a change and
 * its answer, the app still knows that something was started, and looks for it once the claim has run out; and
 * how it was before, so that it can be undone.
 */
async function claim(
  { ledger, now }: StageRunnerDependencies,
  rows: BatchRows,
  changes: ReadonlyMap<string, Announcement>,
): Promise<BatchRows | undefined> {
  const claimedUntil = new Date(now() + CLAIM_MS).toISOString();
  const machines = rows.machines.flatMap((machine) => {
    const change = changes.get(machine.record.machineId);
    if (change === undefined) return [];
    const { planned, record } = noted(machine, change);
    return [
      { planned, record: { ...record, operation: change.operation ?? record.operation, claimedUntil } },
    ];
  });
  const claimed = await claimMachines(ledger, rows, machines);
  if (claimed === undefined) return undefined;
  const unproved = [...changes].flatMap(([id, { unproves }]) => (unproves === undefined ? [] : [id]));
  if (unproved.length > 0) await ledger.migrated.remove(unproved, rows.waveId);
  return refreshSummary(ledger, claimed, new Date(now()).toISOString());
}

async function stageContext(
  { ledger, now }: StageRunnerDependencies,
  {
    wave,
    plan,
    ...look
  }: { wave: Wave; plan: Plan; stage: MachineStage; halted: boolean; mayCall: StageContext['mayCall'] },
): Promise<StageContext> {
  const { stage } = look;
  const policy = policyOfWave(plan, wave.index);
  return {
    ...look,
    waveId: wave.id,
    policy,
    workspaces: new Map(plan.workspaces.map((workspace) => [workspace.id, workspace])),
    removalApproved: !policy.approvals.removal || wave.approvals.some(({ gate }) => gate === 'removal'),
    expectedChanges: new Map(plan.ruleSets.map(({ workspaceId, expected }) => [workspaceId, expected])),
    ...(await dataContext(ledger, plan, wave, stage)),
    cells: wave.cells,
    machinesOf: async (batchIds) =>
      (await Promise.all(batchIds.map((id) => ledger.waves.batch(wave.id, id)))).flat(),
    dryRun: wave.dryRun,
    ...(isUndoStage(stage) && wave.rollback !== undefined ? { rollback: wave.rollback } : {}),
    now,
  };
}

/** What the stages that judge data have to know beside the data; others need not read it. */
async function dataContext(
  ledger: Ledger,
  plan: Plan,
  wave: Wave,
  stage: MachineStage,
): Promise<Pick<StageContext, 'securityEventsOff' | 'exceptions'>> {
  if (stage === 'install' || stage === 'associate' || isUndoStage(stage))
    return { securityEventsOff: new Map(), exceptions: [] };
  return {
    securityEventsOff: await switchedOff(ledger, plan, wave),
    exceptions: await ledger.exceptions.all(),
  };
}

async function switchedOff(ledger: Ledger, plan: Plan, wave: Wave): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const workspaceId of plan.waves[wave.index]?.legacyWorkspaces ?? []) {
    const last = await ledger.connectors.switchOf(workspaceId);
    if (last?.confirmedAt != null && last.restoredAt === null) found.set(workspaceId, last.confirmedAt);
  }
  return found;
}

function stageRun(
  machines: readonly WaveMachine[],
  { stage, halted, wanted }: Pick<StageRun, 'halted' | 'wanted'> & { readonly stage: MachineStage },
): StageRun {
  const open = machines.filter(({ record }) => !isSettled(record.outcomes[stage]));
  const inFlight = open.filter(({ record }) => record.operation !== null);
  const awaited = halted ? inFlight : open;
  const untils = awaited.map(({ record }) => {
    const outcome = record.outcomes[stage];
    const until = outcome?.status === 'waiting' ? Date.parse(outcome.until) : 0;
    return Math.max(until, Date.parse(record.claimedUntil ?? '1970-01-01'));
  });
  const first = Math.min(...untils);
  const together = untils.filter((until) => until <= first + GROUPING_MS);
  return {
    pending: open.length,
    inFlight: inFlight.length,
    halted,
    nextAt: untils.length === 0 ? null : new Date(Math.max(...together)).toISOString(),
    wanted,
  };
}
