import type { Digest, DigestSpan, DigestWave, DoublePaid } from '../model/digest.ts';
import type { DriftRun } from '../model/drift.ts';
import type { FleetSnapshot } from '../model/fleet.ts';
import type { PhaseName } from '../model/phase.ts';
import type { Hold } from '../model/wave.ts';

/** Waves and holds a digest names; the rest is counted. */
const MOST_SHOWN = 100;

export interface DigestInput {
  readonly span: DigestSpan;
  readonly madeAt: string;
  /** Oldest first. */
  readonly history: readonly FleetSnapshot[];
  readonly waves: readonly (DigestWave & { readonly holds: readonly Hold[]; readonly dryRun: boolean })[];
  /** Newest first. */
  readonly runs: readonly DriftRun[];
  readonly doublePaid: DoublePaid | null;
}

/** Those that need a person first. */
const ORDER: readonly PhaseName[] = [
  'held',
  'awaitingApproval',
  'degraded',
  'progressing',
  'planned',
  'aborted',
  'completed',
];

/** One summary of a period from what the ledger holds. Pure. */
export function digestOf({ span, madeAt, history, waves, runs, doublePaid }: DigestInput): Digest {
  const { from, until } = span;
  const isIn = (at: string | null) => at !== null && at >= from && at < until;
  const real = waves.filter(({ dryRun, startedAt }) => !dryRun && startedAt < until);
  const shown = real
    .filter(({ finishedAt }) => finishedAt === null || isIn(finishedAt))
    .sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) || (a.startedAt < b.startedAt ? 1 : -1));
  const ended = real.filter(({ finishedAt }) => isIn(finishedAt));
  const count = (phase: PhaseName) => ended.filter((wave) => wave.phase === phase).length;
  const holds = real
    .filter(({ finishedAt }) => finishedAt === null)
    .flatMap(({ id, holds: list }) =>
      list.map(({ kind, reason, since, by }) => ({ waveId: id, kind, reason, since, by })),
    )
    .sort((a, b) => (a.since < b.since ? -1 : 1));
  return {
    ...span,
    madeAt,
    fleet: history.findLast(({ at }) => at < until) ?? null,
    fleetBefore: history.findLast(({ at }) => at < from) ?? null,
    waves: {
      started: real.filter(({ startedAt }) => isIn(startedAt)).length,
      completed: count('completed'),
      aborted: count('aborted'),
      shown: shown.slice(0, MOST_SHOWN).map(({ holds: _, dryRun: _dry, ...wave }) => wave),
      more: Math.max(0, shown.length - MOST_SHOWN),
    },
    holds: holds.slice(0, MOST_SHOWN),
    drift: driftOf(runs, until),
    doublePaid,
  };
}

function driftOf(runs: readonly DriftRun[], until: string): Digest['drift'] {
  const run = runs.find(({ completedAt }) => completedAt !== null && completedAt < until);
  if (run === undefined || run.completedAt === null || run.status === 'running') return null;
  const { id, completedAt, status, problem, counts, implausible, remedies } = run;
  return {
    ...{ id, completedAt, status, problem, implausible },
    counts: counts ?? {},
    remedies: remedies.map((remedy) => ({
      kind: remedy.kind,
      status: remedy.status,
      machines: remedy.machines,
    })),
  };
}
