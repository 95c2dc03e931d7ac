import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { runtime } from '../compose.ts';
import { CONTROL_EVENT, ORCHESTRATORS } from '../contracts/payloads.ts';
import { instanceStatus, wake } from '../http/durable-client.ts';
import { waveInput } from '../http/waves.ts';

/**
 * Watches unfinished waves: starts an orchestration that was never started, holds a wave whose
 * orchestration died, and wakes the rest in case an event was lost.
 */
export async function watchWaves(_timer: Timer, context: InvocationContext): Promise<void> {
  const { ledger, now, plan } = await runtime();
  for (const wave of await ledger.waves.list()) {
    if (wave.step === 'finished') continue;
    const status = await instanceStatus(context, wave.id);
    if (status === undefined) {
      const input = waveInput(wave.id, await plan(wave.planId));
      await df.getClient(context).startNew(ORCHESTRATORS.wave, { instanceId: wave.id, input });
      context.warn('a wave had no orchestration and was started', { waveId: wave.id });
    } else if (status === 'Failed' || status === 'Terminated' || status === 'Completed') {
      const since = new Date(now()).toISOString();
      const reason = `The wave's orchestration is ${status}; find out why, then start it again.`;
      await ledger.waves.update(wave.id, (current) =>
        current.holds.some(({ id }) => id === 'system-orchestration')
          ? undefined
          : {
              ...current,
              holds: [
                ...current.holds,
                { id: 'system-orchestration', kind: 'system', reason, since, by: 'watch timer' },
              ],
            },
      );
    } else if (
      wave.holds.length > 0 ||
      wave.abort !== null ||
      wave.step === 'prepare' ||
      wave.step === 'gate'
    ) {
      await wake(context, wave.id, CONTROL_EVENT);
    }
  }
}
