import type { Ledger } from '../ledger/ledger.ts';
import type { AppEvent } from '../model/event.ts';
import { totalsOf } from '../model/phase.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { BatchSummary } from '../model/wave.ts';
import { runWave } from '../waves/advance-run.ts';
import { runStateOf } from '../waves/run-state.ts';
import { tellNews } from './append.ts';
import { inventoryEvents, type RunSeen, runEvents } from './other-events.ts';
import { mayHaveNews, type WaveSeen, waveEvents } from './wave-events.ts';

export interface AnnounceDependencies {
  readonly ledger: Ledger;
  now(): number;
  plan(planId: string): Promise<Plan>;
}

/** Tells what is new of a wave; its stream has its id. Batches are read only where the record says it may be worth it. */
export async function announceWave(app: AnnounceDependencies, waveId: string): Promise<AppEvent[]> {
  return tellNews(app, waveId, async (told) => {
    const seen = told as WaveSeen | undefined;
    const wave = (await app.ledger.waves.get(waveId))?.wave;
    if (wave === undefined) return undefined;
    const policy = policyOfWave(await app.plan(wave.planId), wave.index);
    const nowMs = app.now();
    if (!mayHaveNews(seen, { wave, policy, nowMs })) return undefined;
    const batches = await app.ledger.waves.summaries(waveId);
    return waveEvents(seen, {
      wave,
      policy,
      nowMs,
      totals: totalsOf(batches),
      verdicts: verdictsOf(batches),
    });
  });
}

/** Tells what is new of a run of a plan; its stream has its id. */
export async function announceRun(app: AnnounceDependencies, runId: string): Promise<AppEvent[]> {
  return tellNews(app, runId, async (told) => {
    const run = await app.ledger.planRuns.get(runId);
    if (run === undefined) return undefined;
    const plan = await app.plan(run.planId);
    const wave = await runWave(app, plan, run.wave);
    const about = { promotion: plan.policy.promotion, waves: plan.waves.length };
    return runEvents(told as RunSeen | undefined, {
      ...{ run, state: runStateOf(run, wave, about), waves: plan.waves.length },
    });
  });
}

/** Tells how an inventory ended, once; its stream has its id. */
export async function announceInventory(app: AnnounceDependencies, inventoryId: string): Promise<AppEvent[]> {
  return tellNews(app, inventoryId, async (told) => {
    const inventory = await app.ledger.inventories.get(inventoryId);
    if (told !== undefined || inventory === undefined || inventory.status === 'running') return undefined;
    return { seen: { status: inventory.status }, events: inventoryEvents(inventory) };
  });
}

function verdictsOf(batches: readonly BatchSummary[]) {
  const sum = { pass: 0, fail: 0, inconclusive: 0, error: 0 };
  for (const { verdicts } of batches) {
    if (verdicts === undefined) continue;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += verdicts[name];
  }
  return sum;
}
