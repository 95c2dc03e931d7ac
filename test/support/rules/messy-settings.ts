import fc from 'fast-check';
import type { SettingsSource } from '../../../shared/rules/convert/model.ts';
import { oddText } from './arbitraries.ts';

/** Names that are near the limits of what a rule can say, and some that are beyond. */
const text = fc.oneof(
  oddText,
  fc.constantFrom('System', 'Security', 'Memory', 'x/Debug', 'x/Analytical', '*', '', ' '),
);
const path = fc.oneof(
  fc.constantFrom('C:\\a\\*.log', '/var/log/a.log', '/var/logs', '\\\\s\\a.log', 'C:\\a\tb.log', '/a.log '),
  text,
);
const paths = fc.array(path, { maxLength: 3 });
const state = fc.constantFrom('Enabled', 'Disabled', 'odd');
const tier = fc.record({ tier: fc.constantFrom('All', 'Recommended', 'Minimal', 'None', 'Custom') });
const pattern = fc.constantFrom('\\n', '\\r\\n', '((', '^END$');
const enabled = fc.constantFrom(true, 'true', 'false', 'perhaps');

/** Settings of each kind as they are, and with odd values. */
const PROPERTIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  WindowsPerformanceCounter: fc.record(
    {
      ...{ objectName: text, instanceName: text, counterName: text, instance: text },
      intervalSeconds: fc.oneof(fc.integer({ min: -5, max: 4000 }), text),
    },
    { requiredKeys: ['objectName', 'counterName', 'intervalSeconds'] },
  ),
  LinuxPerformanceObject: fc.record({
    ...{ objectName: text, instanceName: text, intervalSeconds: fc.nat(4000) },
    performanceCounters: fc.array(fc.record({ counterName: text })),
  }),
  LinuxPerformanceCollection: fc.record({ state }),
  WindowsEvent: fc.record({
    eventLogName: text,
    eventTypes: fc.array(
      fc.record({ eventType: fc.constantFrom('Error', 'warning', 'Information', 'Odd', '*') }),
    ),
  }),
  LinuxSyslog: fc.record({
    syslogName: fc.constantFrom('auth', 'Cron', 'local4', 'security', '*'),
    syslogSeverities: fc.array(
      fc.record({ severity: fc.constantFrom('emerg', 'err', 'debug', 'error', '*', '') }),
    ),
  }),
  LinuxSyslogCollection: fc.record({ state }),
  SecurityEventCollectionConfiguration: tier,
  SecurityInsightsSecurityEventCollectionConfiguration: tier,
  CustomLog: fc.record({
    customLogName: fc.constantFrom('A_CL', 'B_CL', 'odd', 'журнал_CL', ''),
    inputs: fc.array(
      fc.record({
        location: fc.record({
          fileSystemLocations: fc.record({ windowsFileTypeLogPaths: paths, linuxFileTypeLogPaths: paths }),
        }),
        recordDelimiter: fc.record({ regexDelimiter: fc.record({ pattern }) }),
      }),
      { maxLength: 2 },
    ),
  }),
  CustomLogCollection: fc.record({ state: fc.constantFrom('LinuxLogsEnabled', 'LinuxLogsDisabled', 'odd') }),
  IISLogs: fc.record({ state: fc.constantFrom('OnPremiseEnabled', 'OnPremiseDisabled', 'odd') }),
  DnsAnalytics: fc.jsonValue(),
  ChangeTrackingCustomPath: fc.record({ enabled, path: text }),
  ChangeTrackingLinuxPath: fc.record({ enabled, destinationPath: text }),
  ChangeTrackingDataTypeConfiguration: fc.record({
    DataTypeId: fc.constantFrom('Files', 'Daemons', 'Registry', 'FileRecursive'),
    Enabled: fc.constantFrom('true', 'false', true, false),
  }),
  Office365: fc.jsonValue(),
  Unheard: fc.jsonValue(),
};

const one = fc.constantFrom(...Object.keys(PROPERTIES)).chain((kind) =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: (PROPERTIES[kind] ?? fc.jsonValue()).map((properties) => ({ kind, properties })),
    },
    { weight: 1, arbitrary: fc.jsonValue().map((properties) => ({ kind, properties })) },
  ),
);

/** Counters enough for several rules, among them some that are asked for twice. */
const many = fc.integer({ min: 90, max: 260 }).map((count) =>
  Array.from({ length: count }, (_, i) => ({
    kind: 'WindowsPerformanceCounter',
    properties: {
      ...{ objectName: `Object ${i % 7}`, instanceName: '*', counterName: `Counter ${i % 230}` },
      intervalSeconds: 10 * (1 + (i % 13)),
    },
  })),
);

/** Settings of a workspace, whatever they hold, of every kind the app knows and one that it does not. */
export const messySources: fc.Arbitrary<readonly SettingsSource[]> = fc
  .oneof(
    { weight: 5, arbitrary: fc.array(one, { maxLength: 30 }) },
    { weight: 1, arbitrary: fc.tuple(fc.array(one, { maxLength: 5 }), many).map((both) => both.flat()) },
  )
  .map((all) => all.map((source, i) => ({ ...source, id: `/ws/dataSources/${i}`, name: `n${i}` })));

export const messySolutions = fc.subarray([
  ...['VMInsights', 'ServiceMap', 'SecurityInsights', 'WindowsFirewall', 'ChangeTracking', 'DnsAnalytics'],
  ...['SQLAdvancedThreatProtection', 'Odd'],
]);
