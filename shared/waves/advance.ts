import type { Ledger } from '../ledger/ledger.ts';
import type { CheckResult } from '../model/checks.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { Segment } from '../model/stages.ts';
import type { AuditEntry, Hold, Wave, WaveCell } from '../model/wave.ts';
import { merged } from './checks/apply.ts';
import { type CheckDependencies, runChecks } from './checks/run.ts';
import { nextWaveStep, type WaveAction } from './next-step.ts';
import { finishWave, prepareWave } from './prepare.ts';
import { prepareRollback } from './prepare-rollback.ts';
import { prepareRetry } from './retry.ts';

export interface AdvanceDependencies extends CheckDependencies {
  readonly concurrency: number;
  plan(planId: string): Promise<Plan>;
}

/** What the orchestrator is told: an action and, for a segment, the cells to run. */
export type Advance =
  | {
      readonly kind: 'run';
      readonly segment: Segment;
      readonly cells: readonly WaveCell[];
      readonly resumedAt: string | null;
    }
  | Extract<WaveAction, { kind: 'connectors' | 'restore' | 'wait' }>
  | { readonly kind: 'finished' };

/** Moves a wave's record as far as it will go and says what to do next. Safe to repeat. */
export async function advanceWave(dependencies: AdvanceDependencies, waveId: string): Promise<Advance> {
  const { ledger, now } = dependencies;
  let checks: readonly CheckResult[] | undefined;
  // Preparing and finishing change the record themselves; each happens once, so the loop is short.
  for (let round = 0; round < 6; round += 1) {
    const found = await ledger.waves.get(waveId);
    if (found === undefined) throw new Error(`wave ${waveId} is not in the ledger`);
    const plan = await dependencies.plan(found.wave.planId);
    const summaries = await ledger.waves.summaries(waveId);
    const workspaceIds = plan.waves[found.wave.index]?.legacyWorkspaces ?? [];
    let action: WaveAction = { kind: 'finish' };
    const wave = await ledger.waves.update(waveId, (current) => {
      const next = nextWaveStep({
        wave: heldWhenOld(current, plan, now()),
        policy: policyOfWave(plan, current.index),
        summaries,
        workspaceIds,
        ...(checks === undefined ? {} : { checks }),
        nowMs: now(),
      });
      action = next.action;
      if (checks !== undefined) return { ...next.wave, checks: merged(current.checks ?? [], checks) };
      return next.wave === current ? undefined : next.wave;
    });
    if (wave === undefined) throw new Error(`wave ${waveId} is not in the ledger`);
    await recordGates(ledger, found.wave, wave, now());
    const decided = action as WaveAction;
    checks = undefined;
    if (decided.kind === 'askChecks')
      checks = await runChecks(dependencies, wave, plan, policyOfWave(plan, wave.index), 'removal');
    else if (decided.kind === 'prepare') await prepareWave(dependencies, wave, plan);
    else if (decided.kind === 'prepareRetry') await prepareRetry(dependencies, wave);
    else if (decided.kind === 'prepareRollback') await prepareRollback(dependencies, wave);
    else if (decided.kind === 'finish') {
      if (wave.step === 'finished' || (await finishWave(dependencies, wave))) return { kind: 'finished' };
    } else if (decided.kind === 'run') return { ...decided, cells: wave.cells, resumedAt: wave.resumedAt };
    else return decided;
  }
  throw new Error(`wave ${waveId} does not settle`);
}

/**
 * Approvals and windows can take long: a wave that begins only now must not go by an inventory that has grown
 * too old since it was started. Whoever resumes it takes that on.
 */
function heldWhenOld(wave: Wave, plan: Plan, nowMs: number): Wave {
  const { inventoryMaxAgeSeconds } = policyOfWave(plan, wave.index);
  const taken = plan.inventoryCompletedAt;
  const begun = wave.step !== 'prepare' || wave.cells.length > 0;
  if (begun || wave.dryRun || wave.holds.length > 0 || wave.resumedAt !== null || taken === null) return wave;
  if (nowMs - Date.parse(taken) <= inventoryMaxAgeSeconds * 1000) return wave;
  const hold: Hold = {
    id: 'inventory-too-old',
    kind: 'system',
    reason: `The inventory behind this plan is of ${taken}, older than policy.inventoryMaxAgeSeconds allows; abort the wave and plan from a new inventory, or resume it as it is.`,
    since: new Date(nowMs).toISOString(),
    by: 'inventory age',
  };
  return { ...wave, holds: [hold] };
}

async function recordGates(ledger: Ledger, before: Wave, after: Wave, nowMs: number): Promise<void> {
  const fresh = after.gates.slice(before.gates.length);
  const entries: AuditEntry[] = fresh.map((gate) => ({
    at: new Date(nowMs).toISOString(),
    waveId: after.id,
    machineId: null,
    stage: null,
    event: 'gate',
    message: `removal gate ${gate.result}: ${gate.message}`,
    by: 'app',
    data: gate,
  }));
  if (entries.length > 0) await ledger.audit.append('gate', entries);
}
