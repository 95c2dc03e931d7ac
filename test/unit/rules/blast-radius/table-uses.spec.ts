import { describe, expect, it } from 'vitest';
import { tableUses } from '../../../../shared/rules/blast-radius/table-uses.ts';
import { fn, holder, SCHEMAS, uses } from './uses.ts';

describe('a query reads', () => {
  it.each([
    ['rows as they are', 'SecurityEvent', 'SecurityEvent()+'],
    ['rows it filters', 'SecurityEvent | where EventID == 4625', 'SecurityEvent(EventID)+'],
    [
      'columns it projects',
      'Syslog | project Computer, Text = SyslogMessage',
      'Syslog(Computer SyslogMessage)',
    ],
    [
      'columns it computes with',
      'Syslog | extend x = strcat(Computer, HostIP) | project x',
      'Syslog(Computer HostIP)',
    ],
    [
      'no column of its own making',
      'Syslog | extend Account = "x" | where Account == "x" | project Account',
      'Syslog()',
    ],
    [
      'what it groups by',
      'Syslog | summarize n = count() by Facility, bin(TimeGenerated, 1h)',
      'Syslog(Facility TimeGenerated)',
    ],
    [
      'a renamed column once',
      'Syslog | project-rename Host = Computer | where Host == "a" | count',
      'Syslog(Computer)',
    ],
    ['a column it drops by name', 'Syslog | project-away HostIP | count', 'Syslog(HostIP)'],
    ['no column it drops by pattern', 'Syslog | project-away Host* | count', 'Syslog()'],
    ['the columns a pattern keeps', 'Syslog | project-keep Host*, Fac*', 'Syslog(Facility HostIP)'],
    ['a column it reorders', 'Syslog | project-reorder HostIP, *', 'Syslog(HostIP)+'],
    [
      'both sides of a join',
      'SecurityEvent | join kind=inner (Heartbeat) on Computer | project Account, OSType',
      'Heartbeat(Computer OSType) SecurityEvent(Account Computer)',
    ],
    [
      'both sides of a join with names',
      'SecurityEvent | join Syslog on $left.Account == $right.ProcessName | count',
      'SecurityEvent(Account) Syslog(ProcessName)',
    ],
    [
      'the right side of a join by its second name',
      'SecurityEvent | join Heartbeat on Computer | project Computer1',
      'Heartbeat(Computer) SecurityEvent(Computer)',
    ],
    [
      'both sides of a lookup',
      'Syslog | lookup Heartbeat on Computer | project Category',
      'Heartbeat(Category Computer) Syslog(Computer)',
    ],
    [
      'every branch of a union',
      'union Syslog, SecurityEvent | where Computer == "a" | project Facility',
      'SecurityEvent(Computer) Syslog(Computer Facility)',
    ],
    [
      'a union with the name of the source',
      'union withsource=T Syslog, (SecurityEvent | where EventID == 1) | summarize count() by T',
      'SecurityEvent(EventID) Syslog()',
    ],
    [
      'everything by union *',
      'union * | where Computer == "a" | count',
      'App_CL(*) Heartbeat(*) SecurityEvent(*) Syslog(*)',
    ],
    ['all of the tables of a pattern', 'union S* | count', 'SecurityEvent(*) Syslog(*)'],
    ['everything by search', 'search "needle"', 'App_CL(*)+ Heartbeat(*)+ SecurityEvent(*)+ Syslog(*)+'],
    ['all of a table by search in', 'search in (Syslog) "needle"', 'Syslog(*)+'],
    ['all of a table by a search in a pipe', 'Syslog | search "needle" | count', 'Syslog(*)'],
    ['everything by find', 'find where Computer == "a"', 'App_CL(*) Heartbeat(*) SecurityEvent(*) Syslog(*)'],
    [
      'what find in names',
      'find in (Syslog, Heartbeat) where Computer == "a" project Facility',
      'Heartbeat(Computer) Syslog(Computer Facility)',
    ],
    ['all columns by a star', 'Syslog | where * has "needle" | count', 'Syslog(*)'],
    ['all columns by pack_all', 'Syslog | project x = pack_all()', 'Syslog(*)'],
    [
      'rows that arg_max carries',
      'Syslog | summarize arg_max(TimeGenerated, *) by Computer | project Facility',
      'Syslog(Computer Facility TimeGenerated)',
    ],
    ['a column in brackets', "['Syslog'] | where ['Facility'] == 'auth' | count", 'Syslog(Facility)'],
    [
      'a column that may be there',
      'Syslog | project column_ifexists("HostIP", ""), column_ifexists("Nothing", "")',
      'Syslog(HostIP)',
    ],
    ['an expanded column', 'App_CL | mv-expand Tags_d | count', 'App_CL(Tags_d)'],
    ['a bag, not its members', 'App_CL | where Tags_d.Computer == "a" | count', 'App_CL(Tags_d)'],
    [
      'a parsed column',
      'Syslog | parse SyslogMessage with * "user=" user " " * | project user',
      'Syslog(SyslogMessage)',
    ],
    [
      'a table through let',
      'let T = Syslog | where Facility == "auth"; T | project Computer',
      'Syslog(Computer Facility)',
    ],
    [
      'a materialized table',
      'let T = materialize(Syslog | where Facility == "a"); union T, (T | where HostIP == "") | count',
      'Syslog(Facility HostIP)',
    ],
    [
      'a table within toscalar',
      'let newest = toscalar(Heartbeat | summarize max(TimeGenerated)); SecurityEvent | where TimeGenerated > newest | count',
      'Heartbeat(TimeGenerated) SecurityEvent(TimeGenerated)',
    ],
    [
      'a table within a list',
      'SecurityEvent | where Computer in ((Heartbeat | distinct Computer)) | count',
      'Heartbeat(Computer) SecurityEvent(Computer)',
    ],
    ['a table by its name as text', 'table("Syslog") | where Facility == "" | count', 'Syslog(Facility)'],
    ['a table by a constant', 'let t = "Syslog"; table(t) | count', 'Syslog()'],
    [
      'a table under another name',
      'Syslog | as S | where Facility == "" | join (S | project Computer, HostIP) on Computer | count',
      'Syslog(Computer Facility HostIP)',
    ],
    [
      'what a lambda reads',
      'let f = (T:(Computer:string)) { T | where Computer == "" }; SecurityEvent | invoke f() | count',
      'SecurityEvent(Computer)',
    ],
    [
      'what evaluate reads',
      'App_CL | evaluate bag_unpack(Tags_d) | project Computer',
      'App_CL(Computer Tags_d)',
    ],
    [
      'a table beside a watchlist',
      '_GetWatchlist("vip") | project SearchKey | join Syslog on $left.SearchKey == $right.Computer | count',
      'Syslog(Computer)',
    ],
    [
      'the existing branch of a fuzzy union',
      'union isfuzzy=true Gone_CL, (Syslog | where Facility == "") | count',
      'Syslog(Facility)',
    ],
    ['a column in another casing not', 'Syslog | where facility == "" | count', 'Syslog()'],
  ])('%s', async (_, text, reads) => {
    expect(await uses(text)).toEqual({ reads, unresolved: [] });
  });
});

