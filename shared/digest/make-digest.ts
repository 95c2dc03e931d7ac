import type { Ledger } from '../ledger/ledger.ts';
import type { Digest, DigestPeriod, DoublePaid } from '../model/digest.ts';
import { type FleetSnapshot, fleetAt } from '../model/fleet.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Workspace } from '../model/machine.ts';
import { phaseOf, totalsOf } from '../model/phase.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { Wave } from '../model/wave.ts';
import { readDuplicates } from '../verification/duplicates/duplicates.ts';
import type { LogsGateway } from '../verification/gateway.ts';
import { type DigestInput, digestOf } from './digest.ts';
import { lastSpan } from './span.ts';

export interface DigestDependencies {
  readonly ledger: Ledger;
  readonly logs: LogsGateway;
  now(): number;
  plan(planId: string): Promise<Plan>;
}

/** Workspaces whose double payment a digest measures: each takes a query, and one more a table. */
const MOST_WORKSPACES = 20;

/** Keeps how the fleet stood at an inventory. Inventories of different scopes have histories of their own. */
export async function recordFleet(ledger: Ledger, inventory: Inventory): Promise<void> {
  const snapshot = fleetAt(inventory);
  if (snapshot !== undefined) await ledger.fleet.record(inventory.scope, snapshot);
}

/** The fleet over time, in the scope that the drift check looks at. */
export async function fleetHistory(ledger: Ledger, fromDay?: string): Promise<FleetSnapshot[]> {
  return ledger.fleet.history((await ledger.drift.policy()).scope, fromDay);
}

/** The digest of the period that ended last: the one that was made, or, without measuring anything, one as of now. */
export async function currentDigest(dependencies: DigestDependencies, period: DigestPeriod): Promise<Digest> {
  const span = lastSpan(period, dependencies.now());
  return (await dependencies.ledger.fleet.digest(span.id)) ?? compose(dependencies, period, null);
}

/** Makes the digest of the period that ended last, unless it was made; undefined then. */
export async function newDigest(
  dependencies: DigestDependencies,
  period: DigestPeriod,
): Promise<Digest | undefined> {
  const span = lastSpan(period, dependencies.now());
  if ((await dependencies.ledger.fleet.digest(span.id)) !== undefined) return undefined;
  return compose(dependencies, period, await doublePaid(dependencies));
}

async function compose(
  dependencies: DigestDependencies,
  period: DigestPeriod,
  paid: DoublePaid | null,
): Promise<Digest> {
  const { ledger, now } = dependencies;
  const span = lastSpan(period, now());
  const waves: DigestInput['waves'][number][] = [];
  // What ended before the period is in none of its numbers.
  for (const wave of await ledger.waves.list())
    if (wave.finishedAt === null || wave.finishedAt >= span.from)
      waves.push(await digestWave(dependencies, wave));
  return digestOf({
    ...{ span, madeAt: new Date(now()).toISOString(), doublePaid: paid, waves },
    history: await fleetHistory(ledger),
    runs: await ledger.drift.list(),
  });
}

async function digestWave(
  { ledger, now, plan }: DigestDependencies,
  wave: Wave,
): Promise<DigestInput['waves'][number]> {
  const { approvals, gate } = policyOfWave(await plan(wave.planId), wave.index);
  const totals = totalsOf(await ledger.waves.summaries(wave.id));
  const { id, createdAt: startedAt, finishedAt, holds, dryRun } = wave;
  return {
    ...{ id, startedAt, finishedAt, holds, dryRun, totals },
    ...phaseOf(wave, totals, approvals, gate, now()),
  };
}

/** What is paid twice, of the workspaces in which both agents were heard; null without an inventory. */
async function doublePaid({ ledger, logs, now }: DigestDependencies): Promise<DoublePaid | null> {
  const inventory = await ledger.inventories.latest();
  if (inventory === undefined) return null;
  const all = await ledger.inventories.readPart<Workspace>(inventory.id, 'workspaces');
  const both = all.filter(({ use }) => use !== null && use.agents.legacy > 0 && use.agents.ama > 0);
  const unread = both
    .slice(MOST_WORKSPACES)
    .map(({ id }) => ({ workspace: id, reason: 'a digest measures no more workspaces' }));
  const sum = { twiceGbPerDay: 0, removalSavesGbPerDay: 0 };
  const asked = both.slice(0, MOST_WORKSPACES);
  // One after the other: each asks for several tables at once.
  for (const workspace of asked) {
    const { duplicates } = await readDuplicates({ logs, now }, workspace, undefined);
    sum.twiceGbPerDay += duplicates.total?.twiceGbPerDay ?? 0;
    sum.removalSavesGbPerDay += duplicates.total?.removalSavesGbPerDay ?? 0;
    for (const { what, reason } of duplicates.unread)
      unread.push({ workspace: workspace.id, reason: `${what}: ${reason}` });
  }
  return { ...sum, workspaces: asked.length, unread };
}
