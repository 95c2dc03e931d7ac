import { type Plan, policyOfWave } from '../../shared/model/plan.ts';
import type { PlanRun } from '../../shared/model/plan-run.ts';
import { runWave } from '../../shared/waves/advance-run.ts';
import { runStateOf } from '../../shared/waves/run-state.ts';
import { waveId } from '../../shared/waves/start-wave.ts';
import type { Runtime } from '../compose.ts';
import type { PlanRunInput } from '../contracts/payloads.ts';

/** A run as the API shows it: its state is derived here, every time. */
export async function planRunView(app: Runtime, run: PlanRun, plan: Plan) {
  const wave = await runWave(app, plan, run.wave);
  const { startKey: _, wave: index, ...shown } = run;
  const address = `/api/waves/${waveId(plan, index)}`;
  return {
    ...shown,
    ...runStateOf(run, wave, { promotion: plan.policy.promotion, waves: plan.waves.length }),
    waves: plan.waves.length,
    currentWave: {
      index,
      phase: wave?.phase ?? null,
      message: wave?.message ?? null,
      ...(wave === undefined ? {} : { link: address }),
    },
  };
}

/** What the orchestration of a run is started with. */
export function planRunInput(run: PlanRun, plan: Plan): PlanRunInput {
  return { runId: run.id, recheckSeconds: policyOfWave(plan, run.wave).recheckSeconds };
}

export function locationOf({ id, planId }: PlanRun): string {
  return `/api/plans/${planId}/runs/${id}`;
}
