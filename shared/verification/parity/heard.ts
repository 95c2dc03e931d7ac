import { agentOfHeartbeat } from '../../model/agents.ts';
import { ok, type Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../gateway.ts';
import { heartbeatSeriesQuery } from '../queries/heartbeat-series.ts';
import { DAY_MS } from '../statistics/series.ts';
import type { Hours } from './hours.ts';

/** What a machine's heartbeats in one workspace say. */
export interface Heard {
  /** Last heartbeat, milliseconds since the epoch. */
  readonly ama: number | null;
  /** First heartbeat of Azure Monitor Agent that is within reach: only before it the legacy agent wrote alone. */
  readonly amaSince: number | null;
  /** Of the legacy agent, also one of Operations Manager's. */
  readonly legacy: number | null;
  /** Share of each hour in which any agent was heard, 0 to 1: the machine was up. */
  readonly up: readonly number[];
  /** The same of the legacy agent alone: where it was not heard, missing rows say nothing of what it writes. */
  readonly legacyUp: readonly number[];
  /** By how many seconds its clock is ahead; negative or 0 where it is not. */
  readonly aheadSeconds: number;
}

const HEARTBEATS_AN_HOUR = 60;
/** Heartbeats that a whole hour has: one a minute. A few get lost. */
const FULL_HOUR = 55;

/** One query for all machines of a workspace; machines that were not heard are not in the answer. */
export async function readHeard(
  logs: LogsGateway,
  customerId: string,
  machineIds: readonly string[],
  { since, until }: Hours,
  oldest: number,
): Promise<Result<Map<string, Heard>>> {
  const iso = (instant: number) => new Date(instant).toISOString();
  // A clock that is ahead writes into the future.
  const [first, newest] = [Math.min(oldest, since), until + DAY_MS];
  const answer = await logs.query(
    customerId,
    heartbeatSeriesQuery,
    {
      ...{ oldest: iso(first), newest: iso(newest), since: iso(since), until: iso(until) },
      machines: machineIds,
    },
    { since: iso(first), until: iso(newest) },
  );
  if (!answer.ok) return answer;
  const heard = new Map<string, Heard>();
  for (const { ResourceId, Category, firstSeen, lastSeen, aheadSeconds, counts } of answer.value) {
    const agent = agentOfHeartbeat(Category);
    if (agent === 'other') continue;
    const known = heard.get(ResourceId) ?? NOT_HEARD;
    const seen = Date.parse(lastSeen);
    const up = (before: readonly number[]) =>
      counts === null ? before : higher(before, counts, isScaleSet(ResourceId));
    heard.set(ResourceId, {
      ama: agent === 'ama' ? latest(known.ama, seen) : known.ama,
      amaSince: agent === 'ama' ? earliest(known.amaSince, Date.parse(firstSeen)) : known.amaSince,
      legacy: agent === 'ama' ? known.legacy : latest(known.legacy, seen),
      up: up(known.up),
      legacyUp: agent === 'ama' ? known.legacyUp : up(known.legacyUp),
      aheadSeconds: Math.max(known.aheadSeconds, aheadSeconds ?? 0),
    });
  }
  return ok(heard);
}

export const NOT_HEARD: Heard = {
  ...{ ama: null, amaSince: null, legacy: null },
  ...{ up: [], legacyUp: [], aheadSeconds: 0 },
};

/** A scale set is as much up as it has instances: with half of them gone, half of the rows are expected. */
function higher(up: readonly number[], counts: readonly number[], instances: boolean): number[] {
  return counts.map((count, i) => {
    const share = instances ? count / HEARTBEATS_AN_HOUR : Math.min(1, count / FULL_HOUR);
    return Math.max(up[i] ?? 0, share);
  });
}

function latest(known: number | null, seen: number): number {
  return known === null ? seen : Math.max(known, seen);
}

function earliest(known: number | null, seen: number): number {
  return known === null ? seen : Math.min(known, seen);
}

function isScaleSet(resourceId: string): boolean {
  return resourceId.includes('/microsoft.compute/virtualmachinescalesets/');
}
