import type { Calls } from '../model/forecast.ts';
import { type MachineKind, subscriptionOfCell } from '../model/ids.ts';
import type { LimitName } from '../model/limits.ts';
import type { PlannedMachine } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import { judgesData, LAST_LOOK_READS, lookCost, SEGMENTS, type Segment } from '../model/stages.ts';
import { GROUP_BATCHES } from '../verification/parity/groups.ts';
import { batchSizeOf, countBySubscription } from './batch-size.ts';
import { LIMITS } from './budget.ts';

const KINDS = ['azureVm', 'arcServer', 'scaleSet'] as const;

type Batching = Pick<Policy, 'batchSize' | 'verification'>;

/** Machines of one wave in one cell, by kind. */
export type CellCounts = ReadonlyMap<string, Readonly<Record<MachineKind, number>>>;

/** Nobody plans a rollback. */
type Planned = Exclude<Segment, 'undo'>;

/** Looks at each stage when all goes well at once: the first, and how many after it. */
export const LOOKS: Readonly<Record<(typeof SEGMENTS)[Planned][number], { readonly again: number }>> = {
  install: { again: 1 },
  associate: { again: 0 },
  verify: { again: 1 },
  reverify: { again: 1 },
  uninstall: { again: 1 },
  confirm: { again: 1 },
};

/** Of a round of comparing data: heartbeats, the usual tables of both systems, and what the workspace reports. */
const QUERIES_A_ROUND = 8;

export function countCells(machines: readonly PlannedMachine[]): CellCounts {
  const cells = new Map<string, Record<MachineKind, number>>();
  for (const { cell, kind } of machines) {
    const counts = cells.get(cell) ?? { azureVm: 0, arcServer: 0, scaleSet: 0 };
    counts[kind] += 1;
    cells.set(cell, counts);
  }
  return cells;
}

/** Requests of a segment by bucket: Compute counts by cell, ARM by subscription, queries over all. */
type Demand = ReadonlyMap<string, { readonly limit: LimitName; readonly count: number }>;

function demandOf(cells: CellCounts, segment: Planned, policy: Batching): Demand {
  const inSubscription = countBySubscription(
    [...cells].map(([cell, counts]) => ({ cell, machines: sumOfKinds(counts) })),
  );
  const batchesOf = (cell: string, machines: number) =>
    Math.ceil(machines / batchSizeOf(policy, inSubscription(cell)));
  const all = [...cells].flatMap(([cell, counts]) => KINDS.map((kind) => batchesOf(cell, counts[kind])));
  const total = all.reduce((sum, batches) => sum + batches, 0);
  // Under this proof batches of all cells share their queries for data.
  const share = policy.verification.proof === 'parity' ? Math.ceil(total / GROUP_BATCHES) / total : 1;
  const demand = new Map<string, { limit: LimitName; count: number }>();
  const add = (bucket: string, limit: LimitName, count: number) =>
    demand.set(bucket, { limit, count: (demand.get(bucket)?.count ?? 0) + count });
  for (const [cell, counts] of cells) {
    for (const kind of KINDS) {
      const machines = counts[kind];
      const batches = batchesOf(cell, machines);
      if (batches === 0) continue;
      for (const stage of SEGMENTS[segment]) {
        const looks = [true, ...Array.from({ length: LOOKS[stage].again }, () => false)];
        for (const { limit, count } of looks.flatMap((first) => lookCost(stage, first, { kind, machines }))) {
          const bucket = bucketOf(limit, cell);
          // Queries serve batches, everything else a machine.
          add(bucket, limit, limit === 'queries' ? count * batches : count);
        }
        if (stage === 'confirm') add(bucketOf('reads', cell), 'reads', LAST_LOOK_READS[kind] * machines);
        if (judgesData(stage)) {
          const rounds = LOOKS[stage].again * batches * share;
          add('queries', 'queries', rounds * QUERIES_A_ROUND);
        }
      }
    }
  }
  return new Map(
    [...demand].map(([bucket, { limit, count }]) => [bucket, { limit, count: Math.round(count) }]),
  );
}

function sumOfKinds(counts: Readonly<Record<MachineKind, number>>): number {
  return KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

function bucketOf(limit: LimitName, cell: string): string {
  if (limit === 'queries') return limit;
  return limit === 'compute' ? `${limit}|${cell}` : `${limit}|${subscriptionOfCell(cell)}`;
}

/** Seconds that the documented limits make a segment last at the least. A full bucket is there at its start. */
export function throttleSeconds(cells: CellCounts, segment: Planned, policy: Batching): number {
  let longest = 0;
  for (const { limit, count } of demandOf(cells, segment, policy).values()) {
    const { burst, perSecond } = LIMITS[limit];
    longest = Math.max(longest, (count - burst) / perSecond);
  }
  return Math.ceil(longest);
}

export function callsOf(cells: CellCounts, policy: Batching): Calls {
  const calls = { reads: 0, writes: 0, deletes: 0, queries: 0 };
  for (const segment of ['deploy', 'remove'] as const) {
    for (const { limit, count } of demandOf(cells, segment, policy).values()) {
      // Compute's limit counts requests that are among ARM's already.
      if (limit !== 'compute') calls[limit] += count;
    }
  }
  return calls;
}

export function sumCalls(all: readonly Calls[]): Calls {
  const sum = (limit: keyof Calls) => all.reduce((n, calls) => n + calls[limit], 0);
  return { reads: sum('reads'), writes: sum('writes'), deletes: sum('deletes'), queries: sum('queries') };
}
