import { describe, expect, it } from 'vitest';
import { linuxCounters } from '../../../../shared/rules/convert/kinds/linux-counters.ts';
import { aSource, collectedBy, lossesOf, originsOf, run } from './kind-fixtures.ts';

const KIND = 'LinuxPerformanceObject';
const GATE = 'LinuxPerformanceCollection';
const PROCESSOR = {
  objectName: 'Processor',
  instanceName: '*',
  intervalSeconds: 60,
  performanceCounters: [{ counterName: '% Processor Time' }, { counterName: '% Idle Time' }],
};
const one = (properties: unknown) => run(linuxCounters, [aSource(KIND, 'a', properties)]);

describe('linuxCounters', () => {
  it('writes every counter without a first backslash', () => {
    const result = one(PROCESSOR);

    expect(collectedBy(result)).toEqual([
      'Processor(*)\\% Idle Time @60',
      'Processor(*)\\% Processor Time @60',
    ]);
    expect(result.wanted[0]?.collected).toMatchObject({ os: 'linux', stream: 'Microsoft-Perf' });
    expect(originsOf(result)).toEqual(['a · % Idle Time']);
    expect(result.losses).toEqual([]);
  });

  it.each(['Logical Disk', 'Memory', 'Network', 'Physical Disk', 'Process', 'Processor', 'System'])(
    'keeps the object %s and its instance',
    (objectName) => {
      const performanceCounters = [{ counterName: 'x, "y" (ä)' }];
      expect(collectedBy(one({ ...PROCESSOR, objectName, performanceCounters }))).toEqual([
        `${objectName}(*)\\x, "y" (ä) @60`,
      ]);
    },
  );

  it('takes the empty instance for all, as the legacy agent did', () => {
    const result = one({ ...PROCESSOR, instanceName: '' });

    expect(collectedBy(result)[0]).toBe('Processor(*)\\% Idle Time @60');
  });

  it.each([
    [
      'the key of another kind',
      {
        objectName: 'Processor',
        instanceName: '*',
        intervalSeconds: 60,
        syslogSeverities: [{ severity: 'err' }],
      },
      'performanceCounters: missing; "syslogSeverities": not a key of this kind',
    ],
    [
      'a text for the counters',
      { ...PROCESSOR, performanceCounters: 'all' },
      'performanceCounters: not usable: "all"',
    ],
    [
      'an instance under a wrong key',
      { ...PROCESSOR, instanceName: undefined, instance: '0' },
      'instanceName: missing; "instance": not a key of this kind',
    ],
    ['an instance of blanks', { ...PROCESSOR, instanceName: ' ' }, 'instanceName: empty'],
    ['an empty object', { ...PROCESSOR, objectName: '\u00a0' }, 'objectName: empty'],
  ])('refuses %s and names it', (_, properties, detail) => {
    const result = one(properties);

    expect(result.wanted).toEqual([]);
    expect(result.losses).toMatchObject([{ code: 'malformed', detail }]);
  });

  it('goes on after a bad counter', () => {
    const counters = [{ counterName: 7 }, null, { counterName: ' ' }, { counterName: 'Load1\t' }];
    const result = one({ ...PROCESSOR, performanceCounters: counters });

    expect(collectedBy(result)).toEqual(['Processor(*)\\Load1 @60']);
    expect(lossesOf(result)).toEqual([
      'a ·   · malformed',
      'a · Load1\t · nameNormalised',
      'a · performanceCounters[0] · malformed',
      'a · performanceCounters[1] · malformed',
    ]);
  });

  it('selects nothing with an empty list', () => {
    expect(lossesOf(one({ ...PROCESSOR, performanceCounters: [] }))).toEqual(['a · a · nothingSelected']);
  });

  it('merges objects that ask for the same counter', () => {
    const result = run(linuxCounters, [
      aSource(KIND, 'b', { ...PROCESSOR, intervalSeconds: 10 }),
      aSource(KIND, 'a', PROCESSOR),
    ]);

    expect(collectedBy(result)).toEqual([
      'Processor(*)\\% Idle Time @10',
      'Processor(*)\\% Processor Time @10',
    ]);
    expect(originsOf(result)).toEqual(['a · % Idle Time', 'b · % Idle Time']);
    expect(lossesOf(result)).toEqual([
      'a · % Idle Time · intervalMerged',
      'a · % Processor Time · intervalMerged',
    ]);
  });

  it.each(['Disabled', 'disabled'])(
    'makes nothing of a collection that is %s, and says so item by item',
    (state) => {
      const result = run(linuxCounters, [aSource(KIND, 'a', PROCESSOR), aSource(GATE, 'gate', { state })]);

      expect(result.wanted).toEqual([]);
      expect(lossesOf(result)).toEqual([
        'a · % Idle Time · disabled',
        'a · % Processor Time · disabled',
        'gate · state · disabled',
      ]);
    },
  );

  it.each([
    [{ state: 'Enabled' }, 'gate · state · switchOnly'],
    [{ state: 'Paused' }, 'gate · state · malformed'],
    [{}, 'gate · gate · malformed'],
  ])('collects where the collection is %j', (properties, expected) => {
    const result = run(linuxCounters, [aSource(KIND, 'a', PROCESSOR), aSource(GATE, 'gate', properties)]);

    expect(result.wanted).toHaveLength(2);
    expect(lossesOf(result)).toEqual([expected]);
  });
});
