import {
  judgeUnits,
  type Unit,
  type UnitResult,
} from '../../../shared/verification/statistics/judge-units.ts';
import { DAILY_OPTIONS, DEFAULT_OPTIONS } from '../../../shared/verification/statistics/options.ts';
import { flowOf, judgeSufficiency, peerGroup } from '../../../shared/verification/statistics/peers.ts';
import { HOUR_MS, sumOf, type Windows, withoutLag } from '../../../shared/verification/statistics/series.ts';
import { isLow } from './mann-whitney.ts';
import type { Random } from './random.ts';
import { KEY, type Scenario, TABLE } from './scenarios.ts';
import { settingOf, simulate } from './telemetry.ts';

/** How often each judge said what. */
export type Tally = Record<UnitResult, number>;

/** Verdicts of the three judges on the same data. */
export type Tallies = Record<'statistics' | 'within5' | 'mannWhitney', Tally>;

const BASELINE_DAYS = 14;
/** Machines of a wave. */
export const WAVE = 50;
const LAG_HOURS = 2;
/** As many machines nobody touched as a reference has. */
const REFERENCE = 20;

/** Simulates a wave of 50 machines and adds the verdicts about it to the tallies. */
export function tryWave(scenario: Scenario, random: Random, tallies: Tallies): void {
  const { currentHours, affected = WAVE } = scenario;
  const base = { ...(scenario.kind === 'key' ? KEY : TABLE), ...scenario.telemetry };
  const setting = settingOf(base, BASELINE_DAYS + currentHours / 24, random);
  const machine = (lost: number): Windows => {
    const busy = scenario.kind === 'table' ? 100 ** random.uniform() / 10 : 2 ** random.normal();
    const telemetry = { ...base, rate: base.rate * (scenario.kind === 'key' ? 1 : busy) };
    const seen = { baselineDays: BASELINE_DAYS, currentHours, lost, legacy: scenario.legacy };
    return simulate(telemetry, seen, random, setting);
  };
  const wave = Array.from({ length: WAVE }, (_, i) => machine(i < affected ? scenario.lost : 0));
  const reference =
    scenario.reference === true ? totalOf(Array.from({ length: REFERENCE }, () => machine(0))) : undefined;
  (scenario.daily === true ? askDaily(scenario, wave) : judge(scenario, wave, reference))
    .slice(0, affected)
    .forEach((result) => {
      tallies.statistics[result] += 1;
    });
  for (const windows of wave.slice(0, affected)) {
    const expected = scenario.legacy + 1;
    tallies.within5[within5(windows, expected) ? 'pass' : 'fail'] += 1;
    tallies.mannWhitney[ranksLow(windows, expected) ? 'fail' : 'pass'] += 1;
  }
}

/** The first verdict of each machine that decides, if it is asked after every day. */
function askDaily(scenario: Scenario, wave: readonly Windows[]): UnitResult[] {
  let results = wave.map((): UnitResult => 'inconclusive');
  for (let hours = 24; hours <= scenario.currentHours; hours += 24) {
    const seen = wave.map(({ baseline, current }) => ({ baseline, current: current.slice(0, hours) }));
    const judged = judge(scenario, seen, undefined);
    results = results.map((result, i) => (result === 'inconclusive' ? (judged[i] ?? result) : result));
  }
  return results;
}

function judge(scenario: Scenario, wave: readonly Windows[], reference: Windows | undefined): UnitResult[] {
  if (scenario.kind === 'peers') {
    const flows = wave.map(({ baseline }) => flowOf(baseline));
    const peersBut = peerGroup(flows);
    return wave.map(({ current }, i) => {
      return judgeSufficiency(flowOf(settled(current)), peersBut(flows[i]), { fresh: scenario.lost < 1 })
        .result;
    });
  }
  const units = wave.map((windows, i): Unit => {
    const comparison = {
      ...{ baseline: windows.baseline, current: settled(windows.current) },
      expected: { legacy: scenario.legacy, added: 1 },
      ...(reference && { reference }),
    };
    const by = scenario.kind === 'key' ? 'presence' : 'volume';
    return { id: `${i}`, family: 'SecurityEvent', by, comparison };
  });
  return judgeUnits(units, scenario.daily === true ? DAILY_OPTIONS : DEFAULT_OPTIONS).map(
    ({ result }) => result,
  );
}

function settled(current: Windows['current']): Windows['current'] {
  return withoutLag(current, (current.at(-1)?.start ?? 0) + HOUR_MS, LAG_HOURS * HOUR_MS);
}

/** Counts of several machines together. */
function totalOf(machines: readonly Windows[]): Windows {
  const total = (window: keyof Windows) =>
    (machines[0] as Windows)[window].map(({ start }, i) => ({
      start,
      rows: sumOf(machines, (machine) => machine[window][i]?.rows ?? 0),
      exposure: sumOf(machines, (machine) => machine[window][i]?.exposure ?? 0) / machines.length,
    }));
  return { baseline: total('baseline'), current: total('current') };
}

/** The plain rule: the rows now are no more than 5 % under those of the same hours of the week before. */
function within5({ baseline, current }: Windows, expected: number): boolean {
  const before = sumOf(baseline.slice(-168, current.length - 168 || undefined), ({ rows }) => rows);
  return sumOf(current, ({ rows }) => rows) >= 0.95 * expected * before;
}

/** Ranks of the hours now against the same hours of the week in the baseline; a rise is no loss. */
function ranksLow({ baseline, current }: Windows, expected: number): boolean {
  const first = current[0]?.start ?? 0;
  const control = baseline.filter(({ start }) => {
    const hour = (start - first) / HOUR_MS + 24 * 7 * 100;
    return hour % 168 < current.length;
  });
  return isLow(
    current.map(({ rows }) => rows),
    control.map(({ rows }) => rows * expected),
  );
}
