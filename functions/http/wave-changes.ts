import type { HttpResponseInit } from '@azure/functions';
import { promote } from '../../shared/waves/control.ts';
import { changeMembers, planIds } from '../../shared/waves/membership.ts';
import { findRetryable, requestRetry } from '../../shared/waves/retry.ts';
import { callerOf } from './caller.ts';
import { endpoint, readBody } from './endpoint.ts';
import { ChangeWaveMachines, RetryWave, WithReason } from './schemas.ts';
import { applyChange, wakeWave } from './wave-control.ts';
import { waveView } from './wave-view.ts';
import { findWave } from './waves.ts';

/** `POST /waves/{id}/promote`: skips the rest of a soak. */
export const promoteWave = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const { by, reason } = await readBody(request, WithReason);
  const wave = await applyChange(app, request.params['id'] ?? '', {
    by: callerOf(request, by),
    message: `promoted past the rest of the soak: ${reason}`,
    change: (current, policy, who) => promote(current, policy, reason, who),
  });
  await wakeWave(context, wave, await app.plan(wave.planId));
  return { jsonBody: await waveView(app, wave) };
});

/** `POST /waves/{id}/retry`: another try for machines that failed, are blocked or wait. */
export const retryWave = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const { by, reason, machineIds } = await readBody(request, RetryWave);
  const wave = await findWave(app, request.params['id'] ?? '');
  const wanted = machineIds === undefined ? null : [...new Set(machineIds)].sort();
  const { open, unknown } = await findRetryable(app.ledger, wave, wanted);
  const places = unknown.map((id) => machineIds?.indexOf(id) ?? 0).sort((a, b) => a - b);
  const changed = await applyChange(app, wave.id, {
    by: callerOf(request, by),
    message: `retry of ${open} machines: ${reason}`,
    data: { machineIds: wanted },
    change: (current, _, who) =>
      requestRetry(current, open, { machineIds: wanted, reason, unknown: places }, who),
  });
  await wakeWave(context, changed, await app.plan(changed.planId));
  return { jsonBody: await waveView(app, changed) };
});

/** `POST /waves/{id}/machines`: adds or leaves out machines before the wave has begun with any. */
export const changeWaveMachines = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const { by, reason, add, remove } = await readBody(request, ChangeWaveMachines);
  const wave = await findWave(app, request.params['id'] ?? '');
  const plan = await app.plan(wave.planId);
  const ids = await planIds(app.ledger, plan, wave.index);
  const changed = await applyChange(app, wave.id, {
    by: callerOf(request, by),
    message: `${add.length} machines added, ${remove.length} left out: ${reason}`,
    data: { add, remove },
    change: (current) => changeMembers(current, { add, remove }, ids),
  });
  await wakeWave(context, changed, plan);
  return { jsonBody: await waveView(app, changed) };
});
