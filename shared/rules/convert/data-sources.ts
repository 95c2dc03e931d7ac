import { shortHash } from '../../model/ids.ts';
import type { Column, DataFlow, DataSources } from './arm.ts';
import { LIMITS } from './limits.ts';
import { logFileParts } from './log-files.ts';
import type { Collected, Wanted } from './model.ts';
import { groupSorted, sortedSet } from './order.ts';
import { type PackedRule, sourceKey } from './pack.ts';

type Of<W extends Collected['what']> = Extract<Collected, { what: W }>;

/** Name of the one destination of every rule. */
export const DESTINATION = 'workspace';

export interface RuleParts {
  readonly dataSources: DataSources;
  readonly dataFlows: readonly DataFlow[];
  /** Streams with a shape of their own. */
  readonly declared: Readonly<Record<string, { readonly columns: readonly Column[] }>>;
  /** Data source of each thing. */
  readonly placed: ReadonlyMap<Wanted, string>;
}

/** Data sources and flows of one packed rule; names are unique because a rule holds one kind of thing. */
export function ruleParts(rule: PackedRule): RuleParts {
  const what = rule.wanted[0]?.collected.what;
  if (what === 'logFile') return logFileRule(rule);
  const { sources, placed } = sourcesOf(rule);
  return { dataSources: sources, dataFlows: flowsOf(rule), declared: {}, placed };
}

function sourcesOf(rule: PackedRule): { sources: DataSources; placed: Map<Wanted, string> } {
  const placed = new Map<Wanted, string>();
  const name = (wanted: readonly Wanted[], text: string) => {
    for (const one of wanted) placed.set(one, text);
    return text;
  };
  const groups = groupSorted(rule.wanted, ({ collected }) => sourceKey(collected));
  const first = rule.wanted[0]?.collected;
  const sources = ((): DataSources => {
    switch (first?.what) {
      case 'counter': {
        const performanceCounters = groups
          .map(([, wanted]) => ({ wanted, all: collected<'counter'>(wanted) }))
          .map(({ wanted, all }) => ({ wanted, all, seconds: all[0]?.intervalSeconds ?? 0 }))
          .sort((a, b) => a.seconds - b.seconds)
          .map(({ wanted, all, seconds }) => ({
            name: name(wanted, `counters-${seconds}s`),
            streams: [first.stream],
            samplingFrequencyInSeconds: seconds,
            counterSpecifiers: sortedSet(all.map(({ specifier }) => specifier)),
          }));
        return { performanceCounters };
      }
      case 'event': {
        const xPathQueries = sortedSet(collected<'event'>(rule.wanted).map(({ xPath }) => xPath));
        return {
          windowsEventLogs: [{ name: name(rule.wanted, 'events'), streams: [first.stream], xPathQueries }],
        };
      }
      case 'syslog':
        return {
          syslog: groups.map(([, wanted], index) => ({
            name: name(wanted, `syslog-${index + 1}`),
            streams: [first.stream],
            facilityNames: sortedSet(collected<'syslog'>(wanted).map(({ facility }) => facility)),
            logLevels: collected<'syslog'>(wanted)[0]?.levels ?? [],
          })),
        };
      case 'iisLog':
        // No directory means the ones that IIS itself is set to (facts file 3.6).
        return { iisLogs: [{ name: name(rule.wanted, 'iis'), streams: [first.stream], logDirectories: [] }] };
      case 'firewallLog':
        return {
          windowsFirewallLogs: [
            {
              name: name(rule.wanted, 'firewall'),
              streams: [first.stream],
              profileFilter: ['Domain', 'Private', 'Public'],
            },
          ],
        };
      case 'extension':
        return { extensions: collected<'extension'>(rule.wanted).map((one) => extension(one, name, rule)) };
      default:
        return {};
    }
  })();
  return { sources, placed };
}

function extension(
  one: Of<'extension'>,
  name: (wanted: readonly Wanted[], text: string) => string,
  rule: PackedRule,
) {
  const plain = one.extensionName.replace(/[^A-Za-z0-9-]/g, '').slice(0, 24);
  return {
    name: name(rule.wanted, plain === '' ? `extension-${shortHash(one.extensionName, 6)}` : plain),
    streams: one.streams,
    extensionName: one.extensionName,
    ...(one.settings === null ? {} : { extensionSettings: one.settings }),
  };
}

function flowsOf(rule: PackedRule): readonly DataFlow[] {
  const streams = sortedSet(
    rule.wanted.flatMap(({ collected: one }) => {
      if (one.what === 'logFile') return [];
      return one.what === 'extension' ? one.streams : [one.stream];
    }),
  );
  const flows: DataFlow[] = [];
  for (let i = 0; i < streams.length; i += LIMITS.streamsPerFlow) {
    flows.push({ streams: streams.slice(i, i + LIMITS.streamsPerFlow), destinations: [DESTINATION] });
  }
  // Only an extension has more than one stream, and no transformation.
  const transformKql = transformationOf(rule);
  return transformKql === undefined
    ? flows
    : flows.map((flow) => ({ ...flow, transformKql, outputStream: streams[0] ?? '' }));
}

function transformationOf({ wanted }: PackedRule): string | undefined {
  const one = wanted[0]?.collected;
  return one === undefined || one.what === 'extension' ? undefined : one.transformKql;
}

function logFileRule(rule: PackedRule): RuleParts {
  const parts = logFileParts(rule.wanted, DESTINATION);
  const all = [...parts.values()];
  return {
    dataSources: { logFiles: all.map(({ source }) => source) },
    dataFlows: all.map(({ flow }) => flow),
    declared: Object.fromEntries(all.map(({ stream, columns }) => [stream, { columns }])),
    placed: new Map([...parts].map(([wanted, { source }]) => [wanted, source.name])),
  };
}

/** A rule holds one kind of thing, so this narrows and never drops. */
function collected<W extends Collected['what']>(wanted: readonly Wanted[]): readonly Of<W>[] {
  return wanted.map((one) => one.collected as Of<W>);
}
