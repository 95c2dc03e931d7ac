import type { WaveMachine } from '../../ledger/waves.ts';
import { fail, ok, type Result, type Trouble } from '../../model/trouble.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { StageContext } from '../../waves/stage.ts';
import type { LogsGateway } from '../gateway.ts';
import { DAY_MS } from '../statistics/series.ts';
import { NOT_HEARD, readHeard } from './heard.ts';
import { hoursBack } from './hours.ts';
import { readIngestionTrouble, withReports } from './ingestion-trouble.ts';
import { judgeSet } from './judge-set.ts';
import { judgedSets, placeMachine, type Timing } from './sets.ts';
import { tableJobs } from './tables.ts';

/** What the data of all its workspaces says about one machine, before it is a verdict. */
export interface Findings {
  /** Last heartbeat of Azure Monitor Agent, milliseconds since the epoch. */
  readonly ama: number | null;
  readonly aheadSeconds: number;
  readonly evidence: readonly Evidence[];
  readonly trouble: Trouble | null;
}

export interface ParityInput {
  readonly context: StageContext;
  readonly machines: readonly WaveMachine[];
  readonly timings: ReadonlyMap<string, Timing>;
  readonly until: number;
}

/** Compares the data of machines with what came before: one query a workspace for heartbeats, one a table. */
export async function compareData(logs: LogsGateway, input: ParityInput): Promise<Map<string, Findings>> {
  const found = new Map<string, Findings>();
  for (const [workspaceId, machines] of byWorkspace(input.context, input.machines)) {
    const results = await compareWorkspace(logs, input, workspaceId, machines);
    for (const { planned } of machines) {
      const known = found.get(planned.id) ?? NOTHING;
      found.set(
        planned.id,
        results.ok
          ? merged(known, results.value.get(planned.id) ?? NOTHING)
          : { ...known, trouble: results.trouble },
      );
    }
  }
  return found;
}

/** About how many queries that takes: heartbeats, every table of each system, and what the workspace reports. */
export function queriesOf(context: StageContext, machines: readonly WaveMachine[]): number {
  let queries = 0;
  for (const [workspaceId, own] of byWorkspace(context, machines)) {
    const systems = Map.groupBy(own, ({ planned }) => planned.os).values();
    for (const alike of systems) queries += tableJobs(context, workspaceId, alike).length;
    queries += 2;
  }
  return queries;
}

const NOTHING: Findings = { ama: null, aheadSeconds: 0, evidence: [], trouble: null };

function merged(known: Findings, more: Findings): Findings {
  return {
    ama: latest(known.ama, more.ama),
    aheadSeconds: Math.max(known.aheadSeconds, more.aheadSeconds),
    evidence: [...known.evidence, ...more.evidence],
    trouble: known.trouble ?? more.trouble,
  };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a;
}

async function compareWorkspace(
  logs: LogsGateway,
  { context, timings, until }: ParityInput,
  workspaceId: string,
  machines: readonly WaveMachine[],
): Promise<Result<Map<string, Findings>>> {
  const customerId = context.workspaces.get(workspaceId)?.customerId;
  if (customerId === undefined) return fail('notFound', `workspace ${workspaceId} is not in the plan`);
  const { baselineDays, lookbackDays } = context.policy.verification;
  const moved = machines.flatMap(({ planned }) => timings.get(planned.id) ?? []);
  const first = Math.min(...moved.map(({ associatedAt }) => associatedAt));
  const span = hoursBack(until, first - baselineDays * DAY_MS);
  const oldest = until - lookbackDays * DAY_MS;
  const ids = machines.map(({ planned }) => planned.id);
  const heard = await readHeard(logs, customerId, ids, span, oldest);
  if (!heard.ok) return heard;

  const placed = moved.map((timing) =>
    placeMachine(timing, heard.value.get(timing.id) ?? NOT_HEARD, { oldest }),
  );
  const found = new Map<string, Findings>(
    ids.map((id) => {
      const { ama, aheadSeconds } = heard.value.get(id) ?? NOT_HEARD;
      return [id, { ...NOTHING, ama, aheadSeconds }];
    }),
  );
  for (const set of judgedSets(placed)) {
    const members = new Set(set.machines.map(({ id }) => id));
    const own = machines.filter(({ planned }) => members.has(planned.id));
    const judged = await judgeSet(logs, { context, workspaceId, customerId, until, oldest }, set, own, {
      heard: heard.value,
      span,
    });
    // A machine is in one set only.
    for (const [id, data] of judged) found.set(id, { ...(found.get(id) ?? NOTHING), ...data });
  }
  const open = [...found.values()].some(({ evidence }) => evidence.some(({ result }) => result !== 'pass'));
  if (!open) return ok(found);
  const reports = await readIngestionTrouble(logs, customerId, until);
  const told = [...found].map(([id, one]): [string, Findings] => [
    id,
    { ...one, evidence: withReports(one.evidence, reports) },
  ]);
  return ok(new Map(told));
}

/**
 * Machines by every workspace their rules send to, and by those that only their legacy agent writes to: what no rule
 * takes over there ends with it.
 */
function byWorkspace(context: StageContext, machines: readonly WaveMachine[]): [string, WaveMachine[]][] {
  const groups = new Map<string, WaveMachine[]>();
  for (const machine of machines) {
    const { rules } = machine.planned;
    const workspaces = new Set(rules.flatMap(({ workspaceId }) => workspaceId ?? []));
    for (const id of leftBehind(context, machine)) workspaces.add(id);
    for (const workspaceId of workspaces) {
      const known = groups.get(workspaceId);
      if (known === undefined) groups.set(workspaceId, [machine]);
      else known.push(machine);
    }
  }
  return [...groups];
}

/** Workspaces that lose the legacy agent and take in tables of it. */
function leftBehind(context: StageContext, machine: WaveMachine): string[] {
  const { keepWorkspaces } = context.policy.removal;
  return machine.planned.legacyWorkspaces.filter(
    (id) => !keepWorkspaces.includes(id) && tableJobs(context, id, [machine]).length > 0,
  );
}
