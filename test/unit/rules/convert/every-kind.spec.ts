import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertWorkspace } from '../../../../shared/rules/convert/convert.ts';
import type { SettingsSource } from '../../../../shared/rules/convert/model.ts';
import { oddText, runs, shuffled } from '../../../support/rules/arbitraries.ts';
import { bicepFaults } from '../../../support/rules/bicep-scan.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import { WORKSPACE } from '../../../support/rules/workspace.ts';

const text = fc.oneof(oddText, fc.constantFrom('System', 'Security', 'Memory', 'x/Debug', '*', ''));
const paths = fc.array(fc.constantFrom('C:\\a\\*.log', '/var/log/a.log', 'odd'), { maxLength: 2 });

/** Settings of each kind as they are, and with odd values. */
const PROPERTIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  WindowsPerformanceCounter: fc.record({
    ...{ objectName: text, instanceName: text, counterName: text },
    intervalSeconds: fc.oneof(fc.integer({ min: -5, max: 4000 }), text),
  }),
  LinuxPerformanceObject: fc.record({
    ...{ objectName: text, instanceName: text, intervalSeconds: fc.nat(4000) },
    performanceCounters: fc.array(fc.record({ counterName: text })),
  }),
  WindowsEvent: fc.record({
    eventLogName: text,
    eventTypes: fc.array(fc.record({ eventType: fc.constantFrom('Error', 'Information', 'Odd') })),
  }),
  LinuxSyslog: fc.record({
    syslogName: fc.constantFrom('auth', 'cron', 'odd', '*'),
    syslogSeverities: fc.array(fc.record({ severity: fc.constantFrom('err', 'debug', 'odd') })),
  }),
  LinuxSyslogCollection: fc.record({ state: fc.constantFrom('Enabled', 'Disabled', 'odd') }),
  SecurityEventCollectionConfiguration: fc.record({ tier: fc.constantFrom('All', 'Common', 'None', 'odd') }),
  CustomLog: fc.record({
    customLogName: fc.constantFrom('A_CL', 'B_CL', 'odd', 'Ü_CL'),
    inputs: fc.array(
      fc.record({
        location: fc.record({
          fileSystemLocations: fc.record({ windowsFileTypeLogPaths: paths, linuxFileTypeLogPaths: paths }),
        }),
        recordDelimiter: fc.record({
          regexDelimiter: fc.record({ pattern: fc.constantFrom('\\n', '(odd'), matchIndex: fc.nat(1) }),
        }),
      }),
    ),
  }),
  IISLogs: fc.record({ state: fc.constantFrom('OnPremiseEnabled', 'OnPremiseDisabled', 'odd') }),
  Unheard: fc.jsonValue(),
};

const source = fc.constantFrom(...Object.keys(PROPERTIES)).chain((kind) =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: (PROPERTIES[kind] ?? fc.jsonValue()).map((properties) => ({ kind, properties })),
    },
    { weight: 1, arbitrary: fc.jsonValue().map((properties) => ({ kind, properties })) },
  ),
);
const sources: fc.Arbitrary<readonly SettingsSource[]> = fc
  .array(source, { maxLength: 30 })
  .map((all) => all.map((one, i) => ({ ...one, id: `/ws/dataSources/${i}`, name: `n${i}` })));
const solutions = fc.subarray(['VMInsights', 'ServiceMap', 'SecurityInsights', 'WindowsFirewall', 'Odd']);

it('converts whatever a workspace holds: nothing unsaid, nothing over a limit, in any order', () => {
  const input = fc.tuple(
    sources.chain((one) => fc.tuple(fc.constant(one), shuffled(one))),
    solutions,
  );
  fc.assert(
    fc.property(input, ([[one, other], products]) => {
      const convert = (all: readonly SettingsSource[]) =>
        convertWorkspace(
          { workspace: WORKSPACE, sources: all, solutions: products, unread: [] },
          { existingRules: [] },
        );
      const set = convert(one);
      expect(JSON.stringify(convert(other))).toBe(JSON.stringify(set));
      for (const { name, body } of set.rules) expect(bodyFaults(name, body)).toEqual([]);
      expect(bicepFaults(set.bicep)).toEqual([]);
      for (const { id } of one) {
        const own = set.explanations.filter(({ sourceId }) => sourceId === id);
        expect(own.flatMap(({ placements, losses }) => [...placements, ...losses])).not.toEqual([]);
      }
    }),
    runs(60),
  );
});
