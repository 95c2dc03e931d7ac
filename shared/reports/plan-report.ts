import type { PhaseName } from '../model/phase.ts';
import type { Plan } from '../model/plan.ts';
import type { Approval } from '../model/wave.ts';
import { noNumbers, planNumbers, type WaveNumbers } from './numbers.ts';
import { type ReasonLine, secondsBetween, type WaveReport } from './wave-report.ts';

/** A wave of a plan; what is null is not known, because it has not begun or its machines were deleted for their age. */
export interface PlanWaveLine {
  readonly index: number;
  readonly machines: number;
  readonly id: string | null;
  readonly phase: PhaseName | null;
  readonly message: string | null;
  readonly createdAt: string | null;
  readonly finishedAt: string | null;
  readonly seconds: number | null;
  /** At least, by the forecast of the plan. */
  readonly forecastSeconds: number | null;
  readonly numbers: WaveNumbers | null;
  readonly approvals: readonly Approval[];
  readonly evidence: string | null;
}

/** A wave that has begun and of which nothing but its record is left. */
export type PurgedWave = Pick<
  PlanWaveLine,
  'index' | 'id' | 'phase' | 'message' | 'createdAt' | 'finishedAt'
>;

/** Everything that is said of a plan, from the reports of its waves and from nothing else. Pure. */
export function planReport(
  plan: Plan,
  waves: readonly WaveReport[],
  purged: readonly PurgedWave[],
  at: string,
) {
  const lines = plan.waves.map((planned): PlanWaveLine => {
    const forecastSeconds = planned.forecast.atLeastSeconds;
    const none = { index: planned.index, machines: planned.machineCount, forecastSeconds };
    const report = waves.find(({ wave }) => wave.index === planned.index);
    if (report !== undefined) return { ...none, ...lineOf(report) };
    const rest = purged.find(({ index }) => index === planned.index);
    const span = rest?.createdAt && rest.finishedAt ? secondsBetween(rest.createdAt, rest.finishedAt) : null;
    return {
      ...{ id: null, phase: null, message: null, createdAt: null, finishedAt: null, seconds: span },
      ...{ numbers: null, approvals: [], evidence: null, ...none, ...rest },
    };
  });
  const starts = lines.flatMap(({ createdAt }) => createdAt ?? []).sort();
  const ends = lines.flatMap(({ finishedAt }) => finishedAt ?? []).sort();
  const isOver = lines.length > 0 && ends.length === lines.length;
  const startedAt = starts[0] ?? null;
  const finishedAt = isOver ? (ends.at(-1) ?? null) : null;
  return {
    kind: 'plan' as const,
    at,
    plan: {
      ...{ id: plan.id, hash: plan.hash, name: plan.name, inventoryId: plan.inventoryId },
      ...{ inventoryCompletedAt: plan.inventoryCompletedAt, createdAt: plan.createdAt },
    },
    completed: isOver && lines.every(({ phase }) => phase === 'completed'),
    numbers: planNumbers(plan.counts, [
      ...waves.map(({ numbers }) => numbers),
      // Their machines were reached, whatever became of them.
      ...lines
        .filter(({ id, numbers }) => id !== null && numbers === null)
        .map(({ machines }) => ({ ...noNumbers(), machines })),
    ]),
    forecast: { atLeastSeconds: plan.forecast.atLeastSeconds, earliestEnd: plan.forecast.earliestEnd },
    actual: {
      startedAt,
      finishedAt,
      seconds: startedAt === null ? null : secondsBetween(startedAt, finishedAt ?? at),
    },
    waves: lines,
    /** Why machines are in no wave. */
    leftOut: plan.blockedReasons,
    reasons: mergedReasons(waves),
    warnings: plan.warnings,
  };
}

export type PlanReport = Omit<ReturnType<typeof planReport>, 'waves' | 'reasons'> & {
  readonly waves: readonly PlanWaveLine[];
  readonly reasons: readonly ReasonLine[];
};

function lineOf({ wave, numbers, approvals, evidence }: WaveReport) {
  const { id, phase, message, createdAt, finishedAt, seconds } = wave;
  return { id, phase, message, createdAt, finishedAt, seconds, numbers, approvals, evidence: evidence.hash };
}

/** The same reason at the same stage is one line, however many waves have it. */
function mergedReasons(waves: readonly WaveReport[]): ReasonLine[] {
  const merged = new Map<string, ReasonLine>();
  for (const line of waves.flatMap(({ reasons }) => reasons)) {
    const key = `${line.status}|${line.stage}|${line.code}`;
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? line
        : {
            ...{ ...known, machines: known.machines + line.machines },
            examples: [...known.examples, ...line.examples].slice(0, 5),
          },
    );
  }
  return [...merged.values()];
}
