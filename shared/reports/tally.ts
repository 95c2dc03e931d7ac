import type { WaveMachine } from '../ledger/waves.ts';
import { REASONS, type ReasonCode } from '../model/reasons.ts';
import { hasUndo } from '../model/rollback.ts';
import type { Stage } from '../model/stages.ts';
import { isProven } from '../model/verdict.ts';
import { countMachine, newTally, type Tally } from '../verification/verdicts/tally.ts';
import { type MachineTrouble, noResults, type ResultCounts, resultOf, troubleOf } from './machine-result.ts';

/** Machines that a reason names; the table of machines has all. */
const EXAMPLES = 5;

/** What is added up while the machines of a wave pass by; grows with reasons and tables, never with machines. */
export interface ReportTally {
  machines: number;
  readonly results: ResultCounts;
  /** Whose data stands for a removal, of its own or by a person's word. */
  proven: number;
  accepted: number;
  /** Machines on which a rollback would find something to undo. */
  undoable: number;
  bothAgentsMs: number;
  firstChangeAt: string | null;
  lastRemovalAt: string | null;
  readonly kinds: Map<string, number>;
  readonly systems: Map<string, number>;
  readonly regions: Map<string, number>;
  readonly workspaces: Set<string>;
  readonly reasons: Map<string, ReasonTally>;
  /** Who accepted verdicts, and of how many machines. */
  readonly acceptedBy: Map<string, number>;
  readonly data: Tally;
}

export interface ReasonTally {
  readonly stage: Stage;
  readonly status: MachineTrouble['status'];
  readonly reason: string;
  machines: number;
  readonly examples: string[];
}

export function newReportTally(): ReportTally {
  return {
    ...{ machines: 0, results: noResults(), proven: 0, accepted: 0, undoable: 0, bothAgentsMs: 0 },
    ...{ firstChangeAt: null, lastRemovalAt: null },
    ...{ kinds: new Map(), systems: new Map(), regions: new Map(), workspaces: new Set<string>() },
    ...{ reasons: new Map(), acceptedBy: new Map(), data: newTally() },
  };
}

/** Adds one machine. `end` is when the wave ended, or now: nothing is counted beyond it. */
export function addMachine(tally: ReportTally, machine: WaveMachine, end: string): void {
  const { planned, record } = machine;
  tally.machines += 1;
  tally.results[resultOf(record.outcomes)] += 1;
  const nowMs = Date.parse(end);
  if (isProven(record.verdict, nowMs)) tally.proven += 1;
  const { accepted, result } = record.verdict ?? {};
  if (accepted !== undefined && result !== 'pass') {
    tally.accepted += 1;
    bump(tally.acceptedBy, accepted.by);
  }
  if (hasUndo(record.undo)) tally.undoable += 1;
  tally.bothAgentsMs += bothAgentsMs(machine, end);
  tally.firstChangeAt = earliest(tally.firstChangeAt, record.stageStarted.install ?? null);
  tally.lastRemovalAt = latest(tally.lastRemovalAt, record.removedAt);
  bump(tally.kinds, planned.kind);
  bump(tally.systems, planned.osRelease ?? planned.os);
  bump(tally.regions, planned.region);
  for (const id of planned.legacyWorkspaces) tally.workspaces.add(id);
  addReason(tally, machine, troubleOf(record.outcomes));
  countMachine(tally.data, machine, nowMs);
}

/** How long both agents were set up on a machine: what may have been taken in, and paid, twice. */
export function bothAgentsMs({ record }: WaveMachine, end: string): number {
  const { associatedAt, removedAt } = record;
  if (associatedAt === null) return 0;
  return Math.max(0, Date.parse(removedAt ?? end) - Date.parse(associatedAt));
}

function addReason({ reasons }: ReportTally, { planned }: WaveMachine, trouble: MachineTrouble | undefined) {
  if (trouble === undefined) return;
  const { stage, status, reason } = trouble;
  const key = `${status}|${stage}|${reason}`;
  const known = reasons.get(key) ?? { stage, status, reason, machines: 0, examples: [] };
  known.machines += 1;
  if (known.examples.length < EXAMPLES) known.examples.push(planned.resourceId);
  reasons.set(key, known);
}

/** What a reason means and who must act; a code of another version says itself. */
export function explained(code: string): { text: string; needs: string } {
  const known = REASONS[code as ReasonCode] as { text: string; needs: string } | undefined;
  return known === undefined ? { text: code, needs: 'support' } : { text: known.text, needs: known.needs };
}

export interface Count {
  readonly name: string;
  readonly machines: number;
}

/** The most frequent first. */
export function ranked(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts]
    .map(([name, machines]) => ({ name, machines }))
    .sort((a, b) => b.machines - a.machines || (a.name < b.name ? -1 : 1));
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function earliest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return b < a ? b : a;
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return b > a ? b : a;
}
