import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { type DataException, isActive } from '../../shared/model/data-exception.ts';
import { hasPlainParts, NOT_PLAIN, normalizeId } from '../../shared/model/ids.ts';
import { JudgedTable } from '../../shared/model/verification.ts';
import { callerOf } from './caller.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readBody, readQuery } from './endpoint.ts';
import { listPage } from './pages.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { ListQuery, workspaceId } from './schemas.ts';
import { findWave } from './waves.ts';

/** Longest time an exception holds: who needs more looks again. */
const MOST_DAYS = 90;
const DAY_MS = 86_400_000;

/** One that is misspelt would accept nothing, and whoever relies on it would learn so at the deadline. */
const machineId = z
  .string()
  .regex(/^\/subscriptions\/[^/]+\/.+/i, 'must be the ARM id of a machine')
  .refine(hasPlainParts, NOT_PLAIN)
  .transform(normalizeId);

export const AcceptRequest = z
  .strictObject({
    waveId: z.string().min(1).optional(),
    machineIds: z.array(machineId).min(1).max(5000).optional(),
    workspaceId: workspaceId.transform(normalizeId).optional(),
    tables: z.array(JudgedTable).min(1).max(100).optional(),
    reason: z.string().trim().min(10, 'must say why, in at least ten characters').max(2000),
    expiresAt: z.iso.datetime({ message: 'must be an instant in UTC such as 2026-12-24T00:00:00Z' }),
    by: z.string().min(1).max(200).optional(),
  })
  .refine(
    (body) => body.waveId !== undefined || body.machineIds !== undefined || body.workspaceId !== undefined,
    { path: ['machineIds'], message: 'name machines, a wave or a workspace: nobody can accept everything' },
  );

/** `POST /exceptions`: a named person accepts data that is no pass. In the audit trail before it counts. */
export const postException = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const body = await readBody(request, AcceptRequest);
  const by = callerOf(request, body.by);
  const now = app.now();
  const expires = Date.parse(body.expiresAt);
  if (expires <= now || expires > now + MOST_DAYS * DAY_MS)
    throw new Problem('invalidRequest', 'The body is not valid.', [
      { path: 'expiresAt', message: `must lie in the future, at most ${MOST_DAYS} days ahead` },
    ]);
  if (body.waveId !== undefined) await findWave(app, body.waveId);
  const content = {
    waveId: body.waveId ?? null,
    machineIds: body.machineIds === undefined ? null : [...new Set(body.machineIds)].sort(),
    workspaceId: body.workspaceId ?? null,
    tables: body.tables === undefined ? null : [...new Set(body.tables)].sort(),
    ...{ by, reason: body.reason, expiresAt: new Date(expires).toISOString() },
  };
  await recordChange(app, 'exceptions', {
    ...{ waveId: content.waveId, by, message: `accepts data that is no pass: ${body.reason}` },
    ...{ before: null, after: content },
  });
  const exception = await app.ledger.exceptions.add({ ...content, createdAt: new Date(now).toISOString() });
  return { status: 201, jsonBody: view(exception, now) };
});

/** `GET /exceptions`: newest first; JSON or CSV by Accept. */
export const listExceptions = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, ListQuery);
  const all = (await app.ledger.exceptions.all()).map((one) => view(one, app.now()));
  return pageResponse(request, { name: 'exceptions', ...listPage(all, query) }, COLUMNS);
});

export const RevokeRequest = z.strictObject({
  reason: z.string().trim().min(1).max(2000),
  by: z.string().min(1).max(200).optional(),
});

/** `POST /exceptions/{id}/revoke`: from now on it counts for nothing. */
export const revokeException = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { reason, by: named } = await readBody(request, RevokeRequest);
  const by = callerOf(request, named);
  const id = request.params['id'] ?? '';
  const known = (await app.ledger.exceptions.all()).find((one) => one.id === id);
  if (known === undefined) throw new Problem('exceptionNotFound', `There is no exception "${id}".`);
  await recordChange(app, 'exceptions', {
    ...{ waveId: known.waveId, by, message: `revokes ${id}: ${reason}` },
    ...{ before: known, after: { ...known, revoked: known.revoked ?? { by } } },
  });
  const revoked = await app.ledger.exceptions.revoke(id, by, app.now());
  return { jsonBody: view(revoked ?? known, app.now()) };
});

export function view(exception: DataException, nowMs: number) {
  return { ...exception, active: isActive(exception, nowMs) };
}

const COLUMNS: readonly CsvColumn<ReturnType<typeof view>>[] = [
  { header: 'id', value: ({ id }) => id },
  { header: 'active', value: ({ active }) => active },
  { header: 'by', value: ({ by }) => by },
  { header: 'reason', value: ({ reason }) => reason },
  { header: 'wave', value: ({ waveId }) => waveId },
  { header: 'machines', value: ({ machineIds }) => machineIds?.join(' ') },
  { header: 'workspace', value: ({ workspaceId: id }) => id },
  { header: 'tables', value: ({ tables }) => tables?.join(' ') },
  { header: 'createdAt', value: ({ createdAt }) => createdAt },
  { header: 'expiresAt', value: ({ expiresAt }) => expiresAt },
  { header: 'revokedBy', value: ({ revoked }) => revoked?.by },
];
