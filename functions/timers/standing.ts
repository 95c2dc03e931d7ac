import type { Wave } from '../../shared/model/wave.ts';
import type { Runtime } from '../compose.ts';
import { waveView } from '../http/wave-view.ts';

/** How long a wave that ended is still told of, so that its end is in the telemetry. */
const TOLD_AFTER_MS = 3_600_000;

/** Whether the telemetry is to hear how a wave stands. */
export function isToldOf({ step, finishedAt }: Wave, nowMs: number): boolean {
  return step !== 'finished' || (finishedAt !== null && nowMs - Date.parse(finishedAt) < TOLD_AFTER_MS);
}

/**
 * How a wave stands, as one line of JSON: the alerts and the workbook of `infra/` read it. Counts and names of
 * ours alone; what persons wrote stays in the ledger.
 */
export async function standingOf(app: Runtime, wave: Wave): Promise<string> {
  const { phase, step, totals } = await waveView(app, wave);
  return JSON.stringify({
    event: 'waveStanding',
    ...{
      waveId: wave.id,
      planId: wave.planId,
      wave: wave.index,
      dryRun: wave.dryRun,
      phase,
      step,
      ...totals,
    },
    holds: wave.holds.map(({ kind }) => kind).join(' '),
  });
}
