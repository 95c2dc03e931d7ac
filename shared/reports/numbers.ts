import { noResults, type ResultCounts } from './machine-result.ts';
import type { ReportTally } from './tally.ts';

/** The numbers of a wave: what every page, table, command and event about it shows. */
export interface WaveNumbers extends ResultCounts {
  readonly machines: number;
  /** Machines whose data stands for a removal: a pass, or accepted by a person. */
  readonly proven: number;
  readonly accepted: number;
  readonly undoable: number;
  /** Machine-hours in which both agents were set up, to a tenth. */
  readonly bothAgentsHours: number;
}

export function numbersOf(tally: ReportTally): WaveNumbers {
  const { machines, proven, accepted, undoable, bothAgentsMs } = tally;
  return { machines, ...tally.results, proven, accepted, undoable, bothAgentsHours: hours(bothAgentsMs) };
}

export function noNumbers(): WaveNumbers {
  return { machines: 0, ...noResults(), proven: 0, accepted: 0, undoable: 0, bothAgentsHours: 0 };
}

export function addNumbers(a: WaveNumbers, b: WaveNumbers): WaveNumbers {
  const names = Object.keys(a) as (keyof WaveNumbers)[];
  const sum = Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as WaveNumbers;
  return { ...sum, bothAgentsHours: Math.round(sum.bothAgentsHours * 10) / 10 };
}

/** The numbers of a plan. `blocked` has those the plan left out and those that its waves could not take on. */
export interface PlanNumbers {
  readonly machines: number;
  readonly migrated: number;
  readonly legacyKept: number;
  readonly alreadyMigrated: number;
  readonly blocked: number;
  readonly failed: number;
  /** Rolled back, stopped, or not undone. */
  readonly takenBack: number;
  /** Under way in a wave that has begun. */
  readonly open: number;
  /** In waves that did not start. */
  readonly notReached: number;
  readonly notSelected: number;
  readonly bothAgentsHours: number;
}

interface PlanCounts {
  readonly machines: number;
  readonly planned: number;
  readonly alreadyMigrated: number;
  readonly blocked: number;
  readonly notSelected: number;
}

/** Puts the numbers of a plan together from its own and those of the waves that have begun; dry runs are none. */
export function planNumbers(counts: PlanCounts, waves: readonly WaveNumbers[]): PlanNumbers {
  const sum = waves.reduce(addNumbers, noNumbers());
  return {
    machines: counts.machines,
    migrated: sum.migrated,
    legacyKept: sum.legacyKept,
    alreadyMigrated: counts.alreadyMigrated,
    blocked: counts.blocked + sum.blocked,
    failed: sum.failed,
    takenBack: sum.rolledBack + sum.notUndone + sum.stopped,
    open: sum.open + sum.notStarted,
    notReached: Math.max(0, counts.planned - sum.machines),
    notSelected: counts.notSelected,
    bothAgentsHours: sum.bothAgentsHours,
  };
}

export function hours(ms: number): number {
  return Math.round(ms / 360_000) / 10;
}
