import type { InvocationContext } from '@azure/functions';
import type { MachineStage } from '../../shared/model/stages.ts';
import { runStages } from '../../shared/waves/run-stages.ts';
import { runtime } from '../compose.ts';
import type { StageInput, StageOutput } from '../contracts/payloads.ts';
import { timed } from './time-limit.ts';

/** The activity of one machine stage: a look at one batch, no waiting inside (D4). */
function stageActivity(
  stage: MachineStage,
): (input: StageInput, context: InvocationContext) => Promise<StageOutput> {
  return timed(async ({ subscriptionId, ...look }) => {
    const app = await runtime();
    const { value, seen } = await app.watchLimits(subscriptionId, () => runStages(app, { ...look, stage }));
    return { ...value, limits: seen };
  });
}

export const install = stageActivity('install');
export const associate = stageActivity('associate');
export const verify = stageActivity('verify');
export const reverify = stageActivity('reverify');
export const uninstall = stageActivity('uninstall');
export const confirm = stageActivity('confirm');
export const returnLegacy = stageActivity('returnLegacy');
export const undoAssociate = stageActivity('undoAssociate');
export const undoInstall = stageActivity('undoInstall');
