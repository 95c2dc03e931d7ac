import { randomUUID } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { activeRun, createRun } from '../../shared/drift/start-run.ts';
import { FINDING_PLACE } from '../../shared/ledger/drift.ts';
import type { DriftRun } from '../../shared/model/drift.ts';
import { DRIFT_CODES, REMEDY_KINDS } from '../../shared/model/drift-codes.ts';
import { DriftPolicy } from '../../shared/model/drift-policy.ts';
import { shortHash } from '../../shared/model/ids.ts';
import type { Runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { callerOf } from './caller.ts';
import { by } from './connector-parts.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { driftFindingView, driftView } from './drift-view.ts';
import { startOrchestration } from './durable-client.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { collectPage, listPage } from './pages.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { ListQuery, NoQuery, PageQuery } from './schemas.ts';

export const StartDrift = z.strictObject({ by });

export const FindingsQuery = PageQuery.extend({
  after: z
    .string()
    .regex(FINDING_PLACE, 'is no place in this list; pass the "next" of the page before')
    .optional(),
  /** Not `code`: that is a function key. */
  finding: z.enum(DRIFT_CODES).optional().describe('Only findings with this code.'),
  remedy: z.enum(REMEDY_KINDS).optional(),
});

export const SetDriftPolicy = z.strictObject({
  by,
  reason: z.string().min(1).max(500),
  policy: DriftPolicy,
});

/** `POST /drift`: runs the check now. */
export const postDrift = startingEndpoint(
  async ({ request, context, app, key }): Promise<HttpResponseInit> => {
    const body = await readBody(request, StartDrift);
    const who = callerOf(request, body.by);
    const id = `drift-${key === undefined ? randomUUID().replaceAll('-', '').slice(0, 16) : shortHash(key)}`;
    const active = await activeRun(app.ledger);
    if (active !== undefined && active.id !== id) {
      const location = `/api/drift/${active.id}`;
      throw new Problem('driftActive', `Drift check "${active.id}" has not ended.`, [], { location });
    }
    const startKey = key === undefined ? null : shortHash(key, 40);
    const run = await createRun(app, { id, by: who, startKey });
    await startOrchestration(context, ORCHESTRATORS.drift, id, { driftId: id });
    return {
      status: 202,
      headers: { location: `/api/drift/${id}` },
      jsonBody: { id, status: run.status },
    };
  },
);

/** `GET /drift`: newest first, paged. */
export const listDrift = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, ListQuery);
  const { items, next } = listPage(await app.ledger.drift.list(), query);
  return { jsonBody: { runs: items.map(driftView), ...(next !== undefined && { next }) } };
});

/** `GET /drift/{id}`; `latest` is the newest that completed. */
export const getDrift = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const run = await findRun(app, request.params['id'] ?? '');
  return {
    jsonBody: driftView(run),
    ...(run.status === 'running' ? { headers: { 'retry-after': '30' } } : {}),
  };
});

/** `GET /drift/{id}/findings`: paged, by code; JSON or CSV by Accept. */
export const getDriftFindings = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const run = await findRun(app, request.params['id'] ?? '');
  const query = readQuery(request, FindingsQuery);
  const { items, next } = await collectPage(
    query,
    async (limit, after) => {
      const page = await app.ledger.drift.findingPage(run.id, limit, after);
      return { found: page.findings.map(({ key, finding }) => ({ key, item: finding })), next: page.next };
    },
    ({ code, remedy }) =>
      (query.finding === undefined || code === query.finding) &&
      (query.remedy === undefined || remedy === query.remedy),
  );
  const about = { driftId: run.id, status: run.status };
  const page = { name: 'findings', items: items.map(driftFindingView), next, about };
  return pageResponse(request, page, COLUMNS);
});

/** `GET /drift-policy`: what the check may do by itself. */
export const getDriftPolicy = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  return { jsonBody: await app.ledger.drift.policy() };
});

/** `POST /drift-policy`: says anew what the check may do by itself; a run under way goes by what was said before. */
export const postDriftPolicy = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { by: named, reason, policy } = await readBody(request, SetDriftPolicy);
  const who = callerOf(request, named);
  if (policy.basePlanId !== undefined && (await app.ledger.plans.get(policy.basePlanId)) === undefined)
    throw new Problem('invalidRequest', 'The policy is not valid.', [
      { path: 'policy.basePlanId', message: 'is no plan of this app' },
    ]);
  const before = await app.ledger.drift.policy();
  const message = `set the drift policy: ${reason}`;
  await recordChange(app, 'drift-policy', { by: who, message, before, after: policy });
  await app.ledger.drift.putPolicy(policy);
  return { jsonBody: policy };
});

/** The run by id or `latest`, or a 404 problem. */
export async function findRun(app: Runtime, id: string): Promise<DriftRun> {
  const run = id === 'latest' ? await app.ledger.drift.latest() : await app.ledger.drift.get(id);
  if (run !== undefined) return run;
  throw new Problem(
    'driftNotFound',
    id === 'latest' ? 'No drift check has completed yet.' : `There is no drift check "${id}".`,
  );
}

const COLUMNS: readonly CsvColumn<ReturnType<typeof driftFindingView>>[] = [
  { header: 'severity', value: ({ severity }) => severity },
  { header: 'code', value: ({ code }) => code },
  { header: 'about', value: ({ subject }) => subject.kind },
  { header: 'id', value: ({ subject }) => subject.id },
  { header: 'finding', value: ({ text }) => text },
  { header: 'detail', value: ({ detail }) => detail },
  {
    header: 'via',
    value: ({ via = [] }) => via.map(({ kind, id }) => `${kind} ${id ?? ''}`.trim()).join('; '),
  },
  { header: 'since', value: ({ since }) => since },
  { header: 'remedy', value: ({ remedy }) => remedy },
  { header: 'whatToDo', value: ({ action }) => action },
  { header: 'whoMustAct', value: ({ needs }) => needs },
  { header: 'fix', value: ({ fix }) => fix },
];
