import type { ConvertedRule } from '../../../shared/rules/convert/convert.ts';
import type { WorkspaceSettings } from '../../../shared/rules/convert/model.ts';
import { PUBLISHED_TIERS } from '../../unit/rules/convert/published-tiers.ts';

/** Properties as they stand; what is not there is undefined. */
type Bag = Readonly<Record<string, unknown>>;

/** What a workspace asks for, read without any code of the app: names without case and blanks, values as they are. */
interface AskedFor {
  /** Seconds by `os specifier`. */
  readonly counters: ReadonlyMap<string, readonly number[]>;
  /** `log level`. */
  readonly events: ReadonlySet<string>;
  /** `facility level`. */
  readonly syslog: ReadonlySet<string>;
  /** `os path`. */
  readonly paths: ReadonlySet<string>;
  readonly queries: ReadonlySet<string>;
}

const LEVELS: Readonly<Record<string, readonly number[]>> = {
  error: [1, 2],
  warning: [3],
  information: [4, 0],
};
const SEVERITIES =
  'debug Debug info Info notice Notice warning Warning err Error crit Critical alert Alert emerg Emergency'.split(
    ' ',
  );
const TIERS: Readonly<Record<string, readonly string[]>> = {
  all: PUBLISHED_TIERS.All,
  recommended: PUBLISHED_TIERS.Common,
  common: PUBLISHED_TIERS.Common,
  minimal: PUBLISHED_TIERS.Minimal,
};

/** All that a set of rules collects beyond what the settings ask for; empty for a faithful one. */
export function wideningsIn(
  settings: Pick<WorkspaceSettings, 'sources' | 'solutions'>,
  rules: readonly ConvertedRule[],
  cefFacilities: readonly string[] = [],
): readonly string[] {
  const asked = askedFor(settings.sources);
  const enabled = settings.sources.some(
    ({ kind, properties }) => kind === 'IISLogs' && bag(properties)['state'] === 'OnPremiseEnabled',
  );
  const has = (product: string) => settings.solutions.some((one) => one.includes(product));
  return rules.flatMap(({ kind, body }): readonly string[] => {
    const os = kind === 'Windows' ? 'windows' : 'linux';
    const { dataSources: found } = body.properties;
    const of = <T>(items: readonly T[] | undefined, isAsked: (item: T) => boolean) =>
      (items ?? []).filter((item) => !isAsked(item)).map((item) => JSON.stringify(item));
    return [
      ...(found.performanceCounters ?? []).flatMap((source) =>
        of(source.counterSpecifiers, (specifier) =>
          source.streams[0] === 'Microsoft-InsightsMetrics'
            ? has('VMInsights') && specifier === '\\VmInsights\\DetailedMetrics'
            : isAskedOften(
                asked.counters.get(`${os} ${plain(specifier)}`),
                source.samplingFrequencyInSeconds,
              ),
        ),
      ),
      ...(found.windowsEventLogs ?? []).flatMap(({ xPathQueries }) =>
        of(xPathQueries, (query) => asked.queries.has(query) || areAsked(query, asked.events)),
      ),
      ...(found.syslog ?? []).flatMap(({ streams, facilityNames, logLevels }) =>
        of(facilityNames, (facility) =>
          streams[0] === 'Microsoft-CommonSecurityLog'
            ? [...cefFacilities, 'nopri'].includes(facility)
            : logLevels.every((level) => asked.syslog.has(`${facility} ${level}`)),
        ),
      ),
      ...(found.logFiles ?? []).flatMap(({ filePatterns }) =>
        of(filePatterns, (path) => asked.paths.has(`${os} ${path}`)),
      ),
      ...of(found.iisLogs, ({ logDirectories }) => enabled && logDirectories.length === 0),
      ...of(found.windowsFirewallLogs, () => has('WindowsFirewall')),
      ...of(found.extensions, ({ extensionName }) => has(BEHIND[extensionName] ?? 'no such solution')),
    ];
  });
}

const BEHIND: Readonly<Record<string, string>> = {
  DependencyAgent: 'ServiceMap',
  'ChangeTracking-Windows': 'ChangeTracking',
  'ChangeTracking-Linux': 'ChangeTracking',
  MicrosoftDnsAgent: '',
  MicrosoftDefenderForSQL: 'SQL',
};

