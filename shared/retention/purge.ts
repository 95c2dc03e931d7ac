import type { Ledger } from '../ledger/ledger.ts';
import type { Purge } from '../ledger/purges.ts';
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
 * completed inventory stays, and every one that a plan, a run or an unfinished wave refers to. One piece at a time;
 * the trail says what is deleted before it is, and how much it was.
 */
export async function purgeOld(
  dependencies: Dependencies,
  retention: Retention,
  limit: number,
): Promise<Purged> {
  const { ledger } = dependencies;
  const begun = [
    ...(await beginInventories(dependencies, retention.inventoryDays)),
    ...(await beginWaves(dependencies, retention.waveDays)),
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

async function beginInventories(dependencies: Dependencies, days: number): Promise<string[]> {
  const { ledger, now } = dependencies;
  const begun: string[] = [];
  const until = new Date(now() - days * DAY_MS).toISOString();
  const latest = await ledger.inventories.latest();
  const old = (await ledger.inventories.list()).filter(
    ({ id, status, startedAt, completedAt }) =>
      status !== 'running' && id !== latest?.id && (completedAt ?? startedAt) < until,
  );
  if (old.length === 0) return begun;
  const inUse = await inventoriesInUse(ledger);
  for (const { id, startedAt } of old) {
    if (inUse.has(id) || (await ledger.plans.refersTo(id))) continue;
    const purge = { kind: 'inventory', id } as const;
    const why = `deleting ${nameOf(purge)}, begun ${startedAt}: it is older than ${days} days, and no plan refers to it`;
    await record(dependencies, 'intent', purge, why);
    await ledger.purges.begin({ ...purge, startedAt: new Date(now()).toISOString() });
    await ledger.inventories.forget(id);
    begun.push(id);
  }
  return begun;
}

/** Inventories of what runs; plans of before references were kept are found by it. */
async function inventoriesInUse(ledger: Ledger): Promise<Set<string>> {
  const waves = (await ledger.waves.list()).filter(({ step }) => step !== 'finished');
  const runs = await ledger.planRuns.unfinished();
  const planIds = new Set([...waves, ...runs].map(({ planId }) => planId));
  const plans = await Promise.all([...planIds].map((id) => ledger.plans.get(id)));
  return new Set(plans.flatMap((plan) => plan?.inventoryId ?? []));
}

async function beginWaves(dependencies: Dependencies, days: number): Promise<string[]> {
  const { ledger, now } = dependencies;
  const begun: string[] = [];
  const at = new Date(now()).toISOString();
  const until = new Date(now() - days * DAY_MS).toISOString();
  for (const { id } of (await ledger.waves.list()).filter((wave) => isOver(wave, until))) {
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
