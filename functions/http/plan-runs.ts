import type { HttpResponseInit } from '@azure/functions';
import { requestedBy, type Word } from '../../shared/model/caller.ts';
import { shortHash } from '../../shared/model/ids.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { type PlanRun, runId } from '../../shared/model/plan-run.ts';
import { previousObstacle, startObstacle, waveState } from '../../shared/waves/start-wave.ts';
import type { Runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { callerOf } from './caller.ts';
import { startOrchestration } from './durable-client.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { locationOf, planRunInput, planRunView } from './plan-run-view.ts';
import { findPlan } from './plans.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { NoQuery, StartPlanRun } from './schemas.ts';
import { requireStartAt } from './start-wave.ts';

/** `POST /plans/{id}/runs`: runs the waves of a plan one after the other. */
export const postPlanRun = startingEndpoint(
  async ({ request, context, app, key }): Promise<HttpResponseInit> => {
    const body = await readBody(request, StartPlanRun);
    const by = callerOf(request, body.by);
    const plan = await findPlan(app, request.params['id'] ?? '');
    const startKey = key === undefined ? null : shortHash(key, 40);
    const earlier = await app.ledger.planRuns.ofPlan(plan.id);
    const known = earlier.find((run) => startKey !== null && run.startKey === startKey);
    const run =
      known ?? (await createRun(app, plan, earlier, { ...body, who: { by, ...app.proven() }, startKey }));
    await startOrchestration(context, ORCHESTRATORS.planRun, run.id, planRunInput(run, plan));
    const started = { id: run.id, planId: plan.id, fromWave: run.fromWave };
    return { status: 202, headers: { location: locationOf(run) }, jsonBody: started };
  },
);

/** `GET /plans/{id}/runs` */
export const listPlanRuns = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const plan = await findPlan(app, request.params['id'] ?? '');
  const runs = await app.ledger.planRuns.ofPlan(plan.id);
  return { jsonBody: { runs: await Promise.all(runs.map((run) => planRunView(app, run, plan))) } };
});

/** `GET /plans/{id}/runs/{runId}`; `Retry-After` says when to look again. */
export const getPlanRun = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const { run, plan } = await findRun(app, request.params);
  return {
    jsonBody: await planRunView(app, run, plan),
    ...(run.finishedAt === null ? { headers: { 'retry-after': String(plan.policy.pollSeconds) } } : {}),
  };
});

export async function findRun(
  app: Runtime,
  params: Readonly<Record<string, string>>,
): Promise<{ run: PlanRun; plan: Plan }> {
  const plan = await findPlan(app, params['id'] ?? '');
  const id = params['runId'] ?? '';
  const run = await app.ledger.planRuns.get(id);
  if (run?.planId === plan.id) return { run, plan };
  throw new Problem('planRunNotFound', `Plan "${plan.id}" has no run "${id}".`);
}

interface Start {
  readonly who: Word;
  readonly startKey: string | null;
  readonly fromWave?: number | undefined;
  readonly startAt?: string | undefined;
}

async function createRun(
  app: Runtime,
  plan: Plan,
  earlier: readonly PlanRun[],
  start: Start,
): Promise<PlanRun> {
  requireNoOther(earlier.find(({ finishedAt }) => finishedAt === null));
  const fromWave = await firstWave(app, plan, start.fromWave);
  await requireStartAt(app, plan, fromWave, start.startAt);
  const run: PlanRun = {
    id: runId(plan.id, earlier.length + 1),
    planId: plan.id,
    ...requestedBy(start.who),
    startKey: start.startKey,
    createdAt: new Date(app.now()).toISOString(),
    startAt: start.startAt ?? null,
    fromWave,
    wave: fromWave,
    promotions: [],
    holds: [],
    abort: null,
    finishedAt: null,
  };
  await recordChange(app, 'start', {
    ...{ at: run.createdAt, waveId: run.id, by: run.requestedBy, before: null },
    message: `asked for a run of plan ${plan.id} from wave ${fromWave}`,
    after: { planId: plan.id, fromWave, startAt: run.startAt },
  });
  if (!(await app.ledger.planRuns.create(run))) requireNoOther(await app.ledger.planRuns.get(run.id));
  return run;
}

function requireNoOther(run: PlanRun | undefined): void {
  if (run === undefined) return;
  const location = locationOf(run);
  throw new Problem('planRunActive', `The plan is being run already, by "${run.id}".`, [], { location });
}

/** The wave a run begins with: the one that is asked for, or the first that has not completed. */
async function firstWave(app: Runtime, plan: Plan, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && plan.waves[wanted] === undefined) {
    const message = `is no wave of this plan, which has ${plan.waves.length}`;
    throw new Problem('invalidRequest', 'The body is not valid.', [{ path: 'fromWave', message }]);
  }
  for (let index = wanted ?? 0; index < plan.waves.length; index += 1) {
    const state = await waveState(app, plan, index);
    if (state?.phase === 'completed') continue;
    if (state !== undefined && state.wave.finishedAt !== null) {
      throw new Problem(
        'waveNotCompleted',
        `Wave ${index} of plan "${plan.id}" ended ${state.phase}; only a completed wave is followed by the next.`,
      );
    }
    const obstacle = await (state === undefined ? startObstacle : previousObstacle)(app, plan, index);
    if (obstacle !== undefined) throw new Problem(obstacle.code, obstacle.message);
    return index;
  }
  throw new Problem('nothingToRun', 'No wave of the plan is left to run.');
}
