import type { InvocationContext } from '@azure/functions';
import { type Carriers, readCarriers } from '../../shared/connectors/dependents.ts';
import { disableConnector } from '../../shared/connectors/disable.ts';
import { undoConnector } from '../../shared/connectors/undo.ts';
import { announceWave } from '../../shared/events/announce.ts';
import { reasonText } from '../../shared/model/reasons.ts';
import {
  type ConnectorResult,
  type Hold,
  isHalted,
  isRollingBack,
  isStageHalted,
} from '../../shared/model/wave.ts';
import { advanceWave } from '../../shared/waves/advance.ts';
import { tell } from '../announce.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';
import { withSystemHold } from './system-hold.ts';
import { timed } from './time-limit.ts';

export const advanceWaveActivity = timed(advance);
export const disableConnectorActivity = timed(disableConnectors);
export const undoConnectorActivity = timed(undoConnectors);

async function advance(
  { waveId }: Activities['advanceWave']['input'],
  context: InvocationContext,
): Promise<Activities['advanceWave']['output']> {
  const app = await runtime();
  const next = await advanceWave(app, waveId);
  await tell(app, context, () => announceWave(app, waveId));
  return next;
}

/** Stage `disableConnector`: one workspace after another, each result recorded before the next. */
async function disableConnectors({
  waveId,
  workspaceIds,
}: Activities['disableConnector']['input']): Promise<Activities['disableConnector']['output']> {
  const app = await runtime();
  let switchedOff = 0;
  // An inventory does not change: one pass over it serves all workspaces.
  let carriers: Promise<Carriers> | undefined;
  for (const workspaceId of workspaceIds) {
    const found = await app.ledger.waves.get(waveId);
    if (found === undefined) throw new Error(`wave ${waveId} is not in the ledger`);
    // A switch for a whole workspace is not thrown after someone said stop.
    if (isHalted(found.wave)) break;
    const plan = await app.plan(found.wave.planId);
    const result = await disableConnector(app, found.wave, plan, workspaceId, () => {
      carriers ??= readCarriers(app.ledger, plan.inventoryId, workspaceIds);
      return carriers;
    });
    if (result.outcome.status === 'done') switchedOff += 1;
    await app.ledger.waves.update(waveId, (wave) => ({
      ...wave,
      connectors: [...wave.connectors.filter((known) => known.workspaceId !== workspaceId), result],
      // A rollback that was asked for meanwhile is what the hold would be for.
      holds: isRollingBack(wave) ? wave.holds : [...wave.holds, ...streamHolds(result)],
    }));
  }
  return { switchedOff };
}

/** A rollback's part for workspaces: one after another, each result recorded before the next. */
async function undoConnectors({
  waveId,
  workspaceIds,
}: Activities['undoConnector']['input']): Promise<Activities['undoConnector']['output']> {
  const app = await runtime();
  let restored = 0;
  for (const workspaceId of workspaceIds) {
    const found = await app.ledger.waves.get(waveId);
    if (found === undefined) throw new Error(`wave ${waveId} is not in the ledger`);
    if (isStageHalted(found.wave, 'undoInstall')) break;
    const result = await undoConnector(app, found.wave, await app.plan(found.wave.planId), workspaceId);
    if (result.outcome.status === 'done') restored += 1;
    await app.ledger.waves.update(waveId, (wave) => {
      const { rollback } = wave;
      if (rollback === undefined || rollback.at !== found.wave.rollback?.at) return undefined;
      const others = rollback.connectors.filter((known) => known.workspaceId !== workspaceId);
      return { ...wave, rollback: { ...rollback, connectors: [...others, result] } };
    });
  }
  return { restored };
}

/** Security events that stopped must not be followed by removals: a person restores, mends, and resumes. */
function streamHolds({ workspaceId, outcome, at }: ConnectorResult): Hold[] {
  if (outcome.status !== 'blocked' || outcome.reason !== 'streamLost') return [];
  const reason = `${workspaceId}: ${outcome.detail}. ${reasonText(outcome.reason)}`;
  return [{ id: `stream-${workspaceId}`, kind: 'gate', reason, since: at, by: 'stream check' }];
}

/** Stops a wave whose orchestration ran into trouble it cannot pass; a person resumes it. */
export async function recordHoldActivity({
  waveId,
  reason,
}: Activities['recordHold']['input']): Promise<null> {
  const { ledger, now } = await runtime();
  const since = new Date(now()).toISOString();
  await ledger.waves.update(waveId, (wave) => withSystemHold(wave, reason, since));
  return null;
}
