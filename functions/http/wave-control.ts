import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { announceWave } from '../../shared/events/announce.ts';
import { differences } from '../../shared/model/differences.ts';
import { type Plan, policyOfWave } from '../../shared/model/plan.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { AuditEntry, Wave } from '../../shared/model/wave.ts';
import {
  abort,
  acceptsRisk,
  approve,
  type By,
  type ControlResult,
  hold,
  resume,
} from '../../shared/waves/control.ts';
import { tell } from '../announce.ts';
import { runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { type CalledApp, callerOf, requireRole } from './caller.ts';
import { wake } from './durable-client.ts';
import { endpoint, readBody } from './endpoint.ts';
import { Problem } from './problem.ts';
import { ApproveWave, ResumeWave, WithReason } from './schemas.ts';
import { waveInput } from './start-wave.ts';
import { waveView } from './wave-view.ts';
import { findWave } from './waves.ts';

type Change = (wave: Wave, policy: Policy, by: By) => ControlResult;

interface Verb {
  readonly name: string;
  /** Reads the body and says who asks and what changes. */
  read(request: HttpRequest): Promise<{ by: string; message: string; change: Change }>;
}

/** `POST /waves/{id}/approve` */
export const approveWave = control({
  name: 'approve',
  async read(request) {
    const { by, gate } = await readBody(request, ApproveWave);
    return {
      by: callerOf(request, by),
      message: `approved ${gate ?? 'the gate it waits at'}`,
      change: (wave, policy, who) => approve(wave, policy, gate, who),
    };
  },
});

/** `POST /waves/{id}/hold` */
export const holdWave = control({
  name: 'hold',
  async read(request) {
    const { by, reason } = await readBody(request, WithReason);
    return {
      by: callerOf(request, by),
      message: `held: ${reason}`,
      change: (wave, _, who) => hold(wave, reason, who),
    };
  },
});

/** `POST /waves/{id}/resume` */
export const resumeWave = control({
  name: 'resume',
  async read(request) {
    const { by, reason } = await readBody(request, ResumeWave);
    return {
      by: callerOf(request, by),
      message: `resumed: ${reason ?? 'no reason given'}`,
      change: (wave, policy, who) => {
        if (acceptsRisk(wave)) requireRole(request, 'approver', 'Resuming over a failed gate or check');
        return resume(wave, policy, reason, who);
      },
    };
  },
});

/** `POST /waves/{id}/abort` */
export const abortWave = control({
  name: 'abort',
  async read(request) {
    const { by, reason } = await readBody(request, WithReason);
    return {
      by: callerOf(request, by),
      message: `aborted: ${reason}`,
      change: (wave, _, who) => abort(wave, reason, who),
    };
  },
});

/** Changes the record first and wakes the orchestration after: if the call dies between, it looks by itself before long. */
function control(verb: Verb) {
  return endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
    const id = request.params['id'] ?? '';
    const { by, message, change } = await verb.read(request);
    const wave = await applyChange(app, id, { by, message, change });
    await wakeWave(context, wave, await app.plan(wave.planId));
    return { jsonBody: await waveView(app, wave) };
  });
}

export async function applyChange(
  app: CalledApp,
  id: string,
  { by, message, change, data }: { by: string; message: string; change: Change; data?: unknown },
): Promise<Wave> {
  const at = new Date(app.now()).toISOString();
  let result: ControlResult | undefined;
  const before = await findWave(app, id);
  const policy = policyOfWave(await app.plan(before.planId), before.index);
  const who = { by, at, ...app.proven() };
  const expected = change(before, policy, who);
  if (expected.ok && expected.changed) {
    // The trail first: an approval whose writer died over it could not be explained.
    const entry: AuditEntry = {
      ...{ at, waveId: id, machineId: null, stage: null, event: 'control', message, by },
      ...differences(before, expected.wave),
    };
    await app.ledger.audit.append('control', [data === undefined ? entry : { ...entry, data }]);
  }
  const wave = await app.ledger.waves.update(id, (current) => {
    result = change(current, policy, who);
    return result.ok && result.changed ? result.wave : undefined;
  });
  const decided = result as ControlResult | undefined;
  if (decided?.ok === false) throw new Problem(decided.code, decided.message, decided.faults);
  if (wave === undefined || decided === undefined)
    throw new Problem('waveNotFound', `There is no wave "${id}".`);
  return wave;
}

/** The record is changed and that is what counts. Told before it is woken: what follows may undo what is to be told. */
export async function wakeWave(context: InvocationContext, wave: Wave, plan: Plan): Promise<void> {
  const app = await runtime();
  await tell(app, context, () => announceWave(app, wave.id));
  return wake(context, wave.id, ORCHESTRATORS.wave, waveInput(wave, plan));
}
