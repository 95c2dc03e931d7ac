import { randomUUID } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { requestedBy } from '../../shared/model/caller.ts';
import { type Plan, policyOfWave } from '../../shared/model/plan.ts';
import type { Wave } from '../../shared/model/wave.ts';
import {
  inventoryAge,
  newWave,
  previousObstacle,
  startAtFault,
  startObstacle,
  waveId,
} from '../../shared/waves/start-wave.ts';
import type { Runtime } from '../compose.ts';
import { ORCHESTRATORS, type WaveInput } from '../contracts/payloads.ts';
import { attendTicket, requireDesk } from './attend-ticket.ts';
import type { CalledApp } from './caller.ts';
import { startOrchestration } from './durable-client.ts';
import { locationOf } from './plan-run-view.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';

export interface WaveStart {
  readonly plan: Plan;
  readonly index: number;
  readonly by: string;
  /** Digest of what makes a repeated start the same; null: every start is another. */
  readonly startKey: string | null;
  readonly dryRun: boolean;
  readonly startAt?: string | undefined;
}

export interface StartedWave {
  readonly wave: Wave;
  /** Says so when the inventory behind it is old; a dry run may look at an old plan. */
  readonly old: string | undefined;
}

/** Starts a wave of a plan, whoever asks for it: a person, or the drift check. A repeated start finds the first. */
export async function startWave(
  app: CalledApp,
  context: InvocationContext,
  { plan, index, by, startKey, dryRun, startAt }: WaveStart,
): Promise<StartedWave> {
  if (!dryRun) requireDesk(app, plan, index);
  const old = await inventoryAge(app, plan, index, app.now());
  if (!dryRun) await requireStartable(app, plan, index, startAt);
  const wave = newWave(plan, index, {
    ...requestedBy({ by, ...app.proven() }),
    startKey,
    createdAt: new Date(app.now()).toISOString(),
    ...(startAt === undefined ? {} : { startAt }),
    ...(dryRun
      ? {
          dryRun: true,
          id: `${waveId(plan, index)}-dry-${startKey?.slice(0, 8) ?? randomUUID().slice(0, 8)}`,
        }
      : {}),
  });
  // The trail first, as with control verbs: a wave whose writer died over it could not be explained.
  if ((await app.ledger.waves.get(wave.id)) === undefined)
    await recordChange(app, 'start', {
      ...{ at: wave.createdAt, waveId: wave.id, by, before: null },
      message: `asked for wave ${index} of plan ${plan.id}${dryRun ? ' as a dry run' : ''}`,
      after: { planId: plan.id, index, machines: wave.machineCount, startAt: wave.startAt },
    });
  const created = await app.ledger.waves.create(wave);
  if (!created) {
    const existing = (await app.ledger.waves.get(wave.id))?.wave;
    if (startKey === null || existing?.startKey !== startKey) {
      throw new Problem('waveExists', `Wave ${index} of plan "${plan.id}" was started already.`, [], {
        location: `/api/waves/${wave.id}`,
      });
    }
  }
  await startOrchestration(context, ORCHESTRATORS.wave, wave.id, waveInput(wave, plan));
  // The wave has begun; what fails here the watch makes up for.
  await attendTicket(app, context, wave, plan).catch((error: unknown) =>
    context.warn('a ticket could not be looked after', { waveId: wave.id, error: String(error) }),
  );
  return { wave, old };
}

/** A wave that was started already is asked no more. */
async function requireStartable(
  app: Runtime,
  plan: Plan,
  index: number,
  startAt: string | undefined,
): Promise<void> {
  if ((await app.ledger.waves.get(waveId(plan, index))) === undefined) {
    const run = await app.ledger.planRuns.active(plan.id);
    if (run !== undefined) {
      throw new Problem('planRunActive', 'The plan is being run, and the run starts its waves.', [], {
        location: locationOf(run),
      });
    }
    const obstacle = await startObstacle(app, plan, index);
    if (obstacle !== undefined) throw new Problem(obstacle.code, obstacle.message);
    await requireStartAt(app, plan, index, startAt);
    return;
  }
  const obstacle = await previousObstacle(app, plan, index);
  if (obstacle !== undefined) throw new Problem(obstacle.code, obstacle.message);
}

/** Refuses an instant at which a wave cannot start. */
export async function requireStartAt(
  app: Runtime,
  plan: Plan,
  index: number,
  startAt: string | undefined,
): Promise<void> {
  const message = startAt === undefined ? undefined : await startAtFault(app, plan, index, startAt);
  if (message === undefined) return;
  throw new Problem('invalidRequest', 'The start is not valid.', [{ path: 'startAt', message }]);
}

export function waveInput({ id, index }: Pick<Wave, 'id' | 'index'>, plan: Plan): WaveInput {
  const { concurrentBatchesPerCell, recheckSeconds } = policyOfWave(plan, index);
  return { waveId: id, concurrentBatches: concurrentBatchesPerCell, recheckSeconds };
}
