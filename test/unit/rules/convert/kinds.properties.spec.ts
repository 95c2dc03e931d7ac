import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignored } from '../../../../shared/rules/convert/kinds/ignored.ts';
import { linuxCounters } from '../../../../shared/rules/convert/kinds/linux-counters.ts';
import { securityEvents } from '../../../../shared/rules/convert/kinds/security-events.ts';
import { linuxSyslog, syslogWithCef } from '../../../../shared/rules/convert/kinds/syslog.ts';
import { windowsCounters } from '../../../../shared/rules/convert/kinds/windows-counters.ts';
import { windowsEvents } from '../../../../shared/rules/convert/kinds/windows-events.ts';
import type { Converted, KindConverter, SettingsSource } from '../../../../shared/rules/convert/model.ts';
import { aSource, settingsWith } from './kind-fixtures.ts';

const CONVERTERS: readonly [name: string, converter: KindConverter, kinds: readonly string[]][] = [
  ['windowsCounters', windowsCounters, ['WindowsPerformanceCounter']],
  ['linuxCounters', linuxCounters, ['LinuxPerformanceObject', 'LinuxPerformanceCollection']],
  ['windowsEvents', windowsEvents, ['WindowsEvent']],
  ['linuxSyslog', linuxSyslog, ['LinuxSyslog', 'LinuxSyslogCollection']],
  ['syslogWithCef', syslogWithCef(['local4', 'x']), ['LinuxSyslog', 'LinuxSyslogCollection']],
  [
    'securityEvents',
    securityEvents,
    ['SecurityInsightsSecurityEventCollectionConfiguration', 'SecurityEventCollectionConfiguration'],
  ],
  ['ignored', ignored, ['Itsm', 'Other']],
];

/** Near enough to the real ones to reach every branch, bad enough to reach the others. */
const text = fc.oneof(
  fc.constantFrom(
    'Security',
    'System',
    'X/Debug',
    '*',
    '',
    'a\tb',
    'local4',
    'nopri',
    'auth',
    'Memory',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const value = fc.oneof({ weight: 4, arbitrary: text }, fc.jsonValue());
const list = (key: string, values: readonly string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.record({ [key]: fc.oneof(fc.constantFrom(...values), value) })) },
    fc.jsonValue(),
  );
const properties = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      objectName: value,
      instanceName: value,
      counterName: value,
      intervalSeconds: fc.oneof(fc.constantFrom(60, 10, 7200, '30'), fc.jsonValue()),
      performanceCounters: list('counterName', ['Load1', '% Idle Time']),
      eventLogName: value,
      eventTypes: list('eventType', ['Error', 'Warning', 'Information']),
      syslogName: value,
      syslogSeverities: list('severity', ['emerg', 'err', 'info']),
      state: fc.oneof(fc.constantFrom('Enabled', 'Enabled', 'Disabled'), fc.jsonValue()),
      tier: fc.oneof(fc.constantFrom('None', 'Minimal', 'Recommended', 'All'), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
);
const solutions = fc.subarray(['SecurityInsights', 'Security', 'Updates']);
const sourcesOf = (kinds: readonly string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...kinds), properties), { maxLength: 6 })
    .map((all) => all.map(([kind, bag], i) => aSource(kind, `s${i}`, bag)));

/** Ids of the sources that something or nothing was made of. */
const explained = ({ wanted, losses }: Converted) =>
  new Set(
    [...wanted.flatMap(({ origins }) => origins), ...losses.map(({ origin }) => origin)].map(
      (o) => o.sourceId,
    ),
  );

describe.each(CONVERTERS)('%s, whatever the sources hold,', (_, converter, kinds) => {
  const convert = (sources: readonly SettingsSource[], with_: readonly string[]) =>
    converter(sources, settingsWith(sources, with_));

  it('explains every source and collects nothing without a cause', () => {
    fc.assert(
      fc.property(sourcesOf(kinds), solutions, (sources, products) => {
        const result = convert(sources, products);
        for (const { id } of sources) expect(explained(result)).toContain(id);
        for (const { origins } of result.wanted) expect(origins.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('says the same in any order of the sources', () => {
    const shuffled = sourcesOf(kinds).chain((sources) =>
      fc.tuple(
        fc.constant(sources),
        fc.shuffledSubarray(sources, { minLength: sources.length, maxLength: sources.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, solutions, ([sources, others], products) => {
        expect(JSON.stringify(convert(others, products))).toBe(JSON.stringify(convert(sources, products)));
      }),
      { numRuns: 200 },
    );
  });

  it('collects nothing twice and no facility for all', () => {
    fc.assert(
      fc.property(sourcesOf(kinds), solutions, (sources, products) => {
        const keys = convert(sources, products).wanted.map(({ collected: one }) => {
          if (one.what === 'counter') return one.specifier.toLowerCase();
          if (one.what === 'event') return one.xPath.toLowerCase();
          if (one.what !== 'syslog') return one.what;
          expect(one.facility).not.toBe('*');
          expect(one.levels).not.toContain('*');
          return `${one.stream} ${one.facility}`;
        });
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 200 },
    );
  });
});
