import { counterOf } from '../convert/rhythms.ts';
import { leverId, type SamplingInterval } from './choices.ts';
import type { ReadCounters } from './filled.ts';
import type { Lever, LeverOptions, Usage } from './model.ts';
import { type ReaderIndex, readersOfTables } from './readers.ts';
import { gbPerDay, moneyFor, shareOf } from './volumes.ts';

/** Interval that is proposed, seconds: the one that the portal offers first. [recall] */
const USUAL_SECONDS = 60;

/** One lever for all counters that are read more often than once a minute. Pure. */
export function proposeInterval(
  counters: readonly ReadCounters[],
  usage: Usage,
  readers: ReaderIndex,
  options: LeverOptions,
): Lever | undefined {
  const { found = [], query = '' } = usage.keys['Perf'] ?? {};
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const seconds = intervals(counters);
  const often = found.flatMap(({ key, rows, bytes }) => {
    const interval = key === null ? undefined : seconds.get(counterOf(`${key[0] ?? ''}\\${key[1] ?? ''}`));
    return interval === undefined || interval >= USUAL_SECONDS
      ? []
      : [{ rows, saved: bytes * (1 - interval / USUAL_SECONDS) }];
  });
  const saved = often.reduce((sum, one) => sum + one.saved, 0);
  const gb = gbPerDay(saved, usage);
  if (often.length === 0 || gb < options.minGbPerDay) return undefined;
  const choice: SamplingInterval = { kind: 'samplingInterval', seconds: USUAL_SECONDS };
  const short = counters.filter((one) => one.seconds < USUAL_SECONDS);
  const { readersUnknown, ...who } = readersOfTables(readers, ['Perf']);
  return {
    id: leverId(choice),
    ...{ kind: choice.kind, choice, table: 'Perf' },
    rules: [...new Set(short.map(({ rule }) => rule))],
    before: [...new Set(short.map((one) => one.seconds))]
      .sort((a, b) => a - b)
      .map((one) => `every ${one} seconds`)
      .join(', '),
    after: `every ${USUAL_SECONDS} seconds`,
    ...{ gbPerDay: gb, share: shareOf(saved, total), ...moneyFor(gb, options.pricePerGb) },
    lost: `Readings between two that are ${USUAL_SECONDS} seconds apart: short peaks are not seen, and alerts that count readings find fewer.`,
    ...{ ...who, readersUnknown, guarded: false },
    notes: ['What each counter saves is reckoned from its interval: half as many readings, half the rows.'],
    evidence: {
      ...{ query, window: usage.window, bytes: saved },
      rows: often.reduce((sum, { rows }) => sum + rows, 0),
    },
  };
}

/** Interval of each counter; of several the longest, which saves least. */
function intervals(counters: readonly ReadCounters[]): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  for (const { seconds, specifiers } of counters) {
    for (const specifier of specifiers) {
      const key = counterOf(specifier);
      longest.set(key, Math.max(seconds, longest.get(key) ?? 0));
    }
  }
  return longest;
}
