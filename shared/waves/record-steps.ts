import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { isSettled, type Outcome } from '../model/outcome.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import { reasonText } from '../model/reasons.ts';
import { isUndoStage, judgesData, type MachineStage } from '../model/stages.ts';
import { isTransient } from '../model/trouble.ts';
import { isProven } from '../model/verdict.ts';
import type { AuditEntry, MachineRecord, Wave } from '../model/wave.ts';
import { type BatchRows, recordMachines, refreshSummary } from './batch-records.ts';
import { applyDeadline } from './deadlines.ts';
import type { StageStep } from './stage.ts';

/** A machine's record after a step, with deadlines applied. */
export function applyStep(
  record: MachineRecord,
  step: StageStep,
  at: { stage: MachineStage; startedAt: string; now: number; plan: Plan; wave: Wave },
): MachineRecord {
  const startedAt = record.stageStarted[at.stage] ?? at.startedAt;
  const { claimedUntil: _, troubledSince, ...rest } = record;
  const known = wasLookedAtInTime(record, at.stage, at.now) ? troubledSince : undefined;
  const troubled =
    step.outcome.status === 'waiting' && isTransient(step.outcome.reason)
      ? { troubledSince: known ?? new Date(at.now).toISOString() }
      : {};
  const patched: MachineRecord = { ...rest, ...troubled, ...step.patch };
  const started = {
    // Time spent under a hold is not the machine's; and trouble that has just come must not end what was slow before.
    stage: laterOf(laterOf(startedAt, at.wave.resumedAt), patched.troubledSince ?? null),
    operation: patched.operation?.startedAt ?? null,
  };
  const policy = policyOfWave(at.plan, at.wave.index);
  const outcome = applyDeadline(step.outcome, at.stage, started, at.now, policy);
  const next: MachineRecord = {
    ...patched,
    stageStarted: { ...record.stageStarted, [at.stage]: startedAt },
    outcomes: { ...record.outcomes, [at.stage]: outcome },
  };
  return isSettled(outcome) ? { ...next, operation: null } : next;
}

/** A look that comes later than this after it was due says that nobody looked: the app was down, or the wave held. */
const LATE_MS = 600_000;

/** Trouble lasts as long as every look finds it; of the time in which there were none, nobody can tell. */
function wasLookedAtInTime({ outcomes }: MachineRecord, stage: MachineStage, nowMs: number): boolean {
  const last = outcomes[stage];
  return last?.status === 'waiting' && nowMs - Date.parse(last.until) <= LATE_MS;
}

function laterOf(instant: string, other: string | null): string {
  return other !== null && other > instant ? other : instant;
}

/**
 * Writes what a look changed: trail, verified machines, records, and the batch's counts last. Gives the batch as it
 * stands then, which another look may have had the last word on.
 */
export async function recordSteps(
  { ledger, now }: { ledger: Ledger; now(): number },
  step: {
    wave: Wave;
    stage: MachineStage;
    rows: BatchRows;
    before: readonly WaveMachine[];
    after: readonly WaveMachine[];
  },
): Promise<readonly WaveMachine[]> {
  const { wave, stage, rows, before, after } = step;
  const { batchId } = rows;
  const changed = after.filter((machine, i) => machine !== before[i]);
  const at = new Date(now()).toISOString();
  // An earlier look may have died between the records and their counts.
  if (changed.length === 0) return (await refreshSummary(ledger, rows, at)).machines;
  // The trail first: a record without its trail could not be explained, a trail entry written twice can.
  await ledger.audit.append(
    `${batchId}|${stage}|outcome`,
    changed
      .filter(({ record }) => isSettled(record.outcomes[stage]))
      .map(({ record }) => outcomeEntry(wave.id, stage, record, at)),
  );
  await listMigrated(ledger, { wave, stage, at, nowMs: now() }, changed);
  if (isUndoStage(stage)) {
    const undone = changed.filter(({ record }) => record.verdict === null);
    await ledger.migrated.remove(
      undone.map(({ record }) => record.machineId),
      wave.id,
    );
  }
  const recorded = await recordMachines(ledger, rows, changed);
  // Of machines that another look wrote meanwhile, its record counts, and not what this one listed.
  const own = new Set(changed.map(({ record }) => record));
  const ids = new Set(changed.map(({ record }) => record.machineId));
  const others = recorded.machines.filter(({ record }) => ids.has(record.machineId) && !own.has(record));
  await listMigrated(ledger, { wave, stage, at, nowMs: now() }, others);
  return (await refreshSummary(ledger, recorded, at)).machines;
}

/**
 * Lists machines that are proven, and takes those off the list that no longer are: what was proved once must not let
 * a workspace's collection be switched off (D8). A second proof lists a machine again, because a look that took it off
 * may have died before it wrote why.
 */
async function listMigrated(
  ledger: Ledger,
  { wave, stage, at, nowMs }: { wave: Wave; stage: MachineStage; at: string; nowMs: number },
  machines: readonly WaveMachine[],
): Promise<void> {
  if (wave.dryRun || (stage !== 'verify' && stage !== 'reverify')) return;
  const proven = machines.filter(
    ({ record }) => isProven(record.verdict, nowMs) && record.outcomes[stage]?.status === 'done',
  );
  const lost = machines.filter(({ record }) => endedAt(record, stage));
  await ledger.migrated.put(
    proven.map(({ record: { machineId } }) => ({ machineId, waveId: wave.id, verifiedAt: at })),
  );
  await ledger.migrated.remove(lost.map(({ record }) => record.machineId));
}

/** Whether a machine's way ended badly at this stage. */
function endedAt({ outcomes }: MachineRecord, stage: MachineStage): boolean {
  const status = outcomes[stage]?.status;
  return status === 'blocked' || status === 'failed';
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
      ...(judgesData(stage) ? { verdict: record.verdict } : {}),
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
