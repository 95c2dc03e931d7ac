import type { WaveMachine } from '../../ledger/waves.ts';
import { type Outcome, waiting } from '../../model/outcome.ts';
import { later, type StageContext } from '../../waves/stage.ts';
import type { InstanceDependencies } from './dependencies.ts';
import type { ScaleSetState } from './gateway.ts';

/**
 * Waits where fewer instances are heard through Azure Monitor Agent than run: the rows of some must not stand for
 * all. undefined: every running instance is heard.
 */
export async function silentInstances(
  { heardInstances }: Pick<InstanceDependencies, 'heardInstances'>,
  context: StageContext,
  set: WaveMachine,
  { instances }: ScaleSetState,
): Promise<Outcome | undefined> {
  const { pollSeconds, waitPollSeconds } = context.policy;
  const running = instances.filter((one) => one.running).length;
  const heard = await heardInstances(context, set);
  if (!heard.ok) {
    const { message, retryAfterMs } = heard.trouble;
    return waiting('queryFailed', later(context, pollSeconds, retryAfterMs), message);
  }
  if (heard.value >= running) return undefined;
  const detail = `${heard.value} of ${running} running instances are heard`;
  return waiting('noHeartbeat', later(context, waitPollSeconds), detail);
}