describe('a query does not read', () => {
  it.each([
    [
      'a table in a comment',
      '// Syslog\nHeartbeat // | join SecurityEvent\n| project Computer',
      'Heartbeat(Computer)',
    ],
    [
      'a table in a string',
      'Heartbeat | project x = "Syslog | where Facility", y = @\'SecurityEvent\'',
      'Heartbeat()',
    ],
    [
      'a table that let hides',
      'let Syslog = datatable(Facility:string)["a"]; Syslog | where Facility == "a"',
      '',
    ],
    ['a table of an address', 'externaldata(Syslog:string)["https://x/Heartbeat"] | project Syslog', ''],
    ['a column named like a table', 'Heartbeat | extend Syslog = 1 | project Syslog', 'Heartbeat()'],
    ['print', 'print x = 1', ''],
  ])('%s', async (_, text, reads) => {
    expect(await uses(text)).toEqual({ reads, unresolved: [] });
  });
});

describe('functions', () => {
  const deep = [
    fn('Outer', 'Middle("auth") | where HostIP != ""'),
    fn('Middle', 'Inner() | where Facility == facility', 'facility:string'),
    fn('Inner', 'Syslog | where SeverityLevel == "err" // the end'),
  ];

  it('are followed to the tables beneath them', async () => {
    expect(await uses('Outer | where ProcessName == "x" | project Computer', deep)).toEqual({
      reads: 'Syslog(Computer Facility HostIP ProcessName SeverityLevel)',
      unresolved: [],
    });
  });

  it('are holders themselves', async () => {
    const { uses: found } = await tableUses(deep, SCHEMAS);
    expect(found.map((use) => [use.holder.name, use.table, use.columns])).toEqual([
      ['Inner', 'Syslog', ['SeverityLevel']],
      ['Middle', 'Syslog', ['Facility', 'SeverityLevel']],
      ['Outer', 'Syslog', ['Facility', 'HostIP', 'SeverityLevel']],
    ]);
  });

  it('that call each other in a circle end', async () => {
    const circle = [fn('A', 'B | where Facility == ""'), fn('B', 'union A, Syslog | where HostIP == ""')];
    const { reads } = await uses('A | count', circle);
    expect(reads).toBe('Syslog(Facility HostIP)');
  });

  it('that take a table read what they are given', async () => {
    const others = [fn('Failed', 'T | where EventID == 4625', 'T:(EventID:int)')];
    expect((await uses('Failed(SecurityEvent) | count', others)).reads).toBe('SecurityEvent(EventID)');
    expect((await uses('SecurityEvent | invoke Failed() | count', others)).reads).toBe(
      'SecurityEvent(EventID)',
    );
  });

  it('that name a table by what they are given read it', async () => {
    const others = [fn('Count', 'table(name) | where Computer != "" | count', 'name:string')];
    expect(await uses('Count("Syslog")', others)).toEqual({ reads: 'Syslog(Computer)', unresolved: [] });
  });

  it('pass on what cannot be told of them', async () => {
    const others = [fn('Broken', 'Syslog | join Gone_CL on Computer'), fn('Above', 'Broken | count')];
    const { reads, unresolved } = await uses('Above', others);
    expect(reads).toBe('Syslog(Computer)');
    expect(unresolved).toEqual([
      'Through the function Broken: It names Gone_CL, which is neither a table nor a function of the workspace.',
    ]);
  });

  it('that make each other up are each read once', async () => {
    const doubled = Array.from({ length: 12 }, (_, i) =>
      fn(
        `F${String(i).padStart(2, '0')}`,
        i === 11
          ? 'Syslog | where HostIP == ""'
          : `union ${`F${String(i + 1).padStart(2, '0')}, `.repeat(2)}Heartbeat`,
      ),
    );
    expect(await uses('F00 | where Facility == "" | count', doubled)).toEqual({
      reads: 'Heartbeat() Syslog(Facility HostIP)',
      unresolved: [],
    });
  });

  it('are hidden by let', async () => {
    expect((await uses('let Inner = () { Heartbeat }; Inner() | project OSType', deep)).reads).toBe(
      'Heartbeat(OSType)',
    );
  });
});

