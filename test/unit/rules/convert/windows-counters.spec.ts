import { describe, expect, it } from 'vitest';
import { windowsCounters } from '../../../../shared/rules/convert/kinds/windows-counters.ts';
import { aSource, collectedBy, lossesOf, originsOf, run } from './kind-fixtures.ts';

const KIND = 'WindowsPerformanceCounter';
const FREE_SPACE = {
  objectName: 'LogicalDisk',
  instanceName: '*',
  counterName: '% Free Space',
  intervalSeconds: 60,
};
const one = (properties: unknown) => run(windowsCounters, [aSource(KIND, 'a', properties)]);

describe('windowsCounters', () => {
  it.each([
    ['an instance for all', {}, '\\LogicalDisk(*)\\% Free Space @60'],
    ['a named instance', { instanceName: '_Total' }, '\\LogicalDisk(_Total)\\% Free Space @60'],
    ['no instance', { instanceName: '' }, '\\LogicalDisk\\% Free Space @60'],
    ['Memory', { objectName: 'Memory' }, '\\Memory\\% Free Space @60'],
    ['any object without instances', { objectName: 'system' }, '\\system\\% Free Space @60'],
    [
      'SQL Server, which has no instances for its buffers',
      { objectName: 'SQLServer:Buffer Manager' },
      '\\SQLServer:Buffer Manager\\% Free Space @60',
    ],
    [
      'a named instance of SQL Server',
      { objectName: 'MSSQL$Prod:SQL Statistics' },
      '\\MSSQL$Prod:SQL Statistics\\% Free Space @60',
    ],
    [
      'databases of SQL Server, which are instances',
      { objectName: 'SQLServer:Databases' },
      '\\SQLServer:Databases(*)\\% Free Space @60',
    ],
    [
      'an instance of its own, however odd',
      { objectName: 'Memory', instanceName: 'x' },
      '\\Memory(x)\\% Free Space @60',
    ],
    ['an interval that is a text', { intervalSeconds: '300' }, '\\LogicalDisk(*)\\% Free Space @300'],
    ['what Azure adds', { collectorType: 'Default' }, '\\LogicalDisk(*)\\% Free Space @60'],
    ['commas', { counterName: 'a, b,c' }, '\\LogicalDisk(*)\\a, b,c @60'],
    ['quotes', { counterName: `"a" 'b' \`c\`` }, `\\LogicalDisk(*)\\"a" 'b' \`c\` @60`],
    ['parentheses', { instanceName: 'Intel(R) [1]' }, '\\LogicalDisk(Intel(R) [1])\\% Free Space @60'],
    ['Japanese', { objectName: 'プロセッサ', counterName: '稼働 率' }, '\\プロセッサ(*)\\稼働 率 @60'],
    ['Persian with its joiner', { counterName: 'می\u200cشود' }, '\\LogicalDisk(*)\\می\u200cشود @60'],
    ['Russian', { counterName: '% свободного места' }, '\\LogicalDisk(*)\\% свободного места @60'],
    ['two blanks inside', { counterName: 'a  b' }, '\\LogicalDisk(*)\\a  b @60'],
  ])('takes %s as it is', (_, change, expected) => {
    const result = one({ ...FREE_SPACE, ...change });

    expect(collectedBy(result)).toEqual([expected]);
    expect(result.losses).toEqual([]);
  });

  it.each([
    ['a tab', '%\tFree Space'],
    ['a tab among blanks', '% \t Free Space'],
    ['a no-break space', '%\u00a0Free Space'],
    ['blanks at the ends', '  % Free Space '],
    ['a line feed at the end', '% Free Space\r\n'],
    ['a zero-width space', '%\u200bFree Space'],
  ])('frees a name of %s and says so', (_, counterName) => {
    const result = one({ ...FREE_SPACE, counterName });

    expect(collectedBy(result)).toEqual(['\\LogicalDisk(*)\\% Free Space @60']);
    expect(result.losses.map(({ code }) => code)).toEqual(['nameNormalised']);
    expect(result.losses[0]?.detail).toMatch(/^"[ -~]*"$/);
  });

  it.each([
    [1, 1, false],
    [1800, 1800, false],
    [1801, 1800, true],
    [86_400, 1800, true],
    [0.2, 1, true],
    [30.5, 31, true],
  ])('brings an interval of %d s to %d s', (intervalSeconds, expected, told) => {
    const result = one({ ...FREE_SPACE, intervalSeconds });

    expect(collectedBy(result)).toEqual([`\\LogicalDisk(*)\\% Free Space @${expected}`]);
    expect(result.losses.map(({ code }) => code)).toEqual(told ? ['intervalOutOfRange'] : []);
  });

  it.each([
    ['no object', null, 'properties: no object'],
    ['a list', [FREE_SPACE], 'properties: no object'],
    [
      'nothing',
      {},
      'objectName: missing; instanceName: missing; counterName: missing; intervalSeconds: missing',
    ],
    [
      'a wrong key',
      { ...FREE_SPACE, counterName: undefined, counter: 'x' },
      'counterName: missing; "counter": not a key of this kind',
    ],
    ['an interval of zero', { ...FREE_SPACE, intervalSeconds: 0 }, 'intervalSeconds: not usable: 0'],
    [
      'an interval in words',
      { ...FREE_SPACE, intervalSeconds: 'often' },
      'intervalSeconds: not usable: "often"',
    ],
    [
      'an instance under a wrong key',
      { ...FREE_SPACE, instanceName: undefined, instance: 'C:' },
      'instanceName: missing; "instance": not a key of this kind',
    ],
    ['an instance of blanks', { ...FREE_SPACE, instanceName: '\u00a0' }, 'instanceName: empty'],
    ['an empty name', { ...FREE_SPACE, counterName: '\t ' }, 'counterName: empty'],
    ['an empty object', { ...FREE_SPACE, objectName: '' }, 'objectName: empty'],
  ])('refuses %s and names it', (_, properties, detail) => {
    const result = one(properties);

    expect(result.wanted).toEqual([]);
    expect(result.losses).toMatchObject([{ code: 'malformed', detail }]);
  });

  it('ignores a key of another kind but tells of it', () => {
    const result = one({ ...FREE_SPACE, syslogName: 'auth' });

    expect(collectedBy(result)).toHaveLength(1);
    expect(result.losses).toMatchObject([{ code: 'keyIgnored', detail: '"syslogName"' }]);
  });

  it('collects what several ask for once, whatever the case', () => {
    const result = run(windowsCounters, [
      aSource(KIND, 'b', { ...FREE_SPACE, counterName: '% free space' }),
      aSource(KIND, 'a', FREE_SPACE),
    ]);

    expect(collectedBy(result)).toEqual(['\\LogicalDisk(*)\\% Free Space @60']);
    expect(originsOf(result)).toEqual([
      'a · \\LogicalDisk(*)\\% Free Space',
      'b · \\LogicalDisk(*)\\% free space',
    ]);
    expect(result.losses).toEqual([]);
  });

  it('takes the shorter of two intervals and tells the other', () => {
    const result = run(windowsCounters, [
      aSource(KIND, 'a', { ...FREE_SPACE, intervalSeconds: 300 }),
      aSource(KIND, 'b', { ...FREE_SPACE, intervalSeconds: 30 }),
    ]);

    expect(collectedBy(result)).toEqual(['\\LogicalDisk(*)\\% Free Space @30']);
    expect(originsOf(result)).toHaveLength(2);
    expect(result.losses).toMatchObject([
      {
        origin: { item: '\\LogicalDisk(*)\\% Free Space' },
        code: 'intervalMerged',
        detail: '300 s, collected every 30 s',
      },
    ]);
    expect(lossesOf(result)).toEqual(['a · \\LogicalDisk(*)\\% Free Space · intervalMerged']);
  });
});
