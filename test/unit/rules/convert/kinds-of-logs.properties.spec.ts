import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHANGE_TRACKING_KINDS,
  changeTracking,
} from '../../../../shared/rules/convert/kinds/change-tracking.ts';
import { customLogs } from '../../../../shared/rules/convert/kinds/custom-logs.ts';
import { PUBLISHED } from '../../../../shared/rules/convert/kinds/delimiters.ts';
import { iisLogs } from '../../../../shared/rules/convert/kinds/iis-logs.ts';
import { solutions } from '../../../../shared/rules/convert/kinds/solutions.ts';
import type { Converted, KindConverter } from '../../../../shared/rules/convert/model.ts';
import { aSource, settingsWith } from './kind-fixtures.ts';

const CONVERTERS: readonly [name: string, converter: KindConverter, kinds: readonly string[]][] = [
  ['customLogs', customLogs, ['CustomLog', 'CustomLog', 'CustomLogCollection']],
  ['iisLogs', iisLogs, ['IISLogs']],
  ['solutions', solutions, ['DnsAnalytics']],
  ['changeTracking', changeTracking, CHANGE_TRACKING_KINDS],
];

/** Near enough to the real ones to reach every branch, bad enough to reach the others. */
const flag = fc.oneof(fc.constantFrom(true, false, 'true', 'False'), fc.jsonValue());
const path = fc.oneof(
  fc.constantFrom('C:\\a\\*.log', '/var/log/a.log', '/var/logs', '\\\\s\\a.log', '', 'a\tb', '/*/a'),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.jsonValue(),
);
const pattern = fc.oneof(
  fc.constantFrom('\\n', '(', '(a)|b', '^"x\\\\"', ...PUBLISHED.map((one) => one.pattern)),
  fc.string({ maxLength: 8 }),
);
const regex = fc.oneof(
  pattern,
  fc.array(
    fc.record({ pattern, numberdGroup: fc.constantFrom(null, '1', 2), matchIndex: fc.constantFrom(0, 1) }),
    { maxLength: 2 },
  ),
  fc.jsonValue(),
);
const list = (item: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: fc.array(item, { maxLength: 4 }) }, fc.jsonValue());
const input = fc.record({
  location: fc.record({
    fileSystemLocations: fc.record({
      windowsFileTypeLogPaths: list(path),
      linuxFileTypeLogPaths: list(path),
    }),
  }),
  recordDelimiter: fc.record({
    regexDelimiter: fc.oneof({ weight: 4, arbitrary: fc.record({ pattern }) }, fc.jsonValue()),
  }),
});
const extraction = fc.record({
  extractionName: fc.constantFrom('TimeGenerated', 'Level', 'level', 'kind', '__proto__', "x'] = 1", ''),
  extractionType: fc.constantFrom('String', 'DateTime', 'Int', 'constructor'),
  extractionProperties: fc.oneof(
    fc.record({ dateTimeExtraction: fc.oneof(fc.record({ regex }), fc.jsonValue()) }),
    fc.jsonValue(),
  ),
});
const properties = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue() },
  {
    weight: 4,
    arbitrary: fc.record({
      customLogName: fc.oneof(fc.constantFrom('App', 'App_CL', 'журнал'), fc.string({ maxLength: 60 })),
      inputs: list(input),
      extractions: list(extraction),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        state: fc.oneof(
          fc.constantFrom('OnPremiseEnabled', 'Disabled', 'LinuxLogsEnabled', 'constructor'),
          fc.jsonValue(),
        ),
        enabled: flag,
        path,
        destinationPath: path,
        keyName: path,
        recurse: flag,
        MaxOutputSize: fc.jsonValue(),
        CollectionTimeInterval: fc.oneof(fc.integer(), fc.jsonValue()),
        DataTypeId: fc.oneof(fc.constantFrom('Files', 'Daemons', '__proto__'), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  },
);
const products = fc.subarray([
  ...['VMInsights', 'ServiceMap', 'WindowsFirewall', 'DnsAnalytics', 'SecurityInsights', 'ChangeTracking'],
  ...['OMSGallery/Updates(law)', '', '__proto__', 'SQLAdvancedThreatProtection'],
]);
const sourcesOf = (kinds: readonly string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...kinds), properties), { maxLength: 6 })
    .map((all) => all.map(([kind, bag], i) => aSource(kind, `s${i}`, bag)));
const explained = ({ wanted, losses }: Converted) =>
  new Set(
    [...wanted.flatMap(({ origins }) => origins), ...losses.map(({ origin }) => origin)].map(
      ({ sourceId }) => sourceId,
    ),
  );

describe.each(CONVERTERS)('%s, whatever the sources hold,', (_, converter, kinds) => {
  it('explains every source and collects nothing without a cause', () => {
    fc.assert(
      fc.property(sourcesOf(kinds), products, (sources, with_) => {
        const result = converter(sources, settingsWith(sources, with_));
        for (const { id } of sources) expect(explained(result)).toContain(id);
        for (const { origins } of result.wanted) expect(origins.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  it('says the same in any order of the sources', () => {
    const shuffled = sourcesOf(kinds).chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, products, ([sources, others], with_) => {
        const one = JSON.stringify(converter(sources, settingsWith(sources, with_)));
        expect(JSON.stringify(converter(others, settingsWith(others, with_)))).toBe(one);
      }),
      { numRuns: 200 },
    );
  });

  it('collects nothing twice, and puts nothing into a legacy table', () => {
    fc.assert(
      fc.property(sourcesOf(kinds), products, (sources, with_) => {
        const keys = converter(sources, settingsWith(sources, with_)).wanted.map(({ collected }) => {
          if (collected.what !== 'logFile') return JSON.stringify(collected);
          expect(collected.table).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,37}_AMA_CL$/);
          expect(new Set(collected.filePatterns).size).toBe(collected.filePatterns.length);
          return JSON.stringify({ ...collected, filePatterns: [] });
        });
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 200 },
    );
  });
});
