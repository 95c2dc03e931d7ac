import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { remedyRequest } from '../../shared/drift/remedy-plan.ts';
import type { DriftRemedy, DriftRun } from '../../shared/model/drift.ts';
import { isWaveRemedy, REMEDY_KINDS, type WaveRemedy } from '../../shared/model/drift-codes.ts';
import { shortHash } from '../../shared/model/ids.ts';
import { foregoesApproval, PlanRequest } from '../../shared/model/plan-request.ts';
import { windowAt } from '../../shared/waves/windows.ts';
import type { Runtime } from '../compose.ts';
import { type CalledApp, callerOf, requireRole } from './caller.ts';
import { by } from './connector-parts.ts';
import { estateRemedy } from './drift-estate-remedies.ts';
import { findRun } from './drift-runs.ts';
import { driftView } from './drift-view.ts';
import { readBody, startingEndpoint } from './endpoint.ts';
import { createPlan, FOREGOES } from './plans.ts';
import { Problem } from './problem.ts';
import { startWave } from './start-wave.ts';

const CHECK = 'drift check';

/** How a remedy came out. */
export type RemedyEnd = Pick<DriftRemedy, 'status' | 'reason' | 'waveId'>;

export const StartRemedy = z.strictObject({
  by,
  /** The plan, rule set, workspace or subscription, where the run proposes several of this kind. */
  about: z.string().min(1).optional(),
});

/** `POST /drift/{id}/remedies/{remedy}/start`: what a run proposed is done at a person's word. */
export const startDriftRemedy = startingEndpoint(
  async ({ request, context, app }): Promise<HttpResponseInit> => {
    const body = await readBody(request, StartRemedy);
    const who = callerOf(request, body.by);
    const run = await findRun(app, request.params['id'] ?? '');
    await requireNewest(app, run);
    const index = findRemedy(run, request.params['remedy'] ?? '', body.about);
    const remedy = run.remedies[index];
    if (remedy === undefined) throw new Error('the remedy was just found');
    if (remedy.status !== 'started') {
      if (isWaveRemedy(remedy.kind)) {
        const parsed = await planRequest(app, run, remedy.kind, remedy.about);
        if (foregoesApproval(parsed)) requireRole(request, 'approver', FOREGOES);
      }
      const end = await perform(app, context, run, remedy, who);
      await record(app, run.id, index, end, who);
      if (end.status === 'refused') throw refusal(end);
    }
    const after = await findRun(app, run.id);
    return { status: 202, headers: { location: `/api/drift/${run.id}` }, jsonBody: driftView(after) };
  },
);

/** Does what the policy lets the check do by itself; what cannot be done is a refusal in the record, no trouble. */
export async function remedyByItself(
  app: Runtime,
  context: InvocationContext,
  runId: string,
  index: number,
): Promise<void> {
  const run = await app.ledger.drift.get(runId);
  const remedy = run?.remedies[index];
  if (run === undefined || remedy === undefined) return;
  const called: CalledApp = { ...app, proven: () => ({}), calledBy: CHECK };
  const end = remedy.status === 'due' ? await performDue(called, context, run, remedy) : undefined;
  await record(app, runId, index, end, CHECK);
  // The record moves on last: a look that dies before it does the same again, and finds what was done.
  await app.ledger.drift.update(runId, (current) =>
    current.step.phase === 'remedies' && current.step.index === index
      ? { ...current, step: { phase: 'remedies', index: index + 1 } }
      : undefined,
  );
}

async function performDue(
  app: CalledApp,
  context: InvocationContext,
  run: DriftRun,
  remedy: DriftRemedy,
): Promise<RemedyEnd> {
  const { windows, freezes } = run.policy;
  // A wave waits for its window by itself; what is no wave has nobody who waits.
  if (!isWaveRemedy(remedy.kind) && !windowAt({ windows, freezes }, app.now()).open)
    return { status: 'proposed', reason: 'no window was open when the check ran', waveId: null };
  try {
    return await perform(app, context, run, remedy, CHECK);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: 'refused', reason: `${error.code}: ${error.message}`, waveId: null };
  }
}

