import type { Ledger } from '../ledger/ledger.ts';
import { SHARDS } from '../ledger/shards.ts';
import type { DriftFinding, DriftRun, DriftStep } from '../model/drift.ts';
import { REMEDY_KINDS } from '../model/drift-codes.ts';
import type { Plan } from '../model/plan.ts';
import { copyBaselines } from './baselines.ts';
import { checkEstate, type EstateDependencies } from './estate-drift.ts';
import { aboutCode, compareShard, countsOf, sinceOf } from './machines.ts';
import { implausibleFindings, sumTotals } from './plausible.ts';
import { remediesOf } from './remedies.ts';

export interface DriftDependencies extends EstateDependencies {
  readonly ledger: Ledger;
  now(): number;
  plan(planId: string): Promise<Plan>;
}

/** What a run needs next from outside of its record. */
export type DriftAdvance =
  /** Its inventory is on its way, or has to be started. */
  | { readonly kind: 'inventory' }
  | { readonly kind: 'again' }
  /** This remedy is due. */
  | { readonly kind: 'remedy'; readonly index: number }
  | { readonly kind: 'finish' };

/**
 * Moves a run on by one bounded piece of work and writes where it stands. Safe to repeat: a piece replaces what it
 * wrote before, and only the first that ends it moves the record.
 */
export async function advanceDrift(dependencies: DriftDependencies, id: string): Promise<DriftAdvance> {
  const { ledger } = dependencies;
  const run = await ledger.drift.get(id);
  if (run === undefined) throw new Error(`drift run ${id} is not in the ledger`);
  if (run.status !== 'running') return { kind: 'finish' };
  const { step } = run;
  switch (step.phase) {
    case 'inventory': {
      const inventory = await ledger.inventories.get(run.inventoryId);
      if (inventory === undefined || inventory.status === 'running') return { kind: 'inventory' };
      if (inventory.status === 'failed') {
        const problem = `The inventory ${inventory.id} failed, so nothing is known of drift. ${inventory.problem ?? ''}`;
        await failDrift(dependencies, id, problem.trim());
        return { kind: 'finish' };
      }
      return move(ledger, run, { phase: 'baselines', waveId: null, batch: 0 });
    }
    case 'baselines': {
      const next = await copyBaselines(dependencies, step);
      return move(ledger, run, next === undefined ? { phase: 'machines', bucket: 0 } : { ...step, ...next });
    }
    case 'machines':
      return move(ledger, run, await checkMachines(dependencies, run, step.bucket));
    case 'estate':
      return move(
        ledger,
        run,
        await checkEstate(dependencies, run, step, await sinceOf(ledger, run, undefined)),
      );
    case 'judge':
      await judge(ledger, run);
      return { kind: 'again' };
    case 'remedies':
      if (step.index < run.remedies.length) return { kind: 'remedy', index: step.index };
      return move(ledger, run, { phase: 'done' });
    case 'done':
      await ledger.drift.update(id, (current) =>
        current.status === 'running'
          ? { ...current, status: 'completed', completedAt: new Date(dependencies.now()).toISOString() }
          : undefined,
      );
      return { kind: 'finish' };
  }
}

/** The same step may have been taken by another look meanwhile: then its word stands. */
async function move(ledger: Ledger, run: DriftRun, step: DriftStep): Promise<DriftAdvance> {
  await ledger.drift.update(run.id, (current) =>
    isSameStep(current.step, run.step) ? { ...current, step } : undefined,
  );
  return { kind: 'again' };
}

export function isSameStep(a: DriftStep, b: DriftStep): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function checkMachines(
  { ledger }: DriftDependencies,
  run: DriftRun,
  bucket: number,
): Promise<DriftStep> {
  const shard = SHARDS[bucket];
  if (shard === undefined) {
    await ledger.drift.putFindings(run.id, undefined, []);
    return { phase: 'estate', part: 'ruleSets', index: 0 };
  }
  const { findings, totals } = await compareShard(ledger, run, shard, await basePlan(ledger, run));
  await ledger.drift.putFindings(run.id, shard, findings.map(await sinceOf(ledger, run, shard)));
  await ledger.drift.putTotals(run.id, shard, totals);
  return { phase: 'machines', bucket: bucket + 1 };
}

/** The plan whose policy machines get that no wave had: the one a person named, else that of the newest wave. */
async function basePlan(ledger: Ledger, { policy }: DriftRun): Promise<string | undefined> {
  if (policy.basePlanId !== undefined) return policy.basePlanId;
  const ended = (await ledger.waves.list())
    .filter(({ step, dryRun, abort }) => step === 'finished' && !dryRun && abort === null)
    .sort((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? 1 : -1));
  const [newest] = ended;
  if (newest === undefined) return undefined;
  return (await ledger.plans.get(newest.planId))?.repairs ?? newest.planId;
}

/** Adds up, says what cannot be believed, and works out the remedies. */
async function judge(ledger: Ledger, run: DriftRun): Promise<void> {
  const totals = sumTotals(await ledger.drift.totals(run.id));
  const machines = { migrated: totals.migrated, seen: totals.seen };
  const unlikely = implausibleFindings(totals.counts, machines, run.policy.plausibility);
  const known = await sinceOf(ledger, run, undefined);
  await ledger.drift.addFindings(
    run.id,
    unlikely.map(({ code, detail }) => known(aboutCode(code, detail))),
  );
  const estate: DriftFinding[] = [];
  for await (const finding of ledger.drift.findings(run.id)) estate.push(finding);
  const counts = { ...countsOf(estate), ...totals.counts };
  const implausible = unlikely.map(({ code }) => code);
  const remedies = await remediesOf(ledger, { ...run, implausible, machines });
  remedies.sort((a, b) => REMEDY_KINDS.indexOf(a.kind) - REMEDY_KINDS.indexOf(b.kind));
  await ledger.drift.update(run.id, (current) =>
    current.step.phase === 'judge'
      ? { ...current, machines, counts, implausible, remedies, step: { phase: 'remedies', index: 0 } }
      : undefined,
  );
}

/** Ends a run that cannot go on; it says why, and nothing is remedied on what it found. */
export async function failDrift(
  { ledger, now }: Pick<DriftDependencies, 'ledger' | 'now'>,
  id: string,
  problem: string,
): Promise<void> {
  await ledger.drift.update(id, (run) =>
    run.status === 'running'
      ? { ...run, status: 'failed', problem, completedAt: new Date(now()).toISOString() }
      : undefined,
  );
}
