import type { Ledger } from '../ledger/ledger.ts';
import { requestedBy, requesterOf } from '../model/caller.ts';
import { shortHash } from '../model/ids.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanRun, RunWave } from '../model/plan-run.ts';
import type { Hold, Wave } from '../model/wave.ts';
import { nextRunStep, type RunAction } from './next-run-step.ts';
import { passedEntries, underRun } from './run-holds.ts';
import { newWave, startObstacle, waveId, waveState } from './start-wave.ts';

export interface AdvanceRunDependencies {
  readonly ledger: Ledger;
  now(): number;
  plan(planId: string): Promise<Plan>;
}

export interface RunAdvance {
  readonly next: Extract<RunAction, { kind: 'wait' | 'finish' }>;
  /** A wave that has not begun: its orchestration may have to be started. */
  readonly begins: Wave | null;
}

/** Moves a run's record as far as it will go, starts the wave it comes to, and says what to wait for. Safe to repeat. */
export async function advanceRun(dependencies: AdvanceRunDependencies, runId: string): Promise<RunAdvance> {
  const { ledger, now } = dependencies;
  const found = await ledger.planRuns.get(runId);
  if (found === undefined) throw new Error(`run ${runId} is not in the ledger`);
  const plan = await dependencies.plan(found.planId);
  // A round a wave at the most: waves that completed before are passed over.
  for (let round = 0; round < 2 * plan.waves.length + 3; round += 1) {
    const before = (await ledger.planRuns.get(runId)) ?? found;
    const wave = await runWave(dependencies, plan, before.wave);
    let action: RunAction = { kind: 'again' };
    const run = await ledger.planRuns.update(runId, (current) => {
      // What was read of the wave is of no use when another writer went on to the next.
      if (current.wave !== before.wave) return undefined;
      const nowMs = now();
      const next = nextRunStep({
        ...{ run: current, wave, nowMs },
        ...{ promotion: plan.policy.promotion, waves: plan.waves.length },
      });
      action = next.action;
      return next.run === current ? undefined : next.run;
    });
    if (run === undefined) throw new Error(`run ${runId} is not in the ledger`);
    await recordPromotions(ledger, before, run);
    await passHolds(dependencies, plan, run);
    const decided = action as RunAction;
    if (decided.kind === 'start') await startWave(dependencies, plan, run);
    else if (decided.kind !== 'again') return { next: decided, begins: await beginning(ledger, plan, run) };
  }
  throw new Error(`run ${runId} does not settle`);
}

/** The wave a run is at, as far as the run cares. */
export async function runWave(
  dependencies: Pick<AdvanceRunDependencies, 'ledger' | 'now'>,
  plan: Plan,
  index: number,
): Promise<RunWave | undefined> {
  const state = await waveState(dependencies, plan, index);
  if (state === undefined) return undefined;
  const { phase, message, wave, totals } = state;
  return {
    ...{ phase, message, finishedAt: wave.finishedAt },
    ...{ machines: wave.machineCount, failed: totals.failed },
  };
}

/** Holds and the abort of a run hold for the wave it is at; written again should the call that set them have died. */
export async function passHolds(
  { ledger, now }: Pick<AdvanceRunDependencies, 'ledger' | 'now'>,
  plan: Pick<Plan, 'id'>,
  run: PlanRun,
): Promise<Wave | undefined> {
  const at = new Date(now()).toISOString();
  const id = waveId(plan, run.wave);
  const before = (await ledger.waves.get(id))?.wave;
  const expected = before === undefined ? undefined : underRun(before, run, at);
  if (before !== undefined && expected !== undefined)
    await ledger.audit.append('control', passedEntries(before, expected, run, at));
  return ledger.waves.update(id, (wave) => underRun(wave, run, at));
}

/** A wave somebody else created meanwhile is as good. */
async function startWave(dependencies: AdvanceRunDependencies, plan: Plan, run: PlanRun): Promise<void> {
  const { ledger, now } = dependencies;
  const at = new Date(now()).toISOString();
  const obstacle = await startObstacle(dependencies, plan, run.wave);
  if (obstacle === undefined) {
    const startKey = shortHash(run.id, 40);
    await ledger.waves.create(
      newWave(plan, run.wave, { ...requestedBy(requesterOf(run)), startKey, createdAt: at }),
    );
    return;
  }
  const hold: Hold = {
    ...{ id: `start-${run.wave}`, kind: 'system', since: at, by: 'app' },
    reason: `Wave ${run.wave} cannot start: ${obstacle.message}`,
  };
  await ledger.planRuns.update(run.id, (current) => ({ ...current, holds: [...current.holds, hold] }));
}

async function beginning(ledger: Ledger, plan: Plan, run: PlanRun): Promise<Wave | null> {
  const wave = (await ledger.waves.get(waveId(plan, run.wave)))?.wave;
  return wave?.step === 'prepare' ? wave : null;
}

async function recordPromotions(ledger: Ledger, before: PlanRun, after: PlanRun): Promise<void> {
  const fresh = after.promotions.filter(({ by }) => by === 'policy').slice(policyOnes(before));
  if (fresh.length === 0) return;
  await ledger.audit.append(
    'promotion',
    fresh.map(({ wave, at, by }) => ({
      ...{ at, waveId: after.id, machineId: null, stage: null, event: 'control', by },
      message: `promoted to wave ${wave}`,
    })),
  );
}

function policyOnes({ promotions }: PlanRun): number {
  return promotions.filter(({ by }) => by === 'policy').length;
}
