import type { WaveMachine } from '../../ledger/waves.ts';
import type { Evidence, Verdict } from '../../model/verdict.ts';

/** How a verdict counts. `accepted`: no pass, but a person accepted it until later. `none`: not judged yet. */
export const STANDS = ['pass', 'fail', 'inconclusive', 'accepted', 'none'] as const;
export type Stand = (typeof STANDS)[number];
export type StandCounts = Record<Stand, number>;

/** What the verdicts of machines say about one table of a workspace; grows with tables and keys, not machines. */
export interface TableTally {
  readonly workspaceId: string;
  readonly table: string;
  readonly machines: StandCounts;
  rows: number;
  baselineRows: number;
  /** The lowest share, and whose it is. */
  lowest: { readonly machineId: string; readonly share: number; readonly sentence: string | null } | null;
  /** Machines by reason of a verdict that is no pass. */
  readonly reasons: Map<string, number>;
  /** Machines by missing key. */
  readonly missingKeys: Map<string, number>;
  readonly queries: Set<string>;
}

export interface Tally {
  readonly machines: StandCounts;
  readonly workspaces: Map<string, StandCounts>;
  readonly tables: Map<string, TableTally>;
}

/** Worst first: a workspace is to a machine what the worst of its tables there is. */
const WORST: readonly Stand[] = ['fail', 'inconclusive', 'none', 'accepted', 'pass'];
/** Keys remembered for one table: counters of processes come in thousands. */
const KEYS_KEPT = 1000;

export function newTally(): Tally {
  return { machines: noCounts(), workspaces: new Map(), tables: new Map() };
}

/** Adds one machine of a wave; an acceptance that has expired by `nowMs` no longer counts. */
export function countMachine(tally: Tally, { planned, record }: WaveMachine, nowMs: number): void {
  const { verdict } = record;
  const isAccepted = verdict?.accepted !== undefined && Date.parse(verdict.accepted.expiresAt) > nowMs;
  tally.machines[standOf(verdict, isAccepted)] += 1;
  const judged = new Map((verdict?.evidence ?? []).map((one) => [keyOf(one.workspaceId, one.table), one]));
  const byWorkspace = new Map<string, Stand[]>();
  for (const [workspaceId, table] of expectedTables({ planned, record })) {
    const evidence = judged.get(keyOf(workspaceId, table));
    const stand = standOf(evidence ?? null, isAccepted);
    const found = tableOf(tally, workspaceId, table);
    found.machines[stand] += 1;
    if (verdict !== null) addReason(found, verdict, evidence);
    if (evidence !== undefined) addEvidence(found, planned.id, evidence);
    const known = byWorkspace.get(workspaceId);
    if (known === undefined) byWorkspace.set(workspaceId, [stand]);
    else known.push(stand);
  }
  for (const [workspaceId, stands] of byWorkspace) {
    const worst = WORST.find((stand) => stands.includes(stand)) as Stand;
    const counts = tally.workspaces.get(workspaceId) ?? noCounts();
    counts[worst] += 1;
    tally.workspaces.set(workspaceId, counts);
  }
}

function standOf(judged: Pick<Evidence, 'result'> | null, isAccepted: boolean): Stand {
  if (judged === null) return 'none';
  return judged.result !== 'pass' && isAccepted ? 'accepted' : judged.result;
}

/** Tables that the machine's rules fill, and any that evidence speaks of, each once. */
function expectedTables({ planned, record }: WaveMachine): readonly (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>();
  for (const { workspaceId, tables } of planned.rules) {
    if (workspaceId === null) continue;
    for (const table of tables) found.set(keyOf(workspaceId, table), [workspaceId, table]);
  }
  for (const { workspaceId, table } of record.verdict?.evidence ?? [])
    found.set(keyOf(workspaceId, table), [workspaceId, table]);
  return [...found.values()];
}

/** A verdict has one reason: it is that of the tables which made it what it is, and of those it has no word on. */
function addReason({ reasons }: TableTally, verdict: Verdict, evidence: Evidence | undefined): void {
  if (verdict.reason === undefined || verdict.result === 'pass') return;
  if (evidence !== undefined && evidence.result !== verdict.result) return;
  reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
}

function addEvidence(found: TableTally, machineId: string, evidence: Evidence): void {
  found.rows += evidence.rows;
  found.baselineRows += evidence.baselineRows;
  found.queries.add(evidence.query);
  for (const key of evidence.missingKeys ?? []) {
    const machines = found.missingKeys.get(key);
    if (machines !== undefined || found.missingKeys.size < KEYS_KEPT)
      found.missingKeys.set(key, (machines ?? 0) + 1);
  }
  const share = evidence.share?.estimate;
  if (share === undefined || (found.lowest !== null && found.lowest.share <= share)) return;
  found.lowest = { machineId, share, sentence: evidence.sentence ?? null };
}

function tableOf({ tables }: Tally, workspaceId: string, table: string): TableTally {
  const key = keyOf(workspaceId, table);
  const known = tables.get(key);
  if (known !== undefined) return known;
  const made: TableTally = {
    ...{ workspaceId, table, machines: noCounts(), rows: 0, baselineRows: 0, lowest: null },
    ...{ reasons: new Map(), missingKeys: new Map(), queries: new Set<string>() },
  };
  tables.set(key, made);
  return made;
}

function keyOf(workspaceId: string, table: string): string {
  return `${workspaceId}|${table}`;
}

function noCounts(): StandCounts {
  return { pass: 0, fail: 0, inconclusive: 0, accepted: 0, none: 0 };
}
