import type { InvocationContext, Timer } from '@azure/functions';
import type { Wave } from '../../shared/model/wave.ts';
import { runtime } from '../compose.ts';
import { CONTROL_EVENT, ORCHESTRATORS } from '../contracts/payloads.ts';
import { wakeOrStart } from '../http/durable-client.ts';
import { waveInput } from '../http/waves.ts';

/**
 * Watches unfinished waves: one whose orchestration was never started or died goes on from its record, and
 * one that waits is woken in case an event was lost.
 */
export async function watchWaves(_timer: Timer, context: InvocationContext): Promise<void> {
  const { ledger, plan } = await runtime();
  for (const wave of await ledger.waves.list()) {
    if (wave.step === 'finished') continue;
    const start = { name: ORCHESTRATORS.wave, input: waveInput(wave.id, await plan(wave.planId)) };
    const result = await wakeOrStart(context, wave.id, start, waits(wave) ? CONTROL_EVENT : undefined);
    if (result === 'started')
      context.warn('a wave had no live orchestration and was started', { waveId: wave.id });
  }
}

/** Whether the wave waits for someone; one that works looks at its record by itself. */
function waits({ step, holds, abort }: Wave): boolean {
  return step === 'prepare' || step === 'gate' || holds.length > 0 || abort !== null;
}
