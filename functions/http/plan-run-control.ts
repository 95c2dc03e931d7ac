import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { announceRun } from '../../shared/events/announce.ts';
import { differences } from '../../shared/model/differences.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { PlanRun, RunWave } from '../../shared/model/plan-run.ts';
import { passHolds, runWave } from '../../shared/waves/advance-run.ts';
import type { By } from '../../shared/waves/control.ts';
import { abortRun, holdRun, promoteRun, type RunControl, resumeRun } from '../../shared/waves/control-run.ts';
import { tell } from '../announce.ts';
import type { Runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { callerOf } from './caller.ts';
import { wake } from './durable-client.ts';
import { endpoint, readBody } from './endpoint.ts';
import { planRunInput, planRunView } from './plan-run-view.ts';
import { findRun } from './plan-runs.ts';
import { Problem } from './problem.ts';
import { ResumeWave, WithReason } from './schemas.ts';
import { waveInput } from './start-wave.ts';

interface At extends By {
  readonly plan: Plan;
  readonly wave: RunWave | undefined;
}

/** Reads the body and says who asks and what changes. */
type Verb = (request: HttpRequest) => Promise<{
  by: string;
  message: string;
  change(run: PlanRun, at: At): RunControl;
}>;

/** `POST /plans/{id}/runs/{runId}/promote` */
export const promotePlanRun = control(async (request) => {
  const { by, reason } = await readBody(request, WithReason);
  return {
    by: callerOf(request, by),
    message: `promoted to the next wave: ${reason}`,
    change: (run, at) => promoteRun(run, at.wave, at.plan.policy, reason, at),
  };
});

/** `POST /plans/{id}/runs/{runId}/hold`: holds the wave it is at as well. */
export const holdPlanRun = control(async (request) => {
  const { by, reason } = await readBody(request, WithReason);
  return {
    by: callerOf(request, by),
    message: `held: ${reason}`,
    change: (run, at) => holdRun(run, reason, at),
  };
});

/** `POST /plans/{id}/runs/{runId}/resume` */
export const resumePlanRun = control(async (request) => {
  const { by, reason } = await readBody(request, ResumeWave);
  return {
    by: callerOf(request, by),
    message: `resumed: ${reason ?? 'no reason given'}`,
    change: (run) => resumeRun(run),
  };
});

/** `POST /plans/{id}/runs/{runId}/abort`: aborts the wave it is at as well. */
export const abortPlanRun = control(async (request) => {
  const { by, reason } = await readBody(request, WithReason);
  return {
    by: callerOf(request, by),
    message: `aborted: ${reason}`,
    change: (run, at) => abortRun(run, reason, at),
  };
});

/** Changes the records first, the run's and then its wave's, and wakes their orchestrations after. */
function control(verb: Verb) {
  return endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
    const { by, message, change } = await verb(request);
    const { run: known, plan } = await findRun(app, request.params);
    const at = new Date(app.now()).toISOString();
    const wave = await runWave(app, plan, known.wave);
    const changed = (current: PlanRun) => change(current, { plan, wave, by, at, ...app.proven() });
    const expected = changed(known);
    if (expected.ok && expected.changed) {
      // The trail first, as with waves: a change whose writer died over it could not be explained.
      const entry = {
        at,
        waveId: known.id,
        machineId: null,
        stage: null,
        event: 'control',
        message,
        by,
        ...differences(known, expected.run),
      } as const;
      await app.ledger.audit.append('control', [entry]);
    }
    const run = await applyChange(app, known, changed);
    const passed = await passHolds(app, plan, run);
    if (passed !== undefined && passed.step !== 'finished') {
      await wake(context, passed.id, ORCHESTRATORS.wave, waveInput(passed, plan));
    }
    await tell(app, context, () => announceRun(app, run.id));
    await wake(context, run.id, ORCHESTRATORS.planRun, planRunInput(run, plan));
    return { jsonBody: await planRunView(app, run, plan) };
  });
}

async function applyChange(
  app: Runtime,
  known: PlanRun,
  change: (run: PlanRun) => RunControl,
): Promise<PlanRun> {
  let result: RunControl | undefined;
  const run = await app.ledger.planRuns.update(known.id, (current) => {
    // A verb is for the wave that was looked at.
    result = current.wave === known.wave ? change(current) : undefined;
    return result?.ok && result.changed ? result.run : undefined;
  });
  const decided = result as RunControl | undefined;
  if (run === undefined || decided === undefined) {
    throw new Problem('changedMeanwhile', 'The run went on to its next wave in this moment; look again.');
  }
  if (!decided.ok) throw new Problem(decided.code, decided.message);
  return run;
}
