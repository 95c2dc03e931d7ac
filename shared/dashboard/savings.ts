import type { Duplicates } from '../verification/duplicates/model.ts';

/** What is paid twice, over all workspaces that were measured. */
export interface Savings {
  readonly twiceGbPerDay: number;
  readonly removalSavesGbPerMonth: number;
  /** Machines that are heard through both agents and can lose one. */
  readonly machines: number;
  /** Workspaces of which nothing could be said. */
  readonly unread: number;
  /** What a machine that carries both agents costs a day; null where none of them is heard. */
  readonly gbPerMachineDay: number | null;
}

export function savingsOf(workspaces: readonly Pick<Duplicates, 'total' | 'machines'>[]): Savings {
  const read = workspaces.filter(({ total }) => total !== null);
  const sum = (pick: (one: (typeof read)[number]) => number) => read.reduce((n, one) => n + pick(one), 0);
  const machines = sum((one) => one.machines?.removable ?? 0);
  const saved = sum(({ total }) => total?.removalSavesGbPerDay ?? 0);
  return {
    twiceGbPerDay: sum(({ total }) => total?.twiceGbPerDay ?? 0),
    removalSavesGbPerMonth: sum(({ total }) => total?.removalSavesGbPerMonth ?? 0),
    machines,
    unread: workspaces.length - read.length,
    gbPerMachineDay: machines === 0 ? null : saved / machines,
  };
}

/**
 * What removals have saved so far: machine-days without a second agent, each at what machines that still have both
 * cost today. An estimate, and null where none of them is left to measure.
 */
export function savedSoFar(
  { gbPerMachineDay }: Pick<Savings, 'gbPerMachineDay'>,
  removals: readonly { readonly machines: number; readonly since: string }[],
  nowMs: number,
): number | null {
  if (gbPerMachineDay === null) return null;
  return removals.reduce((sum, { machines, since }) => {
    const days = Math.max(0, (nowMs - Date.parse(since)) / 86_400_000);
    return sum + machines * days * gbPerMachineDay;
  }, 0);
}
