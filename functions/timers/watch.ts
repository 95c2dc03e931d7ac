import type { InvocationContext, Timer } from '@azure/functions';
import { runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { ensureAlive } from '../http/durable-client.ts';
import { waveInput } from '../http/waves.ts';

/**
 * Watches unfinished waves: one whose orchestration was never started, or died, goes on from its record.
 * A lost wake-up needs no watching, because a wave that waits looks at its record now and then.
 */
export async function watchWaves(_timer: Timer, context: InvocationContext): Promise<void> {
  const { ledger, plan } = await runtime();
  for (const wave of await ledger.waves.list()) {
    if (wave.step === 'finished') continue;
    const input = waveInput(wave.id, await plan(wave.planId));
    const result = await ensureAlive(context, wave.id, ORCHESTRATORS.wave, input);
    if (result === 'started')
      context.warn('a wave had no live orchestration and was started', { waveId: wave.id });
  }
}
