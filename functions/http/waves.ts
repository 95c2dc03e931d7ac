import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { faultsOf } from '../../shared/model/faults.ts';
import { shortHash } from '../../shared/model/ids.ts';
import { outcomeReason } from '../../shared/model/outcome.ts';
import type { Plan, PlannedMachine } from '../../shared/model/plan.ts';
import { foregoesApproval, PlanRequest } from '../../shared/model/plan-request.ts';
import { reasonText } from '../../shared/model/reasons.ts';
import { type MachineRecord, type Wave, waveBatches } from '../../shared/model/wave.ts';
import type { Runtime } from '../compose.ts';
import { type CalledApp, callerOf, requireRole } from './caller.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { createPlan, FOREGOES, findPlan } from './plans.ts';
import { Problem } from './problem.ts';
import { NoQuery, type StartSelectedWave, startWaveSchema, WaveMachinesQuery } from './schemas.ts';
import { startWave } from './start-wave.ts';
import { waveView, waveViewAndHint } from './wave-view.ts';

/** `POST /waves`: starts one wave of a plan, or of an inline selection. */
export const postWave = startingEndpoint(
  async ({ request, context, app, key }): Promise<HttpResponseInit> => {
    const body = await readBody(request, startWaveSchema);
    const by = callerOf(request, body.by);
    const { plan, index } =
      'planId' in body
        ? { plan: await findPlan(app, body.planId), index: body.wave }
        : { plan: await planOfSelection(request, app, body.selection), index: 0 };
    const planned = plan.waves[index];
    if (planned === undefined) {
      throw new Problem(
        'planId' in body ? 'waveNotInPlan' : 'emptySelection',
        'planId' in body
          ? `Plan "${plan.id}" has ${plan.waves.length} waves; there is no wave ${index}.`
          : 'No selected machine can be migrated; the plan says why.',
        [],
        { link: `</api/plans/${plan.id}>; rel="related"` },
      );
    }
    const startKey = key === undefined ? null : shortHash(key, 40);
    const { dryRun, startAt } = body;
    const { wave, old } = await startWave(app, context, { plan, index, by, startKey, dryRun, startAt });
    const started = { id: wave.id, planId: plan.id, wave: index };
    // A dry run changes nothing, so it may look at an old plan; whoever reads it should know.
    const warnings = old === undefined ? [] : [{ code: 'inventoryTooOld', text: old }];
    return {
      status: 202,
      headers: { location: `/api/waves/${wave.id}` },
      jsonBody: warnings.length === 0 ? started : { ...started, warnings },
    };
  },
);

/** `GET /waves` */
export const listWaves = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const waves = await app.ledger.waves.list();
  return { jsonBody: { waves: await Promise.all(waves.map((wave) => waveView(app, wave))) } };
});

/** `GET /waves/{id}`; `Retry-After` says when to look again. */
export const getWave = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const wave = await findWave(app, request.params['id'] ?? '');
  const { view, hintSeconds } = await waveViewAndHint(app, wave);
  return {
    jsonBody: view,
    ...(wave.step === 'finished' ? {} : { headers: { 'retry-after': String(hintSeconds) } }),
  };
});

/** `GET /waves/{id}/machines`: whole batches at a time; `next` continues. */
export const getWaveMachines = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const wave = withDetails(await findWave(app, request.params['id'] ?? ''));
  const { limit, after, status, verdict } = readQuery(request, WaveMachinesQuery);
  const ids = waveBatches(wave);
  if (after !== undefined && !ids.includes(after)) {
    throw new Problem('invalidRequest', 'The query is not valid.', [
      { path: 'after', message: 'is no place in this wave; pass the "next" of the page before' },
    ]);
  }
  const first = after === undefined ? 0 : ids.indexOf(after) + 1;
  const machines: unknown[] = [];
  for (let i = first; i < ids.length; i += 1) {
    const id = ids[i] ?? '';
    for (const { planned, record } of await app.ledger.waves.batch(wave.id, id)) {
      if (status !== undefined && !hasStatus(record, status)) continue;
      if (verdict !== undefined && record.verdict?.result !== verdict) continue;
      machines.push(machineView(record, planned));
    }
    if (machines.length >= limit && i + 1 < ids.length) return { jsonBody: { machines, next: id } };
  }
  return { jsonBody: { machines } };
});

/** A machine with what its outcomes mean for a person. */
export function machineView(record: MachineRecord, planned: PlannedMachine) {
  const outcomes = Object.entries(record.outcomes).map(([stage, outcome]) => {
    const reason = outcomeReason(outcome);
    return [stage, reason === undefined ? outcome : { ...outcome, text: reasonText(reason) }];
  });
  return { ...record, outcomes: Object.fromEntries(outcomes), planned };
}

function hasStatus({ outcomes }: MachineRecord, status: string): boolean {
  return Object.values(outcomes).some((outcome) => outcome.status === status);
}

async function planOfSelection(
  request: HttpRequest,
  app: CalledApp,
  selection: StartSelectedWave['selection'],
): Promise<Plan> {
  const { inventoryId, machineIds, policy, repairs } = selection;
  const size = machineIds.length;
  const parsed = PlanRequest.safeParse({
    inventoryId,
    name: 'inline selection',
    selection: { machineIds },
    cohorts: { pilotSize: 0, firstSize: size, maxSize: size },
    policy: policy ?? {},
    ...(repairs === undefined ? {} : { repairs }),
  });
  if (parsed.success) {
    if (foregoesApproval(parsed.data)) requireRole(request, 'approver', FOREGOES);
    return createPlan(app, parsed.data, 'selection.');
  }
  const faults = faultsOf(parsed.error).map(({ path, message }) => ({ path: `selection.${path}`, message }));
  throw new Problem('invalidRequest', 'The selection is not valid.', faults);
}

export async function findWave(app: Runtime, id: string): Promise<Wave> {
  const found = await app.ledger.waves.get(id);
  if (found === undefined) throw new Problem('waveNotFound', `There is no wave "${id}".`);
  return found.wave;
}

/** A wave whose machines are still known one by one. */
export function withDetails(wave: Wave): Wave {
  if (wave.detailsPurgedAt === undefined) return wave;
  throw new Problem(
    'detailsPurged',
    `The machines of wave "${wave.id}" were deleted on ${wave.detailsPurgedAt} for their age; its counts are in GET /waves/${wave.id}.`,
  );
}
