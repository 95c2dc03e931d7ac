import type { Ledger } from '../ledger/ledger.ts';
import type { Purge } from '../ledger/purges.ts';
import { DRIFT_INVENTORY } from '../model/drift.ts';
import { judgesData, SEGMENTS } from '../model/stages.ts';
import { type AuditEntry, isRollingBack, type Wave, waveBatches } from '../model/wave.ts';
import { groupOf } from '../verification/parity/groups.ts';

interface Dependencies {
  readonly ledger: Ledger;
  now(): number;
}

/** How long things are kept, in days. */
export interface Retention {
  readonly inventoryDays: number;
  readonly waveDays: number;
  /** Of drift checks, and of the inventories they took; absent: as other inventories. */
  readonly driftDays?: number;
}

export interface Purged {
  readonly begun: number;
  readonly ended: number;
  /** Whether there is more to delete than this piece was allowed to. */
  readonly goesOn: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Deletes what is older than its retention: whole inventories, and of waves what is kept of each machine. The newest
 * completed inventory stays, and every one that a plan, a run or an unfinished wave refers to; so does the newest drift
 * check, and the inventories of drift checks go sooner, for there is one a night. One piece at a time;
 * the trail says what is deleted before it is, and how much it was.
 */
export async function purgeOld(
  dependencies: Dependencies,
  retention: Retention,
  limit: number,
  known?: readonly Wave[],
): Promise<Purged> {
  const { ledger } = dependencies;
  const waves = known ?? (await ledger.waves.list());
  const begun = [
    ...(await beginDrift(dependencies, retention)),
    ...(await beginInventories(dependencies, retention, waves)),
    ...(await beginWaves(dependencies, retention.waveDays, waves)),
  ];
  let left = limit;
  let ended = 0;
  const purges = await ledger.purges.all();
  for (const known of purges) {
    if (left <= 0) break;
    const piece = await ledger.purges.goOn(known, await partitionsOf(ledger, known), left);
    left = piece.left;
    if (!piece.isDone) continue;
    await record(dependencies, 'effect', known, `deleted ${piece.purge.deleted} rows of ${nameOf(known)}`);
    await ledger.purges.end(known);
    ended += 1;
  }
  return { begun: begun.length, ended, goesOn: ended < purges.length };
}

/** Where the rows are that go; the record and the counts of a wave stay. */
async function partitionsOf(ledger: Ledger, { kind, id }: Purge): Promise<string[]> {
  if (kind === 'inventory') return ledger.inventories.partitionsOf(id);
  if (kind === 'drift') return ledger.drift.partitionsOf(id);
  const wave = (await ledger.waves.get(id))?.wave;
  if (wave === undefined) return [];
  const batches = waveBatches(wave);
  const groups = [...new Set(batches.map((batch) => groupOf(wave.cells, batch).id))];
  const stages = Object.values(SEGMENTS).flat().filter(judgesData);
  return [
    ...batches.map((batch) => ledger.waves.partitionOf(id, batch)),
    ...stages.flatMap((stage) =>
      groups.map((group) => ledger.verdicts.partitionOf({ waveId: id, stage, group })),
    ),
  ];
}

/** Drift checks that ended long ago; the newest that completed is compared with by the next. */
async function beginDrift(
  dependencies: Dependencies,
  { inventoryDays, driftDays = inventoryDays }: Retention,
): Promise<string[]> {
  const { ledger, now } = dependencies;
  const begun: string[] = [];
  const until = new Date(now() - driftDays * DAY_MS).toISOString();
  const latest = await ledger.drift.latest();
  for (const { id, completedAt } of await ledger.drift.list()) {
    if (completedAt === null || completedAt >= until || id === latest?.id) continue;
    const purge = { kind: 'drift', id } as const;
    const why = `deleting ${nameOf(purge)}: it ended more than ${driftDays} days ago`;
    await record(dependencies, 'intent', purge, why);
    await ledger.purges.begin({ ...purge, startedAt: new Date(now()).toISOString() });
    await ledger.drift.forget(id);
    begun.push(id);
  }
  return begun;
}

async function beginInventories(
  dependencies: Dependencies,
  { inventoryDays, driftDays = inventoryDays }: Retention,
  waves: readonly Wave[],
): Promise<string[]> {
  const { ledger, now } = dependencies;
  const begun: string[] = [];
  const before = (days: number) => new Date(now() - days * DAY_MS).toISOString();
  const latest = await ledger.inventories.latest();
  const daysOf = (id: string) => (id.startsWith(DRIFT_INVENTORY) ? driftDays : inventoryDays);
  const old = (await ledger.inventories.list()).filter(
    ({ id, status, startedAt, completedAt }) =>
      status !== 'running' && id !== latest?.id && (completedAt ?? startedAt) < before(daysOf(id)),
  );
  if (old.length === 0) return begun;
  const inUse = await inventoriesInUse(ledger, waves);
  for (const { inventoryId, previousInventoryId, status } of await ledger.drift.list())
    if (status === 'running')
      for (const id of [inventoryId, previousInventoryId]) if (id !== null) inUse.add(id);
  for (const { id, startedAt } of old) {
    if (inUse.has(id) || (await ledger.plans.refersTo(id))) continue;
    const purge = { kind: 'inventory', id } as const;
    const why = `deleting ${nameOf(purge)}, begun ${startedAt}: it is older than ${daysOf(id)} days, and no plan refers to it`;
    await record(dependencies, 'intent', purge, why);
    await ledger.purges.begin({ ...purge, startedAt: new Date(now()).toISOString() });
    await ledger.inventories.forget(id);
    begun.push(id);
  }
  return begun;
}

/** Inventories of what runs; plans of before references were kept are found by it. */
async function inventoriesInUse(ledger: Ledger, all: readonly Wave[]): Promise<Set<string>> {
  const waves = all.filter(({ step }) => step !== 'finished');
  const runs = await ledger.planRuns.unfinished();
  const planIds = new Set([...waves, ...runs].map(({ planId }) => planId));
  const plans = await Promise.all([...planIds].map((id) => ledger.plans.get(id)));
  return new Set(plans.flatMap((plan) => plan?.inventoryId ?? []));
}

async function beginWaves(
  dependencies: Dependencies,
  days: number,
  waves: readonly Wave[],
): Promise<string[]> {
  const { ledger, now } = dependencies;
  const begun: string[] = [];
  const at = new Date(now()).toISOString();
  const until = new Date(now() - days * DAY_MS).toISOString();
  for (const { id } of waves.filter((wave) => isOver(wave, until))) {
    const purge = { kind: 'wave', id } as const;
    const why = `deleting ${nameOf(purge)}: it ended more than ${days} days ago; its record, counts and trail stay`;
    await record(dependencies, 'intent', purge, why);
    await ledger.purges.begin({ ...purge, startedAt: at });
    // From here on nobody reads them, and no rollback can begin.
    const closed = await ledger.waves.update(id, (wave) =>
      isOver(wave, until) ? { ...wave, detailsPurgedAt: at } : undefined,
    );
    if (closed?.detailsPurgedAt === at) begun.push(id);
    else await ledger.purges.end(purge);
  }
  return begun;
}

function isOver(wave: Wave, until: string): boolean {
  const { step, finishedAt, detailsPurgedAt, rollback } = wave;
  const endedAt = rollback?.finishedAt ?? finishedAt;
  if (step !== 'finished' || isRollingBack(wave) || detailsPurgedAt !== undefined) return false;
  return endedAt !== null && endedAt < until;
}

function nameOf({ kind, id }: Pick<Purge, 'kind' | 'id'>): string {
  if (kind === 'drift') return `the findings of drift check ${id}`;
  return kind === 'inventory' ? `inventory ${id}` : `the machines of wave ${id}`;
}

async function record(
  { ledger, now }: Dependencies,
  event: AuditEntry['event'],
  purge: Pick<Purge, 'kind' | 'id'>,
  message: string,
): Promise<void> {
  const { kind, id } = purge;
  await ledger.audit.append(`purge|${kind}|${id}`, [
    {
      ...{ at: new Date(now()).toISOString(), waveId: null, machineId: null, stage: null },
      ...{ event, message, by: 'app', data: { kind, id } },
    },
  ]);
}
