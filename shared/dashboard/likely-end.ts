import type { PlannedWave } from '../model/plan.ts';
import type { Wave } from '../model/wave.ts';

/** A wave of a plan beside what was forecast for it. */
export interface WaveProgress {
  readonly index: number;
  readonly machines: number;
  /** As the plan said, had it begun when the first wave did. */
  readonly forecastStart: string | null;
  readonly forecastEnd: string | null;
  readonly waveId: string | null;
  readonly start: string | null;
  readonly end: string | null;
  /** When it likely ends; its end where it has ended, null where nobody can tell. */
  readonly likelyEnd: string | null;
}

export interface PlanProgress {
  readonly waves: readonly WaveProgress[];
  /** When the forecast has the last wave end. */
  readonly forecastEnd: string | null;
  readonly likelyEnd: string | null;
  /** How much longer ended waves took than the forecast's least; 1 before one has ended. */
  readonly pace: number;
  /** What the likely end takes for granted. */
  readonly assumption: string;
}

/** A likely end is told to five minutes: more would be more than is known. */
const GRAIN_MS = 300_000;
/** One wave that lay held for weeks must not make a year of the rest. */
const MAX_PACE = 10;

/**
 * The waves of a plan against their forecast. A forecast is the least a wave can take; waves that ended say how much
 * more it is here, and the rest is expected to take as much more, one wave after the other.
 */
export function planProgress(
  planned: readonly PlannedWave[],
  waves: readonly Pick<Wave, 'id' | 'index' | 'createdAt' | 'finishedAt' | 'startAt'>[],
  nowMs: number,
): PlanProgress {
  const byIndex = new Map(waves.map((wave) => [wave.index, wave]));
  const pace = paceOf(planned, byIndex);
  const begin = firstStart(waves);
  const shift = begin === undefined ? 0 : begin - (instant(planned[0]?.forecast.earliestStart) ?? begin);
  let free: number | null = nowMs;
  const rows = planned.map(({ index, machineCount, forecast }): WaveProgress => {
    const wave = byIndex.get(index);
    const least = forecast.atLeastSeconds;
    const start = wave === undefined ? undefined : startOf(wave);
    const shifted = (at: string | null) => {
      const known = instant(at);
      return known === undefined ? null : iso(known + shift);
    };
    let likely: number | null;
    if (wave?.finishedAt != null) likely = Date.parse(wave.finishedAt);
    else {
      const from: number | null = start ?? free;
      likely = least === null || from === null ? null : Math.max(nowMs, from + least * 1000 * pace);
      likely = likely === null ? null : Math.ceil(likely / GRAIN_MS) * GRAIN_MS;
      free = likely === null || free === null ? null : Math.max(free, likely);
    }
    return {
      ...{ index, machines: machineCount, waveId: wave?.id ?? null },
      forecastStart: shifted(forecast.earliestStart),
      forecastEnd: shifted(forecast.earliestEnd),
      start: start === undefined ? null : iso(start),
      end: wave?.finishedAt ?? null,
      likelyEnd: likely === null ? null : iso(likely),
    };
  });
  const ends = rows.map(({ likelyEnd }) => likelyEnd);
  return {
    waves: rows,
    forecastEnd: rows.at(-1)?.forecastEnd ?? null,
    likelyEnd: ends.includes(null) ? null : (ends.toSorted().at(-1) ?? null),
    pace,
    assumption:
      'Waves run one after the other at the pace of those that ended; approvals and holds to come are not in it.',
  };
}

function paceOf(
  planned: readonly PlannedWave[],
  waves: ReadonlyMap<number, Pick<Wave, 'createdAt' | 'finishedAt' | 'startAt'>>,
): number {
  let took = 0;
  let forecast = 0;
  for (const { index, forecast: told } of planned) {
    const wave = waves.get(index);
    if (wave?.finishedAt == null || told.atLeastSeconds === null) continue;
    took += (Date.parse(wave.finishedAt) - startOf(wave)) / 1000;
    forecast += told.atLeastSeconds;
  }
  if (forecast <= 0) return 1;
  return Math.round(Math.min(MAX_PACE, Math.max(1, took / forecast)) * 100) / 100;
}

function startOf({ createdAt, startAt }: Pick<Wave, 'createdAt' | 'startAt'>): number {
  return Date.parse(startAt ?? createdAt);
}

function firstStart(waves: readonly Pick<Wave, 'createdAt' | 'startAt'>[]): number | undefined {
  return waves.length === 0 ? undefined : Math.min(...waves.map(startOf));
}

function instant(text: string | null | undefined): number | undefined {
  return text == null ? undefined : Date.parse(text);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
