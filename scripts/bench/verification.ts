import { randomOf } from './verification/random.ts';
import { SCENARIOS, type Scenario } from './verification/scenarios.ts';
import { type Tallies, type Tally, tryWave, WAVE } from './verification/trial.ts';

/** How often the judges were right about one scenario, in percent of its trials. */
export interface VerificationResult {
  readonly scenario: string;
  readonly truth: Scenario['truth'];
  readonly stress: boolean;
  readonly trials: number;
  readonly judges: Readonly<Record<keyof Tallies, Tally>>;
}

/** Trials of each scenario that is held to the figures. */
const TRIALS = 10_000;
const SEED = 20_260_105;

const LIMITS = { falsePass: 1, falseFail: 2 };

/** Processes the scenarios are divided over. */
export const PARTS = 2;

/** Every scenario of one part, with telemetry that the seed decides. */
export function benchVerification(part: number, trials = TRIALS): VerificationResult[] {
  const random = randomOf(SEED + part);
  return SCENARIOS.filter((_, i) => i % PARTS === part).map((scenario) => {
    const tallies: Tallies = { statistics: none(), within5: none(), mannWhitney: none() };
    const waves = Math.ceil((trials * shareOf(scenario)) / WAVE);
    for (let wave = 0; wave < waves; wave++) tryWave(scenario, random, tallies);
    return {
      ...{ scenario: scenario.name, truth: scenario.truth, stress: scenario.stress === true },
      trials: sum(tallies.statistics),
      judges: {
        statistics: percent(tallies.statistics),
        within5: percent(tallies.within5),
        mannWhitney: percent(tallies.mannWhitney),
      },
    };
  });
}

/** The results of all parts in the order of the scenarios. */
export function joinParts(parts: readonly (readonly VerificationResult[])[]): VerificationResult[] {
  return SCENARIOS.flatMap((_, i) => parts[i % PARTS]?.[Math.floor(i / PARTS)] ?? []);
}

/** Whether the statistics keep to the figures: false pass under 1 %, false fail under 2 %. */
export function keepsLimits(results: readonly VerificationResult[]): boolean {
  return results.every(
    ({ stress, truth, judges: { statistics } }) =>
      stress || (truth === 'lost' ? statistics.pass < LIMITS.falsePass : statistics.fail < LIMITS.falseFail),
  );
}

/** A Markdown table: wrong, and undecided, of each judge. */
export function printVerification(results: readonly VerificationResult[]): void {
  const write = (cells: readonly (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  process.stdout.write(
    '\nVerdicts in % of trials; wrong is a pass where something is lost, a fail at parity ' +
      `(goal: false pass under ${LIMITS.falsePass} %, false fail under ${LIMITS.falseFail} %):\n\n`,
  );
  write(['scenario', 'trials', 'wrong', 'right', 'waits', 'within 5 %: wrong', 'Mann-Whitney: wrong']);
  write(['---', '---:', '---:', '---:', '---:', '---:', '---:']);
  for (const { scenario, stress, trials, truth, judges } of results) {
    const [wrong, right] = truth === 'lost' ? (['pass', 'fail'] as const) : (['fail', 'pass'] as const);
    const { statistics, within5, mannWhitney } = judges;
    write([
      ...[stress ? `(limits) ${scenario}` : scenario, trials, statistics[wrong], statistics[right]],
      ...[statistics.inconclusive, within5[wrong], mannWhitney[wrong]],
    ]);
  }
}

/** What is held to nothing, or judged seven times, is tried less often; waves in which one machine counts more often. */
function shareOf({ stress, affected, daily }: Scenario): number {
  if (stress === true) return 0.2;
  if (daily === true) return 0.4;
  return affected === undefined ? 1 : 2.5;
}

function none(): Tally {
  return { pass: 0, fail: 0, inconclusive: 0 };
}

function sum({ pass, fail, inconclusive }: Tally): number {
  return pass + fail + inconclusive;
}

function percent(tally: Tally): Tally {
  const of = (count: number) => Math.round((10_000 * count) / sum(tally)) / 100;
  return { pass: of(tally.pass), fail: of(tally.fail), inconclusive: of(tally.inconclusive) };
}
