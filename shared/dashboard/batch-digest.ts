import type { WaveMachine } from '../ledger/waves.ts';
import { isSettled, type OutcomeStatus, outcomeReason } from '../model/outcome.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { ALL_STAGES, type Stage } from '../model/stages.ts';
import type { BatchSummary } from '../model/wave.ts';
import { type MachineRow, machineRow } from './machine-row.ts';

/** When machines were at a stage. */
export interface StageSpan {
  /** When the first came to it. */
  readonly from: string;
  /** When the last had left it; null while one is there. */
  readonly to: string | null;
  /** Machines that came to it, and those that have left it. */
  readonly machines: number;
  readonly settled: number;
  /** Of the settled: those that go no further. */
  readonly failed: number;
}

/** Outcomes that have a reason, by stage and status. */
export interface ReasonTally {
  readonly stage: Stage;
  readonly status: OutcomeStatus;
  readonly reason: ReasonCode;
  readonly machines: number;
}

/** What lists and sums need of a batch; a third of its rows. */
export interface BatchDigest {
  readonly updatedAt: string;
  readonly rows: readonly MachineRow[];
  readonly spans: Readonly<Partial<Record<Stage, StageSpan>>>;
  readonly reasons: readonly ReasonTally[];
}

export function digestBatch(machines: readonly WaveMachine[], { updatedAt }: BatchSummary): BatchDigest {
  const spans: Partial<Record<Stage, StageSpan>> = {};
  for (const stage of ALL_STAGES) {
    const span = spanOf(stage, machines, updatedAt);
    if (span !== undefined) spans[stage] = span;
  }
  return { updatedAt, rows: machines.map(machineRow), spans, reasons: talliesOf(machines) };
}

/** A record says when each stage began: a stage ended when the next one did, or when the batch was last written. */
function spanOf(stage: Stage, machines: readonly WaveMachine[], updatedAt: string): StageSpan | undefined {
  const here = machines.flatMap(({ record }) => {
    const from = record.stageStarted[stage];
    if (from === undefined) return [];
    const outcome = record.outcomes[stage];
    return [{ from, outcome, next: nextStart(record.stageStarted, stage) }];
  });
  if (here.length === 0) return undefined;
  const settled = here.filter(({ outcome }) => isSettled(outcome));
  const ends = settled.flatMap(({ next }) => next ?? []);
  const isOver = settled.length === here.length;
  return {
    from: least(here.map(({ from }) => from)),
    to: isOver ? (ends.length === 0 ? updatedAt : greatest(ends)) : null,
    machines: here.length,
    settled: settled.length,
    failed: settled.filter(({ outcome }) => outcome?.status === 'failed' || outcome?.status === 'blocked')
      .length,
  };
}

function nextStart(starts: Partial<Record<Stage, string>>, stage: Stage): string | undefined {
  const later = ALL_STAGES.slice(ALL_STAGES.indexOf(stage) + 1);
  return later.flatMap((one) => starts[one] ?? []).at(0);
}

/** Waiting and ended outcomes alike: what is waited for may need a person, too. */
function talliesOf(machines: readonly WaveMachine[]): ReasonTally[] {
  const tallies = new Map<string, ReasonTally>();
  for (const { record } of machines) {
    for (const stage of ALL_STAGES) {
      const outcome = record.outcomes[stage];
      const reason = outcome && outcomeReason(outcome);
      if (outcome === undefined || reason === undefined) continue;
      add(tallies, { stage, status: outcome.status, reason, machines: 1 });
    }
  }
  return [...tallies.values()];
}

/** Adds a tally to those of its kind. */
export function add(tallies: Map<string, ReasonTally>, tally: ReasonTally): void {
  const key = `${tally.stage}|${tally.status}|${tally.reason}`;
  const known = tallies.get(key);
  tallies.set(key, known === undefined ? tally : { ...known, machines: known.machines + tally.machines });
}

export function least(instants: readonly string[]): string {
  return instants.reduce((a, b) => (b < a ? b : a));
}

export function greatest(instants: readonly string[]): string {
  return instants.reduce((a, b) => (b > a ? b : a));
}
