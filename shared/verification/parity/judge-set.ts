import pMap from 'p-map';
import type { WaveMachine } from '../../ledger/waves.ts';
import type { ExpectedChange } from '../../model/deployed-rules.ts';
import { isBuiltIn } from '../../model/streams.ts';
import { ok, type Result, type Trouble } from '../../model/trouble.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { StageContext } from '../../waves/stage.ts';
import type { LogsGateway } from '../gateway.ts';
import { HOUR_MS } from '../statistics/series.ts';
import { IMPORTANT_KEYS } from '../table-keys.ts';
import { type Heard, readHeard } from './heard.ts';
import { type Hours, hoursBack } from './hours.ts';
import { judgeTableOfSet, rhythmsOf } from './set-table.ts';
import { type JudgedSet, type Placed, setWindows } from './sets.ts';
import { SUFFICIENCY_MS } from './sufficiency.ts';
import { readTableHours } from './table-hours.ts';
import { type TableJob, tableJobs } from './tables.ts';
import { uncoveredEvidence } from './uncovered.ts';

/** The query API serves five queries of one user at a time (platform facts 6); leave room for others. */
const CONCURRENT_QUERIES = 3;

/** Where and when a set is judged. */
export interface Place {
  readonly context: StageContext;
  readonly workspaceId: string;
  readonly customerId: string;
  readonly until: number;
  readonly oldest: number;
}

/** Reads and judges every table of a set, some at a time. */
export async function judgeSet(
  logs: LogsGateway,
  place: Place,
  set: JudgedSet,
  machines: readonly WaveMachine[],
  hearing: { readonly heard: ReadonlyMap<string, Heard>; readonly span: Hours },
): Promise<Map<string, { readonly evidence: readonly Evidence[]; readonly trouble: Trouble | null }>> {
  const heard = await heardOf(logs, place, set, hearing);
  const found = new Map<string, { evidence: Evidence[]; trouble: Trouble | null }>(
    set.machines.map(({ id }) => [id, { evidence: [], trouble: heard.ok ? null : heard.trouble }]),
  );
  if (!heard.ok) return found;
  const alikeTo = peersIn(place, set, machines);
  await pMap(
    // Without a baseline nothing is known of what the legacy agent wrote.
    tableJobs(place.context, place.workspaceId, machines).filter(
      ({ covered }) => covered || set.mode !== 'sufficiency',
    ),
    async (job) => {
      const part = { ...set, machines: set.machines.filter(({ id }) => job.machineIds.has(id)) };
      const judged = await judgeSetTable(logs, place, part, job, { ...heard.value, alikeTo });
      for (const { id } of part.machines) {
        const known = found.get(id) as { evidence: Evidence[]; trouble: Trouble | null };
        const evidence = judged.ok ? judged.value.get(id) : undefined;
        if (evidence !== undefined) known.evidence.push(evidence);
        if (!judged.ok) known.trouble ??= judged.trouble;
      }
    },
    { concurrency: CONCURRENT_QUERIES },
  );
  // Queries end in any order, evidence must not.
  for (const one of found.values()) one.evidence.sort((a, b) => (a.table < b.table ? -1 : 1));
  return found;
}

/** Heartbeats of the hours a set is judged in: asked for again where its baseline is far back. */
async function heardOf(
  logs: LogsGateway,
  { context, customerId, until, oldest }: Place,
  set: JudgedSet,
  { heard, span }: { readonly heard: ReadonlyMap<string, Heard>; readonly span: Hours },
): Promise<Result<{ heard: ReadonlyMap<string, Heard>; hours: Hours }>> {
  const hours = hoursOf(set, until, context.policy.verification.baselineDays);
  if (hours.since >= span.since) {
    const skip = Math.round((hours.since - span.since) / HOUR_MS);
    const cut = [...heard].map(([id, one]): [string, Heard] => [
      id,
      { ...one, up: one.up.slice(skip), legacyUp: one.legacyUp.slice(skip) },
    ]);
    return ok({ heard: new Map(cut), hours });
  }
  const ids = set.machines.map(({ id }) => id);
  const again = await readHeard(logs, customerId, ids, hours, oldest);
  return again.ok ? ok({ heard: again.value, hours }) : again;
}

function hoursOf(set: JudgedSet, until: number, baselineDays: number): Hours {
  return hoursBack(
    until,
    set.mode === 'sufficiency' ? until - SUFFICIENCY_MS : setWindows(set, baselineDays).baselineSince,
  );
}

/** What the rules of the workspace do otherwise on purpose. */
function changeOf({ context, workspaceId }: Place, table: string): ExpectedChange | undefined {
  return context.expectedChanges.get(workspaceId)?.find((one) => one.table === table);
}

async function judgeSetTable(
  logs: LogsGateway,
  place: Place,
  set: JudgedSet,
  { table, legacyTable, covered }: TableJob,
  {
    heard,
    hours,
    alikeTo,
  }: {
    readonly heard: ReadonlyMap<string, Heard>;
    readonly hours: Hours;
    readonly alikeTo: (machineId: string) => readonly Placed[];
  },
): Promise<Result<Map<string, Evidence>>> {
  const { importantKeys, baselineDays } = place.context.policy.verification;
  const own = isBuiltIn(table) ? (IMPORTANT_KEYS[table] ?? []) : [];
  const change = changeOf(place, table);
  const counters = rhythmsOf(change, set);
  const tables = legacyTable === undefined ? { table } : { table, legacyTable };
  const read = await readTableHours(logs, place.customerId, tables, {
    machineIds: set.machines.map(({ id }) => id),
    important: [...new Set([...own, ...(importantKeys[table] ?? [])])],
    ignored: change?.ignoredKeys ?? [],
    hours,
    ...(counters === undefined
      ? {}
      : { rhythms: { counters, baselineUntil: setWindows(set, baselineDays).baselineUntil } }),
    inUse: isInUse(place, table) || (legacyTable !== undefined && isInUse(place, legacyTable)),
  });
  if (!read.ok) return read;
  if (!covered) return ok(uncoveredEvidence(place, set, table, read.value));
  return ok(judgeTableOfSet(place, set, { ...tables, rows: read.value, heard, change, alikeTo }));
}

function isInUse({ context, workspaceId }: Place, table: string): boolean {
  const known = context.workspaces.get(workspaceId)?.tables ?? [];
  return known.some((one) => one.toLowerCase() === table.toLowerCase());
}

/**
 * Machines of a set that have the same rules in the workspace, one list for all of them: what one of them writes, the
 * others should.
 */
function peersIn(
  { workspaceId }: Place,
  set: JudgedSet,
  machines: readonly WaveMachine[],
): (machineId: string) => readonly Placed[] {
  const rulesOf = new Map(
    machines.map(({ planned }) => [
      planned.id,
      JSON.stringify(
        planned.rules.flatMap((rule) => (rule.workspaceId === workspaceId ? rule.ruleId : [])).sort(),
      ),
    ]),
  );
  const groups = Map.groupBy(set.machines, ({ id }) => rulesOf.get(id));
  const own = new Map([...groups.values()].flatMap((group) => group.map(({ id }) => [id, group] as const)));
  return (machineId) => own.get(machineId) ?? [];
}
