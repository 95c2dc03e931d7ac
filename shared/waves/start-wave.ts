import type { Ledger } from '../ledger/ledger.ts';
import { type Phase, phaseOf, totalsOf, type WaveTotals } from '../model/phase.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { Wave } from '../model/wave.ts';
import { nextOpening } from './windows.ts';

/** What has to hold before a wave of a plan starts, whoever starts it: a person, or a run of the plan. */

interface Dependencies {
  readonly ledger: Ledger;
  now(): number;
}

export interface StartObstacle {
  readonly code: 'inventoryTooOld' | 'windowsOver' | 'previousWaveNotCompleted';
  readonly message: string;
}

/** The id of a wave, which is also the id of its orchestration. */
export function waveId(plan: Pick<Plan, 'id'>, index: number): string {
  return `${plan.id}-wave-${index}`;
}

/** The record of a wave that begins. */
export function newWave(
  plan: Plan,
  index: number,
  start: Pick<Wave, 'requestedBy' | 'startKey' | 'createdAt'> &
    Partial<Pick<Wave, 'id' | 'dryRun' | 'startAt' | 'requestedById' | 'requestedOnBehalfOf'>>,
): Wave {
  return {
    id: waveId(plan, index),
    planId: plan.id,
    index,
    dryRun: false,
    startAt: null,
    machineCount: plan.waves[index]?.machineCount ?? 0,
    step: 'prepare',
    cells: [],
    holds: [],
    resumedAt: null,
    approvals: [],
    abort: null,
    soakUntil: null,
    gates: [],
    connectors: [],
    finishedAt: null,
    ...start,
  };
}

/** Why a wave cannot start now; undefined when it can. */
export async function startObstacle(
  dependencies: Dependencies,
  plan: Plan,
  index: number,
): Promise<StartObstacle | undefined> {
  const nowMs = dependencies.now();
  const old = await inventoryAge(dependencies, plan, index, nowMs);
  if (old !== undefined) return { code: 'inventoryTooOld', message: old };
  if (nextOpening(policyOfWave(plan, index), nowMs) === null) {
    const message = `No change window of wave ${index} opens any more; make a new plan.`;
    return { code: 'windowsOver', message };
  }
  return previousObstacle(dependencies, plan, index);
}

/** Waves go in order: the pilot's findings must be in before more machines follow. */
export async function previousObstacle(
  dependencies: Dependencies,
  plan: Plan,
  index: number,
): Promise<StartObstacle | undefined> {
  if (index === 0) return undefined;
  const previous = await waveState(dependencies, plan, index - 1);
  if (previous?.phase === 'completed') return undefined;
  const message = `Wave ${index - 1} of plan "${plan.id}" is ${previous?.phase ?? 'not started'}; waves go in order.`;
  return { code: 'previousWaveNotCompleted', message };
}

/** What is wrong with the instant at which a wave is to start; undefined when nothing is. */
export async function startAtFault(
  dependencies: Dependencies,
  plan: Plan,
  index: number,
  startAt: string,
): Promise<string | undefined> {
  const startMs = Date.parse(startAt);
  if (startMs <= dependencies.now()) return 'is in the past; leave it out to start at once';
  if ((await inventoryAge(dependencies, plan, index, startMs)) !== undefined) {
    const { inventoryMaxAgeSeconds } = policyOfWave(plan, index);
    return `is too far ahead: the inventory behind this plan, of ${plan.inventoryCompletedAt}, will be older than ${inventoryMaxAgeSeconds} seconds (policy.inventoryMaxAgeSeconds)`;
  }
  if (nextOpening(policyOfWave(plan, index), startMs) === null) {
    return 'is too far ahead: no change window opens from then on';
  }
  return undefined;
}

/** A sentence when the inventory behind a plan is too old to start a wave from at an instant. */
export async function inventoryAge(
  { ledger }: Pick<Dependencies, 'ledger'>,
  plan: Plan,
  index: number,
  atMs: number,
): Promise<string | undefined> {
  const { inventoryMaxAgeSeconds } = policyOfWave(plan, index);
  const completedAt =
    plan.inventoryCompletedAt ?? (await ledger.inventories.get(plan.inventoryId))?.completedAt ?? null;
  if (completedAt === null || atMs - Date.parse(completedAt) <= inventoryMaxAgeSeconds * 1000) {
    return undefined;
  }
  return `The inventory behind this plan is of ${completedAt}, now it is ${new Date(atMs).toISOString()}; this wave may start from one that is at most ${inventoryMaxAgeSeconds} seconds old (policy.inventoryMaxAgeSeconds). Take a new inventory and make a new plan from it.`;
}

/** A wave of a plan with its phase and totals; undefined when it was never started. */
export async function waveState(
  { ledger, now }: Dependencies,
  plan: Plan,
  index: number,
): Promise<(Phase & { wave: Wave; totals: WaveTotals }) | undefined> {
  const found = await ledger.waves.get(waveId(plan, index));
  if (found === undefined) return undefined;
  const { approvals, gate } = policyOfWave(plan, index);
  const totals = totalsOf(await ledger.waves.summaries(found.wave.id));
  return { wave: found.wave, totals, ...phaseOf(found.wave, totals, approvals, gate, now()) };
}
