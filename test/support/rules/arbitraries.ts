import fc from 'fast-check';
import type { ExistingRule } from '../../../shared/rules/convert/existing.ts';
import type { Collected, Origin, Wanted } from '../../../shared/rules/convert/model.ts';

const FACILITIES =
  'alert audit auth authpriv clock cron daemon ftp kern local0 local1 local2 local3 local4 local5 local6 local7 lpr mail mark news nopri ntp syslog user uucp *';
const LEVELS = ['Debug', 'Info', 'Notice', 'Warning', 'Error', 'Critical', 'Alert', 'Emergency'];

export const TEXT_COLUMNS = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'RawData', type: 'string' },
] as const;

/** An interpolation, if a text were written into a Bicep file as it is. */
const INTERPOLATION = ['$', '{name}'].join('');

/** Names with what settings hold: commas, quotes, `${`, other scripts. */
export const oddText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom('% Zeit, "gesamt"', "it's", INTERPOLATION, 'カウンター', 'a\\b', 'x\ty', '\u2028'),
);

const counter: fc.Arbitrary<Collected> = fc.record({
  what: fc.constant('counter' as const),
  os: fc.constantFrom('windows' as const, 'linux' as const),
  stream: fc.constantFrom('Microsoft-Perf', 'Microsoft-InsightsMetrics'),
  specifier: fc
    // Windows does not tell cases apart, so neither must a rule.
    .tuple(fc.constantFrom('Object', 'OBJECT'), fc.nat(9), fc.oneof(fc.nat(4).map(String), oddText))
    .map(([object, n, name]) => `\\${object} ${n}(*)\\${name}`),
  intervalSeconds: fc.oneof(fc.constantFrom(10, 60, 300), fc.integer({ min: 10, max: 1800 })),
});

const event: fc.Arbitrary<Collected> = fc.record({
  what: fc.constant('event' as const),
  os: fc.constant('windows' as const),
  stream: fc.constantFrom('Microsoft-Event', 'Microsoft-SecurityEvent', 'Custom Stream'),
  xPath: fc
    .tuple(fc.nat(150), fc.integer({ min: 1, max: 25 }))
    .map(
      ([log, ids]) =>
        `Log ${log}!*[System[${Array.from({ length: ids }, (_, i) => `(EventID=${i})`).join(' or ')}]]`,
    ),
});

const syslog: fc.Arbitrary<Collected> = fc.record({
  what: fc.constant('syslog' as const),
  os: fc.constant('linux' as const),
  stream: fc.constantFrom('Microsoft-Syslog', 'Microsoft-CommonSecurityLog'),
  facility: fc.constantFrom(...FACILITIES.split(' ')),
  levels: fc.oneof(fc.constant(['*']), fc.subarray(LEVELS, { minLength: 1 })),
});

const logFile: fc.Arbitrary<Collected> = fc.record({
  what: fc.constant('logFile' as const),
  os: fc.constantFrom('windows' as const, 'linux' as const),
  table: fc.nat(40).map((n) => `App${n}_CL`),
  filePatterns: fc.uniqueArray(
    fc.nat(50).map((n) => `C:\\logs\\${n}\\*.log`),
    { minLength: 1, maxLength: 3 },
  ),
  recordStartTimestampFormat: fc.constantFrom('ISO 8601', 'yyMMdd HH:mm:ss'),
  transformKql: fc.oneof(
    fc.constantFrom('source', 'source | where RawData has "x"'),
    fc.constant(`source | where RawData != "${'x'.repeat(16_000)}"`),
  ),
  columns: fc.constantFrom(TEXT_COLUMNS, [...TEXT_COLUMNS, { name: 'Level', type: 'string' }]),
});

const single: fc.Arbitrary<Collected> = fc.constantFrom<Collected>(
  { what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' },
  { what: 'firewallLog', os: 'windows', stream: 'Microsoft-WindowsFirewall' },
);

const extension: fc.Arbitrary<Collected> = fc.record({
  what: fc.constant('extension' as const),
  os: fc.constantFrom('windows' as const, 'linux' as const),
  extensionName: fc.oneof(fc.constantFrom('DependencyAgent', 'ChangeTracking-Windows'), oddText),
  streams: fc.uniqueArray(
    fc.nat(110).map((n) => `Microsoft-Stream${n}`),
    { minLength: 1, maxLength: 110 },
  ),
  settings: fc.oneof(
    fc.constant(null),
    fc.constant({ big: 'x'.repeat(33_000) }),
    fc.dictionary(oddText, fc.jsonValue(), { maxKeys: 3 }).map((one) => ({ ...one })),
  ),
});

export const collected: fc.Arbitrary<Collected> = fc.oneof(
  { weight: 6, arbitrary: counter },
  { weight: 6, arbitrary: event },
  { weight: 3, arbitrary: syslog },
  { weight: 3, arbitrary: logFile },
  { weight: 1, arbitrary: single },
  { weight: 1, arbitrary: extension },
);

/** Every wanted thing with an origin of its own. */
export const wantedList: fc.Arbitrary<readonly Wanted[]> = fc
  .oneof(
    fc.array(collected, { maxLength: 60 }),
    // Enough of one family to need several rules.
    fc.array(
      fc.integer({ min: 0, max: 999 }).map(
        (n): Collected => ({
          ...{ what: 'counter', os: 'windows', stream: 'Microsoft-Perf' },
          ...{ specifier: `\\Object(*)\\${n}`, intervalSeconds: 10 * (1 + (n % 4)) },
        }),
      ),
      { minLength: 90, maxLength: 400, size: 'max' },
    ),
    fc.array(fc.oneof(event, logFile), { minLength: 60, maxLength: 400, size: 'max' }),
  )
  .map((all) => all.map((one, i) => ({ collected: one, origins: [originNumber(i)] })));

/** Shrinking a list of hundreds can take minutes: a failure is told with what was found until then. */
export function runs(numRuns: number) {
  return { numRuns, interruptAfterTimeLimit: 15_000 };
}

export function originNumber(n: number): Origin {
  return { sourceId: `/ws/datasources/${Math.floor(n / 3)}`, kind: 'Any', item: `item ${n}` };
}

export const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

/** An existing rule that collects some of these things into the workspace. */
export function ruleOver(workspaceResourceId: string, name: string, wanted: readonly Wanted[]): ExistingRule {
  const all = wanted.map((one) => one.collected);
  const counters = all.filter((one) => one.what === 'counter');
  const events = all.filter((one) => one.what === 'event');
  const flows = [...counters, ...events].map(({ stream }) => stream);
  return {
    id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/dataCollectionRules/${name}`,
    name,
    os: null,
    tags: {},
    body: {
      dataSources: {
        performanceCounters: counters.map((one) => ({
          streams: [one.stream],
          counterSpecifiers: [one.specifier],
          samplingFrequencyInSeconds: one.intervalSeconds,
        })),
        windowsEventLogs: events.map((one) => ({ streams: [one.stream], xPathQueries: [one.xPath] })),
      },
      destinations: { logAnalytics: [{ name: 'la', workspaceResourceId }] },
      dataFlows: [{ streams: [...new Set(flows)], destinations: ['la'] }],
    },
  };
}
