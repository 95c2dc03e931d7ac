import { type MachineStage, nextFreeStage } from '../model/stages.ts';
import { runStage, type StageRun, type StageRunInput, type StageRunnerDependencies } from './stage-runner.ts';

/** How a batch stands after an activity, and at which stage. */
export interface StagesRun extends StageRun {
  readonly stage: MachineStage;
}

/**
 * One look at a stage. Where that settles the last machine and the first look at the next stage costs nothing, that is
 * taken at once: it mostly says when there will be data, and is worth no activity of its own. Killed between the two,
 * the first finds all settled when it runs again.
 */
export async function runStages(
  dependencies: StageRunnerDependencies,
  input: StageRunInput,
): Promise<StagesRun> {
  const { stage, booked: _, ...look } = input;
  const run = await runStage(dependencies, input);
  const next = run.pending === 0 ? nextFreeStage(stage) : undefined;
  return next === undefined
    ? { ...run, stage }
    : { ...(await runStage(dependencies, { ...look, stage: next })), stage: next };
}
