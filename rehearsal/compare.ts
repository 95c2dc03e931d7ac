import { columns, duration, number } from '../shared/reports/words.ts';
import type { Rehearsal } from './rehearse.ts';

/** One line of a comparison: the same number of two rehearsals of the same estate. */
export interface ComparedNumber {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  /** Which of them is the better one; null: equal, or a matter of taste. */
  readonly better: 'a' | 'b' | null;
}

export interface Comparison {
  readonly plans: readonly [string, string];
  readonly seed: number;
  readonly completed: readonly [boolean, boolean];
  readonly numbers: readonly ComparedNumber[];
}

type Direction = 'lower' | 'higher' | 'none';

/** Holds two rehearsals of one estate and one seed against each other. All numbers are simulated, so they repeat. */
export function compareRehearsals(
  [nameA, a]: readonly [string, Rehearsal],
  [nameB, b]: readonly [string, Rehearsal],
): Comparison {
  return {
    plans: [nameA, nameB],
    seed: a.seed,
    completed: [a.result.completed, b.result.completed],
    numbers: LINES.map(([name, direction, value]) => compared(name, direction, value(a), value(b))),
  };
}

const LINES: readonly (readonly [string, Direction, (rehearsal: Rehearsal) => number])[] = [
  ['waves', 'none', ({ result }) => result.plan.waves.length],
  ['simulatedSeconds', 'lower', ({ metrics }) => metrics.simulatedSeconds],
  ['migrated', 'higher', ({ result }) => result.report.numbers.migrated],
  ['legacyKept', 'none', ({ result }) => result.report.numbers.legacyKept],
  ['blocked', 'lower', ({ result }) => result.report.numbers.blocked],
  ['failed', 'lower', ({ result }) => result.report.numbers.failed],
  ['notReached', 'lower', ({ result }) => result.report.numbers.notReached + result.report.numbers.open],
  ['wavesHeld', 'lower', ({ result }) => result.waves.filter(({ phase }) => phase === 'held').length],
  ['armCalls', 'lower', ({ metrics }) => metrics.armCalls],
  ['queries', 'lower', ({ metrics }) => metrics.queries],
  ['throttled', 'lower', ({ metrics }) => metrics.throttled],
  ['activities', 'lower', ({ metrics }) => metrics.activities],
  ['bothAgentsHours', 'lower', ({ result }) => result.report.numbers.bothAgentsHours],
];

function compared(name: string, direction: Direction, a: number, b: number): ComparedNumber {
  if (direction === 'none' || a === b) return { name, a, b, better: null };
  return { name, a, b, better: a < b === (direction === 'lower') ? 'a' : 'b' };
}

const LABELS: Readonly<Record<string, string>> = {
  waves: 'waves',
  simulatedSeconds: 'duration',
  migrated: 'migrated',
  legacyKept: 'legacy agent kept',
  blocked: 'blocked',
  failed: 'failed',
  notReached: 'not reached or not finished',
  wavesHeld: 'waves that ended on hold',
  armCalls: 'calls of ARM',
  queries: 'queries',
  throttled: 'answered 429',
  activities: 'activities',
  bothAgentsHours: 'machine-hours with both agents',
};

/** Side by side, with a mark at the better one. */
export function formatComparison({ plans, seed, numbers, completed }: Comparison): string {
  const shown = (name: string, value: number) =>
    name === 'simulatedSeconds' ? duration(value) : number(value);
  const rows = numbers.map(({ name, a, b, better }) => [
    LABELS[name] ?? name,
    `${shown(name, a)}${better === 'a' ? ' *' : ''}`,
    `${shown(name, b)}${better === 'b' ? ' *' : ''}`,
  ]);
  const end = ['every wave completed', ...completed.map((well) => (well ? 'yes' : 'no'))];
  return [...columns([['', ...plans], end, ...rows]), '', `* the better one; seed ${seed}`, ''].join('\n');
}