describe('what cannot be told', () => {
  it.each([
    ['a table that is not there', 'Gone_CL | where Computer == ""', '', /names Gone_CL/],
    ['a name alone', 'Gone_CL', '', /names Gone_CL/],
    ['a name behind let', 'let T = Gone_CL; T | count', '', /names Gone_CL/],
    [
      'another workspace',
      'union Syslog, workspace("other").Syslog | where Facility == ""',
      'Syslog(Facility)+',
      /another place by workspace\(\)/,
    ],
    [
      'an unknown function',
      'NoFunction() | join (Syslog | where Facility == "a") on Computer | where HostIP == "" | count',
      'Syslog(Computer Facility HostIP)',
      /calls NoFunction, which is no function/,
    ],
    [
      'a built-in parser',
      '_Im_Authentication() | where TargetUsername == ""',
      '',
      /_Im_Authentication, a built-in parser/,
    ],
    ['a computed table', 'let a = "Sys"; table(strcat(a, "log")) | count', '', /by an expression/],
    ['another cluster', 'cluster("c").database("d").T | count', '', /another database|the cluster/],
    [
      'what does not parse',
      'Syslog | where (Facility == "a" | summarise by Heartbeat',
      'Heartbeat(*) Syslog(*)',
      /does not parse/,
    ],
    ['a name that is not Latin', 'Heartbeat | where 名前 == "x"', 'Heartbeat(*)', /does not parse/],
  ])('is reported: %s', async (_, text, reads, why) => {
    const found = await uses(text);
    expect(found.reads.replaceAll('+', '')).toBe(reads.replaceAll('+', ''));
    expect(found.unresolved.join('\n')).toMatch(why);
  });

  it('is searched for in a text that does not parse, without comments and strings', async () => {
    const text = '// Heartbeat\nParser | where ( x == "SecurityEvent" and y.App_CL == 1';
    const found = await uses(text, [fn('Parser', 'Syslog | where Facility == ""')]);
    expect(found.reads).toBe('Syslog(*)+');
  });
});

