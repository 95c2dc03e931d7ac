import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { normalizeId } from '../../shared/model/ids.ts';
import { secretReference } from '../../shared/model/secret-reference.ts';
import { previewRollback } from '../../shared/rollback/preview.ts';
import { type RollbackRequest, requestRollback } from '../../shared/rollback/request.ts';
import { callerOf, requireRole } from './caller.ts';
import { by, reason } from './connector-parts.ts';
import { endpoint, readBody } from './endpoint.ts';
import { Problem } from './problem.ts';
import { machineIds, workspaceId } from './schemas.ts';
import { applyChange, wakeWave } from './wave-control.ts';
import { waveView } from './wave-view.ts';
import { findWave } from './waves.ts';

export const RollbackWave = z
  .strictObject({
    by,
    reason,
    /** Absent: the whole wave. */
    machineIds: machineIds.optional(),
    undo: z
      .strictObject({
        /** Absent: with the whole wave, and not with single machines. */
        connectors: z.boolean().optional(),
        associations: z.boolean().default(true),
        agentSettings: z.boolean().default(true),
        legacyAgent: z.boolean().default(false),
        agent: z.boolean().default(false),
      })
      .refine(({ agent, associations }) => associations || !agent, {
        path: ['agent'],
        message: 'cannot be removed while its associations stay',
      })
      .prefault({}),
    /** Where the keys of workspaces are kept that legacy agents report to. */
    workspaceKeys: z
      .array(z.strictObject({ workspaceId: workspaceId.transform(normalizeId), secret: secretReference }))
      .max(1000)
      .default([]),
    /** Only says what would be undone; to undo it, say false. */
    whatIf: z.boolean().default(true),
    /** The `confirmation` of the what-if: goes on where no legacy agent is heard. */
    confirmation: z.string().min(1).max(500).optional(),
  })
  .refine(({ undo, ...all }) => undo.legacyAgent || all.workspaceKeys.length === 0, {
    path: ['workspaceKeys'],
    message: 'are for undo.legacyAgent alone',
  });

/**
 * `POST /waves/{id}/rollback`: what undoing a wave would do, or the rollback. Needs no Idempotency-Key: the same
 * request again changes nothing while it runs.
 */
export const rollbackWave = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const id = request.params['id'] ?? '';
  const body = await readBody(request, RollbackWave);
  if (!body.whatIf && body.confirmation !== undefined)
    requireRole(request, 'approver', 'A rollback that may leave machines unheard');
  const who = body.whatIf ? '' : callerOf(request, body.by);
  const wanted = requestOf(body);
  const wave = await findWave(app, id);
  const plan = await app.plan(wave.planId);
  if (wave.dryRun) throw new Problem('dryRunWave', 'A dry run changed nothing.');
  const { value, unknown } = await previewRollback(app.ledger, plan, wave, wanted);
  if (unknown.length > 0) throw notInWave(wanted, unknown);
  if (body.whatIf) return { jsonBody: { status: 'whatIf', id, ...value } };
  const { machines, counts, connectors, confirmation: _ } = value;
  const accepted = wanted.confirmation === null ? '' : ', confirmed where no legacy agent is heard';
  const changed = await applyChange(app, id, {
    by: who,
    message: `rollback of ${machines} machines${accepted}: ${body.reason}`,
    data: { machines, counts, connectors, undo: wanted.undo, machineIds: wanted.machineIds },
    change: (current, _policy, asked) => requestRollback(current, value, wanted, asked),
  });
  await wakeWave(context, changed, plan);
  return { jsonBody: { ...(await waveView(app, changed)), warnings: value.warnings } };
});

function requestOf(body: z.infer<typeof RollbackWave>): RollbackRequest {
  const { machineIds, undo, workspaceKeys, confirmation, reason: why } = body;
  return {
    machineIds: machineIds === undefined ? null : [...new Set(machineIds)].sort(),
    undo: { ...undo, connectors: undo.connectors ?? machineIds === undefined },
    workspaceKeys,
    confirmation: confirmation ?? null,
    reason: why,
  };
}

function notInWave({ machineIds }: RollbackRequest, unknown: readonly string[]): Problem {
  return new Problem(
    'machineNotInWave',
    `${unknown.length} of ${machineIds?.length ?? 0} machines are not in this wave; nothing was changed.`,
    unknown.slice(0, 20).map((machineId) => ({ path: 'machineIds', message: `${machineId} is not in it` })),
  );
}