function askedFor(sources: WorkspaceSettings['sources']): AskedFor {
  const counters = new Map<string, number[]>();
  const sets = { events: new Set<string>(), syslog: new Set<string>(), paths: new Set<string>() };
  const queries = new Set<string>();
  const isOff = (gate: string, state: string) =>
    sources.some(({ kind, properties }) => kind === gate && bag(properties)['state'] === state);
  const counter = (os: string, specifier: string, seconds: unknown) => {
    const key = `${os} ${plain(specifier)}`;
    counters.set(key, [...(counters.get(key) ?? []), Number(seconds)]);
  };
  for (const { kind, properties } of sources) {
    const { objectName: object, instanceName: instance, intervalSeconds: seconds, ...rest } = bag(properties);
    if (kind === 'WindowsPerformanceCounter') {
      counter('windows', `\\${object}(${instance})\\${rest['counterName']}`, seconds);
      // Objects without instances have one value: to leave the instance out takes in nothing more.
      if (['*', ''].includes(String(instance)))
        counter('windows', `\\${object}\\${rest['counterName']}`, seconds);
    }
    if (kind === 'LinuxPerformanceObject' && !isOff('LinuxPerformanceCollection', 'Disabled'))
      for (const name of items(rest['performanceCounters'], 'counterName'))
        counter('linux', `${object}(${instance === '' ? '*' : instance})\\${name}`, seconds);
    if (kind === 'WindowsEvent')
      for (const type of items(rest['eventTypes'], 'eventType'))
        for (const level of LEVELS[type.toLowerCase()] ?? [])
          sets.events.add(`${plain(String(rest['eventLogName']))} ${level}`);
    if (kind === 'LinuxSyslog' && !isOff('LinuxSyslogCollection', 'Disabled'))
      for (const severity of items(rest['syslogSeverities'], 'severity').filter((one) =>
        SEVERITIES.includes(one),
      ))
        sets.syslog.add(
          `${String(rest['syslogName']).toLowerCase()} ${SEVERITIES[SEVERITIES.indexOf(severity) + 1]}`,
        );
    for (const query of TIERS[String(rest['tier']).toLowerCase()] ?? []) queries.add(query);
    for (const input of list(rest['inputs'])) {
      const places = bag(bag(bag(input)['location'])['fileSystemLocations']);
      for (const path of list(places['windowsFileTypeLogPaths'])) sets.paths.add(`windows ${trimmed(path)}`);
      if (!isOff('CustomLogCollection', 'LinuxLogsDisabled'))
        for (const path of list(places['linuxFileTypeLogPaths'])) sets.paths.add(`linux ${trimmed(path)}`);
    }
  }
  return { counters, ...sets, queries };
}

/** A rule reads at least every half hour; no setting makes it read more often than the most eager one asks. */
function isAskedOften(asked: readonly number[] | undefined, seconds: number): boolean {
  return asked !== undefined && seconds >= Math.min(1800, ...asked.filter((one) => one > 0).map(Math.floor));
}

/** A query of levels, all of them asked for of this log; one without a condition is of no setting but a tier. */
function areAsked(query: string, events: ReadonlySet<string>): boolean {
  const [, log = '', levels = ''] =
    /^([^!]*)!\*\[System\[\((Level=\d(?: or Level=\d)*)\)\]\]$/s.exec(query) ?? [];
  const numbers = [...levels.matchAll(/\d/g)].map(([digit]) => digit);
  return numbers.length > 0 && numbers.every((level) => events.has(`${plain(log)} ${level}`));
}

function items(value: unknown, key: string): readonly string[] {
  return list(value).map((item) => String(bag(item)[key]).trim());
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function bag(value: unknown): Bag {
  return typeof value === 'object' && value !== null ? (value as Bag) : {};
}

function plain(text: string): string {
  return text.replace(/[\s\p{C}]/gu, '').toLowerCase();
}

function trimmed(value: unknown): string {
  return String(value).replace(/^[\s\p{Cc}\u200b\u2060]+|[\s\p{Cc}\u200b\u2060]+$/gu, '');
}