describe('a workbook', () => {
  it.each([
    [
      'a time range',
      'Syslog | where TimeGenerated {TimeRange} | summarize count() by bin(TimeGenerated, {TimeRange:grain})',
      'Syslog(TimeGenerated)',
      '',
    ],
    [
      'the ends of a time range',
      'Syslog | where TimeGenerated between ({TimeRange:start} .. {TimeRange:end}) | count',
      'Syslog(TimeGenerated)',
      '',
    ],
    ['an instant', 'Syslog | where TimeGenerated > datetime({Since}) | count', 'Syslog(TimeGenerated)', ''],
    ['a value in a string', 'Syslog | where Facility == "{Facility}" | count', 'Syslog(Facility)', ''],
    [
      'a list',
      'Syslog | where Computer in ({Computers}) or "*" in ({Computers}) | count',
      'Syslog(Computer)',
      '',
    ],
    ['a number', 'Syslog | take {Rows} | project Computer', 'Syslog(Computer)', ''],
    ['a let value', 'let host = {Host}; Syslog | where Computer == host | count', 'Syslog(Computer)', ''],
    ['a column', 'Syslog | summarize count() by {Column}', 'Syslog(*)', ''],
    ['a further column', 'Syslog | summarize count() by Facility, {Column}', 'Syslog(*)', ''],
    ['a stage', 'Syslog | {Filter} | project Computer', 'Syslog(Computer)', '{Filter}'],
    ['a table', '{Table} | where Computer == ""', '', '{Table}'],
    ['a table as text', 'table("{Table}") | where Computer == "" | count', '', '{Table}'],
    ['a table of a union', 'union Syslog, {Table} | count', 'Syslog()', '{Table}'],
    ['braces of its own', 'let f = (x:string) {Syslog}; f("a") | project Computer', 'Syslog(Computer)', ''],
  ])('is read with %s for a parameter', async (_, text, reads, why) => {
    const found = await uses(text, [], { kind: 'workbook', enabled: null });
    expect(found.reads).toBe(reads);
    if (why === '') expect(found.unresolved).toEqual([]);
    else expect(found.unresolved.join()).toContain(why);
  });
});

describe('uses', () => {
  it('come in one order, whatever the order of holders', async () => {
    const holders = [
      holder('union Syslog, Heartbeat', { id: '/b' }),
      holder('Gone', { id: '/a' }),
      fn('F', 'SecurityEvent'),
      holder('F', { id: '/c' }),
    ];
    const first = await tableUses(holders, SCHEMAS);
    const second = await tableUses(holders.toReversed(), SCHEMAS.toReversed());
    expect(second).toEqual(first);
    expect(first.uses.map((use) => [use.holder.id, use.table])).toEqual([
      ['/b', 'Heartbeat'],
      ['/b', 'Syslog'],
      ['/c', 'SecurityEvent'],
      ['/functions/F', 'SecurityEvent'],
    ]);
  });
});

it('reads who sends alerts first, and searches for names what the time does not allow for', async () => {
  const texts = [{ place: 'q', text: 'Syslog | summarize count() by HostIP // Heartbeat' }];
  const workbook = holder('', { kind: 'workbook', id: '/a', texts });
  const rule = holder('Syslog | where Facility == "auth" | count', { id: '/z' });
  const times = [0, 0];
  const clock = () => times.shift() ?? 3_600_000;

  const { uses: found, unresolved } = await tableUses([workbook, rule], SCHEMAS, clock);

  expect(found.map(({ holder: { id }, table, columns }) => [id, table, columns])).toEqual([
    ['/a', 'Syslog', 'all'],
    ['/z', 'Syslog', ['Facility']],
  ]);
  expect(unresolved).toMatchObject([
    { holder: { id: '/a' }, why: expect.stringMatching(/^The time was over/) },
  ]);
});