function perform(
  app: CalledApp,
  context: InvocationContext,
  run: DriftRun,
  remedy: DriftRemedy,
  who: string,
): Promise<RemedyEnd> {
  const { kind, about } = remedy;
  return isWaveRemedy(kind)
    ? startRemedyWave(app, context, run, { kind, about, who })
    : estateRemedy(app, run, { ...remedy, kind }, who);
}

/** One wave for a run, kind and plan, however often it is tried: plan and wave have the same ids every time. */
async function startRemedyWave(
  app: CalledApp,
  context: InvocationContext,
  run: DriftRun,
  { kind, about, who }: { readonly kind: WaveRemedy; readonly about: string; readonly who: string },
): Promise<RemedyEnd> {
  const plan = await createPlan(app, await planRequest(app, run, kind, about));
  if (plan.waves.length === 0) {
    const why = plan.blockedReasons.map(({ code, machines }) => `${code} (${machines})`).join(', ');
    const reason = `No machine can be worked on now: ${why || 'all are as they should be'}. GET /plans/${plan.id}/blocked says more.`;
    return { status: 'refused', reason, waveId: null };
  }
  const startKey = shortHash(`${run.id}|${kind}|${about}`, 40);
  const { wave } = await startWave(app, context, { plan, index: 0, by: who, startKey, dryRun: false });
  const reason = plan.counts.blocked === 0 ? null : `${plan.counts.blocked} machines are blocked`;
  return { status: 'started', reason, waveId: wave.id };
}

async function planRequest(
  app: Runtime,
  run: DriftRun,
  kind: WaveRemedy,
  about: string,
): Promise<PlanRequest> {
  const base = await app.ledger.plans.get(about);
  if (base === undefined) throw new Problem('planNotFound', `There is no plan "${about}".`);
  const machines = await app.ledger.drift.selection(run.id, `${kind}|${about}`);
  return PlanRequest.parse(remedyRequest(run, kind, base, machines));
}

async function record(
  { ledger, now }: Pick<Runtime, 'ledger' | 'now'>,
  runId: string,
  index: number,
  end: RemedyEnd | undefined,
  who: string,
): Promise<void> {
  if (end === undefined) return;
  const at = new Date(now()).toISOString();
  await ledger.drift.update(runId, (run) => {
    const remedies = run.remedies.map((one, i) => {
      if (i !== index || one.status === 'started') return one;
      return { ...one, ...end, reason: end.reason ?? one.reason, by: who, at };
    });
    return { ...run, remedies };
  });
}

/** What an older run found may be mended, or worse, by now. */
async function requireNewest(app: Runtime, run: DriftRun): Promise<void> {
  if (run.status !== 'completed')
    throw new Problem('driftNotReady', `Drift check "${run.id}" is ${run.status}.`);
  const newest = await app.ledger.drift.latest();
  if (newest === undefined || newest.id === run.id) return;
  throw new Problem(
    'driftOutdated',
    `Drift check "${newest.id}" has looked since; start what that one proposes.`,
  );
}

function findRemedy(run: DriftRun, kind: string, about: string | undefined): number {
  const fitting = run.remedies.flatMap((remedy, index) =>
    remedy.kind === kind && (about === undefined || remedy.about === about) ? [index] : [],
  );
  const [only, ...others] = fitting;
  if (only === undefined || !(REMEDY_KINDS as readonly string[]).includes(kind))
    throw new Problem('remedyNotFound', `Drift check "${run.id}" proposes no such remedy.`);
  if (others.length === 0) return only;
  const choices = fitting.map((index) => run.remedies[index]?.about).join(', ');
  throw new Problem('invalidRequest', 'The run proposes several of this kind.', [
    { path: 'about', message: `must be one of ${choices}` },
  ]);
}

function refusal({ reason }: RemedyEnd): Problem {
  return new Problem('remedyRefused', reason ?? 'It could not be done.');
}
