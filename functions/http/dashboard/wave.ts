import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { listMachines, SORTS } from '../../../shared/dashboard/machine-list.ts';
import { timelineOf } from '../../../shared/dashboard/timeline.ts';
import { troublesOf } from '../../../shared/dashboard/troubles.ts';
import { verbsOf } from '../../../shared/dashboard/verbs.ts';
import { policyOfWave } from '../../../shared/model/plan.ts';
import { type ReasonCode, reasonText } from '../../../shared/model/reasons.ts';
import { ALL_STAGES } from '../../../shared/model/stages.ts';
import { callerFacts } from '../caller.ts';
import { polledEndpoint, readQuery } from '../endpoint.ts';
import { NoQuery } from '../schemas.ts';
import { waveView } from '../wave-view.ts';
import { findWave, withDetails } from '../waves.ts';
import { indexesOf } from './indexes.ts';

/** `GET /waves/{id}/board`: a wave with the rules it runs under, and what the caller may do with it. */
export const getWaveBoard = polledEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const wave = await findWave(app, request.params['id'] ?? '');
  const plan = await app.plan(wave.planId);
  const view = await waveView(app, wave);
  const policy = policyOfWave(plan, wave.index);
  const who = callerFacts(request);
  const nowMs = app.now();
  const { start, removal, requesterMayApprove, quorum = 1 } = policy.approvals;
  return {
    jsonBody: {
      wave: view,
      plan: { id: plan.id, name: plan.name, waves: plan.waves.length },
      approvals: { start, removal, requesterMayApprove, quorum },
      gate: policy.gate,
      soakSeconds: policy.soakSeconds,
      forecast: plan.waves[wave.index]?.forecast ?? null,
      verbs: verbsOf({ wave, policy, counts: view.counts, who, roles: who.roles, nowMs }),
    },
  };
});

/**
 * `GET /waves/{id}/timeline`: when its cohorts were where, and what machines fail at. Apart from the board, which waits
 * for no machine.
 */
export const getWaveTimeline = polledEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const wave = withDetails(await findWave(app, request.params['id'] ?? ''));
  const index = await indexesOf(app).of(wave);
  return { jsonBody: { cohorts: timelineOf(wave, index), troubles: troublesOf(index) } };
});

export const WaveTableQuery = z.strictObject({
  search: z.string().max(200).optional(),
  stage: z.enum(ALL_STAGES).optional(),
  status: z.enum(['planned', 'done', 'alreadyDone', 'skipped', 'waiting', 'blocked', 'failed']).optional(),
  reason: z.string().max(60).optional(),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'accepted']).optional(),
  os: z.enum(['windows', 'linux']).optional(),
  kind: z.enum(['azureVm', 'scaleSet', 'arcServer']).optional(),
  cell: z.string().max(200).optional(),
  sort: z.enum(SORTS).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z
    .string()
    .regex(/^\d{1,7}$/, 'is no place in this list; pass the "next" of the page before')
    .transform(Number)
    .default(0),
});

/** `GET /waves/{id}/table`: a page of its machines, filtered, searched and ordered over all of them. */
export const getWaveTable = polledEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, WaveTableQuery);
  const wave = withDetails(await findWave(app, request.params['id'] ?? ''));
  const { rows, total, machines, next } = listMachines(await indexesOf(app).of(wave), query);
  const shown = rows.map((row) => ({ ...row, text: textOf(row.reason) }));
  return { jsonBody: { machines: shown, total, of: machines, ...(next !== undefined && { next }) } };
});

function textOf(reason: ReasonCode | null): string | null {
  return reason === null ? null : reasonText(reason);
}
