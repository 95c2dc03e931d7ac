import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { share } from '../../rehearsal/estate/random.ts';
import { fleet } from '../../rehearsal/samples/build-fleet.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { type FaultPlan, faultPlan } from './fault-plan.ts';
import { INVARIANTS } from './invariants/all.ts';
import { migrate } from './migrate.ts';
import { createWorld } from './world.ts';

export interface RunResult {
  readonly seed: number;
  /** False when it was given up or broke; then `violations` says so. */
  readonly ended: boolean;
  readonly faults: Readonly<Record<string, number>>;
  /** Sentences by invariant; empty when all hold. */
  readonly violations: Readonly<Record<string, readonly string[]>>;
  readonly requests: number;
  readonly machines: number;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
}

/** The invariant that a run itself checks while it goes on. */
export const ENDS = 'ends, or is held for a fault';

/** Estates that runs share; each is also run once without faults. */
const ESTATES = 8;
/** Real time after which a run counts as stuck. */
const WALL_LIMIT_MS = 180_000;

interface Run {
  readonly facts: Facts;
  readonly problems: readonly string[];
  readonly steps: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly simulatedSeconds: number;
}

const undisturbed = new Map<string, Promise<Run>>();

/** One seed: a migration under its faults, held against the same without any. */
export async function chaosRun(seed: number, machines: number): Promise<RunResult> {
  const variant = Math.floor(share(seed, 'estate') * ESTATES);
  const without = await runUndisturbed(variant, machines);
  const began = performance.now();
  const violations: Record<string, string[]> = {};
  let disturbed: Run | undefined;
  try {
    disturbed = await inTime(run(variant, machines, faultPlan(seed), without.steps));
    for (const [name, judge] of Object.entries(INVARIANTS)) {
      const found = judge(disturbed.facts, without.facts);
      if (found.length > 0) violations[name] = found;
    }
    if (disturbed.problems.length > 0) violations[ENDS] = [...disturbed.problems];
  } catch (error) {
    violations[ENDS] = [error instanceof Error ? `${error.stack}` : String(error)];
  }
  return {
    seed,
    violations,
    ended: disturbed !== undefined,
    faults: disturbed?.faults ?? {},
    requests: disturbed?.facts.requests.length ?? 0,
    machines: disturbed?.facts.machines.size ?? 0,
    simulatedSeconds: disturbed?.simulatedSeconds ?? 0,
    wallSeconds: Math.round(performance.now() - began) / 1000,
  };
}

/** What an estate's migration without faults leaves behind. */
export async function undisturbedFacts(variant: number, machines: number): Promise<Facts> {
  return (await runUndisturbed(variant, machines)).facts;
}

function runUndisturbed(variant: number, machines: number): Promise<Run> {
  const key = `${variant}|${machines}`;
  const known = undisturbed.get(key) ?? run(variant, machines, undefined, 0);
  undisturbed.set(key, known);
  return known;
}

async function run(
  variant: number,
  machines: number,
  faults: FaultPlan | undefined,
  steps: number,
): Promise<Run> {
  const world = await createWorld(estateOf(variant, machines), faults, steps);
  try {
    const from = world.clock.now();
    const { problems } = await migrate(world, planOf(variant), faults?.looks);
    for (const [name, times] of world.estate.faultReport()) world.tally.add(`wire: ${name}`, times);
    return {
      problems,
      facts: await gatherFacts(world),
      steps: world.steps(),
      faults: world.tally.counts(),
      simulatedSeconds: Math.round((world.clock.now() - from) / 1000),
    };
  } finally {
    await world.close();
  }
}

/** Odd ones are a motley fleet; the last two have removals that never end. */
function estateOf(variant: number, machines: number): EstateFile {
  const file = fleet({
    machines,
    seed: 100 + variant,
    cells: 1 + (variant % 3),
    arcShare: 0.3,
    extras: variant % 2 === 1,
  });
  if (variant < ESTATES - 2) return file;
  const ids = file.resources
    .map(({ id }) => String(id))
    .filter((id) => /\/(?:virtualMachines|machines)\/[^/]+$/i.test(id));
  return {
    ...file,
    behaviour: {
      ...file.behaviour,
      durations: { timeBudget: 60 * 86_400 },
      stuckExtensions: [3, 17].map((n) => ({ machine: ids[n % ids.length] ?? '', agent: 'legacy' as const })),
    },
  };
}

/** Small batches, so that several work side by side; where removals get stuck one wave, as none may follow it. */
function planOf(variant: number): object {
  const cohorts =
    variant < ESTATES - 2
      ? { pilotSize: 8, firstSize: 500, maxSize: 500 }
      : { pilotSize: 0, firstSize: 500, maxSize: 500 };
  return {
    cohorts,
    policy: {
      batchSize: 12,
      soakSeconds: 900,
      approvals: { start: variant % 3 === 0 },
      verification: { proof: variant === 3 ? 'parity' : 'presence' },
    },
  };
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${WALL_LIMIT_MS / 1000} s`)), WALL_LIMIT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
