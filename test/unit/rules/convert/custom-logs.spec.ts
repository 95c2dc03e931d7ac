import { describe, expect, it } from 'vitest';
import { customLogs } from '../../../../shared/rules/convert/kinds/custom-logs.ts';
import { newTable } from '../../../../shared/rules/convert/kinds/table-names.ts';
import type { Converted } from '../../../../shared/rules/convert/model.ts';
import { aCustomLog, extraction } from './custom-log-fixtures.ts';
import { aSource, lossesOf, originsOf, run } from './kind-fixtures.ts';

const LINES = 'linesJoined';
const STAMP =
  '((\\d{2})|(\\d{4}))-([0-1]\\d)-(([0-3]\\d)|(\\d))\\s((\\d)|([0-1]\\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9]';

const logsOf = ({ wanted }: Converted) =>
  wanted.map(({ collected }) =>
    collected.what === 'logFile'
      ? `${collected.os} ${collected.table} ${collected.filePatterns.join(' ')} | ${collected.recordStartTimestampFormat}`
      : collected.what,
  );
const codesOf = (result: Converted) => result.losses.map(({ code }) => code);

describe('custom logs', () => {
  it('give one text log per OS, into a new table', () => {
    const source = aCustomLog('App_CL', { windows: ['E:\\iis5\\*.log'], linux: ['/var/log/app.log'] });
    const result = run(customLogs, [source]);

    expect(logsOf(result)).toEqual([
      'linux App_AMA_CL /var/log/app.log | ISO 8601',
      'windows App_AMA_CL E:\\iis5\\*.log | ISO 8601',
    ]);
    expect(lossesOf(result)).toEqual([
      'app_cl · app_cl · newTableNeeded',
      `app_cl · linux /var/log/app.log · ${LINES}`,
      `app_cl · windows E:\\iis5\\*.log · ${LINES}`,
    ]);
    expect(result.losses[0]?.detail).toBe('App_CL becomes App_AMA_CL');
    expect(result.wanted[0]?.collected).toMatchObject({
      transformKql: 'source',
      columns: [
        { name: 'TimeGenerated', type: 'datetime' },
        { name: 'RawData', type: 'string' },
        { name: 'FilePath', type: 'string' },
        { name: 'Computer', type: 'string' },
      ],
    });
  });

  it('puts the paths of one way of splitting together, and another way apart', () => {
    const source = aCustomLog('App', [
      { linux: ['/b.log', '/a.log', '/a.log'] },
      { linux: ['/c.log'] },
      { linux: ['/d.log'], delimiter: STAMP },
    ]);
    const result = run(customLogs, [source]);

    expect(logsOf(result)).toEqual([
      'linux App_AMA_CL /a.log /b.log /c.log | ISO 8601',
      'linux App_AMA_CL /d.log | YYYY-MM-DD HH:MM:SS',
    ]);
    expect(originsOf(result)).toEqual(['app · linux /b.log', 'app · linux /a.log', 'app · linux /c.log']);
    expect(lossesOf(result)).toContain('app · linux /d.log · timestampFormatMapped');
  });

  it.each([
    ['invalid', '(['],
    ['of its own', '^---$'],
    ['empty', ''],
    ['a group', { pattern: '\\n', matchIndex: 0, numberdGroup: '1' }],
    ['a later match', { pattern: '\\n', matchIndex: 2 }],
    [
      'published, without a counterpart',
      String.raw`(([0-2][1-9]|[3][0-1])\/(Jan|Feb|Mar|May|Apr|Jul|Jun|Aug|Oct|Sep|Nov|Dec|jan|feb|mar|may|apr|jul|jun|aug|oct|sep|nov|dec)\/((19|20)[0-9][0-9]))\s((\d)|([0-1]\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9])`,
    ],
  ])('reports a delimiter that is %s, path by path', (_, delimiter) => {
    const result = run(customLogs, [aCustomLog('App', { linux: ['/a.log', '/b.log'], delimiter })]);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual([
      'app · linux /a.log · delimiterNotSupported',
      'app · linux /b.log · delimiterNotSupported',
    ]);
  });

  it.each([
    ['windows', '\\\\server\\share\\a.log'],
    ['windows', '%ProgramData%\\a.log'],
    ['windows', 'a.log'],
    ['windows', '/var/log/a.log'],
    ['windows', 'C:\\logs\\'],
    ['windows', 'C:\\logs\\*\\a.log'],
    ['windows', 'C:\\logs\\..\\a.log'],
    ['windows', 'C:\\logs\\%COMPUTERNAME%.log'],
    ['windows', 'C:\\logs\\a|b.log'],
    ['linux', 'C:\\a.log'],
    ['linux', '//server/a.log'],
    ['linux', '/var/*/a.log'],
    ['linux', '/var/log/'],
    ['linux', '/var/log/a?.log'],
    ['linux', ''],
    ['linux', '\t'],
    ['linux', '/var/log/a\tb.log'],
  ] as const)('refuses the %s path %j and takes the others', (os, path) => {
    const fine = os === 'windows' ? 'D:\\ok.log' : '/ok.log';
    const result = run(customLogs, [aCustomLog('App', { [os]: [path, fine] })]);

    expect(logsOf(result)).toEqual([`${os} App_AMA_CL ${fine} | ISO 8601`]);
    expect(lossesOf(result)).toContain(`app · ${os} ${path} · pathNotSupported`);
  });

  it('takes a path without extension as a file, and says so', () => {
    const result = run(customLogs, [aCustomLog('App', { linux: ['/var/logs', '/var/log/m*'] })]);

    expect(logsOf(result)).toEqual(['linux App_AMA_CL /var/log/m* /var/logs | ISO 8601']);
    expect(codesOf(result).filter((code) => code === 'pathTakenAsFile')).toHaveLength(1);
  });

  it('cleans odd characters out of a path, and says so', () => {
    const result = run(customLogs, [aCustomLog('App', { linux: ['/var/log/ü.log\t'] })]);

    expect(logsOf(result)).toEqual(['linux App_AMA_CL /var/log/ü.log | ISO 8601']);
    expect(codesOf(result)).toContain('nameNormalised');
  });

  it('leaves Linux out where its custom logs are off; Windows has no switch', () => {
    const gate = aSource('CustomLogCollection', 'gate', { state: 'Disabled' });
    const source = aCustomLog('App', { windows: ['C:\\a.log'], linux: ['/a.log'] });
    const result = run(customLogs, [gate, source]);

    expect(logsOf(result)).toEqual(['windows App_AMA_CL C:\\a.log | ISO 8601']);
    expect(lossesOf(result)).toEqual([
      'app · app · newTableNeeded',
      'app · linux /a.log · disabled',
      'app · windows C:\\a.log · linesJoined',
      'gate · state · disabled',
    ]);
  });

  it('needs no table for a log that is off', () => {
    const gate = aSource('CustomLogCollection', 'gate', { state: 'Disabled' });
    const result = run(customLogs, [gate, aCustomLog('App', { linux: ['/a.log'] })]);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual(['app · linux /a.log · disabled', 'gate · state · disabled']);
  });

  it.each([
    ['LinuxLogsEnabled', 'switchOnly'],
    ['enabled', 'switchOnly'],
    ['Perhaps', 'malformed'],
  ])('keeps Linux at the state %s', (state, code) => {
    const gate = aSource('CustomLogCollection', 'gate', { state });
    const result = run(customLogs, [gate, aCustomLog('App', { linux: ['/a.log'] })]);

    expect(result.wanted).toHaveLength(1);
    expect(lossesOf(result)).toContain(`gate · state · ${code}`);
  });

  it.each([
    [{ name: 'App', inputs: [] }, 'malformed'],
    [{ customLogName: 'App', inputs: 'x' }, 'malformed'],
    [{ customLogName: ' _CL ', inputs: [] }, 'malformed'],
    [{ customLogName: 'App', inputs: [] }, 'nothingSelected'],
    [{ customLogName: 'App', inputs: [null] }, 'malformed'],
    [null, 'malformed'],
  ])('reports %j', (properties, code) => {
    const result = run(customLogs, [aSource('CustomLog', 'app', properties)]);

    expect(result.wanted).toEqual([]);
    expect(codesOf(result)).toContain(code);
  });

  it('reports paths that are no text, and an input without any', () => {
    const result = run(customLogs, [aCustomLog('App', [{ linux: [7, '/a.log'] }, {}])]);

    expect(result.wanted).toHaveLength(1);
    expect(codesOf(result)).toEqual(expect.arrayContaining(['malformed', 'nothingSelected']));
  });

  it('gives the table a column for each field', () => {
    const fields = [extraction('Level', 'String', '^(\\w+)'), extraction('bad name', 'String', 'x')];
    const result = run(customLogs, [aCustomLog('App', { linux: ['/a.log'] }, fields)]);

    expect(result.wanted[0]?.collected).toMatchObject({
      transformKql: `source | extend ['Level'] = tostring(extract("^(\\\\w+)", 0, RawData))`,
      columns: expect.arrayContaining([{ name: 'Level', type: 'string' }]),
    });
    expect(lossesOf(result)).toContain('app · extraction bad name · extractionNotConverted');
  });
});

describe('the new table', () => {
  it.each([
    ['App', 'App_AMA_CL'],
    ['App_CL', 'App_AMA_CL'],
    ['app_cl', 'app_AMA_CL'],
    ['App_AMA_CL', 'App_AMA_AMA_CL'],
  ])('of %s is %s', (name, table) => {
    expect(newTable(name)).toBe(table);
  });

  it('has a plain name of 45 characters at most, and one of its own', () => {
    const names = [
      'журнал',
      '日志',
      '1st',
      'a b',
      'a_b',
      'a-b',
      'x'.repeat(100),
      `${'x'.repeat(99)}y`,
      '_x',
      'é',
    ];
    const tables = names.map(newTable);

    for (const table of tables) expect(table).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,37}_AMA_CL$/);
    expect(new Set(tables).size).toBe(names.length);
  });
});
