import type { Arrival, ExistingRule } from './existing.ts';
import { counterKey } from './merge.ts';
import { ALL, levelsLeft } from './merge-syslog.ts';
import type { Collected } from './model.ts';

/** What an existing rule leaves to collect of a thing: nothing, or less than there was. */
export interface Left {
  readonly left: Collected | null;
  /** What the existing rule does otherwise, or how much of it it has. */
  readonly remark?: string;
}

type Streams = readonly string[] | null | undefined;

/** Undefined where the rule collects nothing of it. `arrivals` are the rule's streams into the workspace. */
export function leftBeside(
  collected: Collected,
  rule: ExistingRule,
  arrivals: readonly Arrival[],
): Left | undefined {
  if (rule.os !== null && rule.os !== collected.os) return undefined;
  const sources = rule.body.dataSources ?? {};
  const arrives = (stream: string) =>
    arrivals.some(
      (one) => one.stream === stream.toLowerCase() && same(one.output, stream) && !one.transformed,
    );
  const brings = (streams: Streams, stream: string) =>
    arrives(stream) && (streams ?? []).some((one) => same(one, stream));
  const { what } = collected;
  switch (what) {
    case 'counter': {
      const key = counterKey(collected.specifier);
      const found = (sources.performanceCounters ?? []).find(
        (one) =>
          brings(one.streams, collected.stream) && setOf(one, one.counterSpecifiers, counterKey).has(key),
      );
      if (found === undefined) return undefined;
      const seconds = found.samplingFrequencyInSeconds;
      return typeof seconds === 'number' && seconds !== collected.intervalSeconds
        ? { left: null, remark: `every ${seconds} instead of ${collected.intervalSeconds} seconds` }
        : { left: null };
    }
    case 'event': {
      const xPath = collected.xPath.trim();
      const whole = `${xPath.split('!')[0]?.trim()}!*`;
      const found = (sources.windowsEventLogs ?? [])
        .filter(({ streams }) => brings(streams, collected.stream))
        .map((one) => setOf(one, one.xPathQueries, eventKey));
      if (found.some((keys) => keys.has(eventKey(xPath)))) return { left: null };
      return found.some((keys) => keys.has(eventKey(whole)))
        ? { left: null, remark: `all of the log: ${whole}` }
        : undefined;
    }
    case 'syslog': {
      const taken = (sources.syslog ?? [])
        .filter(({ streams }) => brings(streams, collected.stream))
        .filter(({ facilityNames }) =>
          (facilityNames ?? []).some((one) => same(one, collected.facility) || one === ALL),
        )
        .flatMap(({ logLevels }) => logLevels ?? []);
      const levels = levelsLeft(collected.levels, taken);
      if (levels.length === collected.levels.length) return undefined;
      if (levels.length === 0) return { left: null };
      const had = collected.levels.filter((level) => !levels.includes(level));
      return { left: { ...collected, levels }, remark: `levels ${had.join(', ')}` };
    }
    case 'logFile': {
      const output = `custom-${collected.table}`.toLowerCase();
      // A rule for text logs always has a transformation of its own, so that alone says nothing.
      const streams = arrivals.filter((one) => one.output === output).map(({ stream }) => stream);
      const taken = (sources.logFiles ?? [])
        .filter((one) => (one.streams ?? []).some((stream) => streams.includes(stream.toLowerCase())))
        .flatMap(({ filePatterns }) => filePatterns ?? []);
      const patterns = collected.filePatterns.filter((pattern) => !taken.includes(pattern));
      if (patterns.length === collected.filePatterns.length) return undefined;
      if (patterns.length === 0) return { left: null };
      const had = collected.filePatterns.filter((pattern) => !patterns.includes(pattern));
      return { left: { ...collected, filePatterns: patterns }, remark: `files ${had.join(', ')}` };
    }
    case 'iisLog':
      // With directories of its own, a rule need not read the ones that IIS is set to.
      return (sources.iisLogs ?? []).some(
        (one) => brings(one.streams, collected.stream) && (one.logDirectories ?? []).length === 0,
      )
        ? { left: null }
        : undefined;
    case 'firewallLog':
      return (sources.windowsFirewallLogs ?? []).some((one) => brings(one.streams, collected.stream))
        ? { left: null }
        : undefined;
    case 'extension':
      return (sources.extensions ?? []).some(
        (one) =>
          same(one.extensionName ?? '', collected.extensionName) &&
          collected.streams.every((stream) => brings(one.streams, stream)),
      )
        ? { left: null }
        : undefined;
  }
}

/** Log names are case-insensitive, the query behind them is not. */
function eventKey(xPath: string): string {
  const [log = '', ...query] = xPath.trim().split('!');
  return [log.trim().toLowerCase(), ...query].join('!');
}

const SETS = new WeakMap<object, ReadonlySet<string>>();

/** Once per data source: thousands of things are looked up in hundreds of rules. */
function setOf(source: object, values: Streams, keyOf: (value: string) => string): ReadonlySet<string> {
  const known = SETS.get(source) ?? new Set((values ?? []).map(keyOf));
  SETS.set(source, known);
  return known;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
