import { styleText } from 'node:util';
import { z } from 'zod';
import { stageBars, stageLine } from '../../shared/reports/stage-bars.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { bold, tinted } from '../output.ts';

export const Wave = z.looseObject({
  id: z.string(),
  phase: z.string(),
  message: z.string(),
  machineCount: z.number(),
  totals: z.looseObject({ inFlight: z.number(), verified: z.number(), failed: z.number() }),
  counts: z.record(z.string(), z.record(z.string(), z.number())),
  holds: z.array(z.looseObject({ kind: z.string(), reason: z.string(), by: z.string() })),
  finishedAt: z.string().nullable(),
});
export type Wave = z.infer<typeof Wave>;

const TONES = { good: 'green', bad: 'red', rest: 'dim' } as const;
const paint = (tone: keyof typeof TONES, text: string) => styleText(TONES[tone], text);

export function screenOf(wave: Wave): string[] {
  const { id, machineCount, phase, message, totals, counts } = wave;
  return [
    `${bold(id)}  ${machineCount} machines  ${tinted(phase)}`,
    `  ${message}`,
    ...stageBars(counts, machineCount, paint),
    `  ${totals.verified} verified, ${totals.failed} failed or blocked, ${totals.inFlight} in flight`,
  ];
}

export function lineOf({ id, phase, message, counts, machineCount }: Wave): string {
  const stages = stageLine(counts, machineCount);
  return `${id} ${phase}: ${message}${stages === '' ? '' : ` ${stages}`}`;
}

/** Ended, or nothing more happens until a person acts. */
export function isOver({ finishedAt, phase, totals }: Wave): boolean {
  if (finishedAt !== null || phase === 'awaitingApproval') return true;
  return phase === 'held' && totals.inFlight === 0;
}

export function exitOf({ phase }: Wave): ExitCode {
  if (phase === 'held' || phase === 'degraded' || phase === 'aborted') return EXIT.notWell;
  return phase === 'awaitingApproval' ? EXIT.waits : EXIT.ok;
}
