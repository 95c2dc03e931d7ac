import { describe, expect, it } from 'vitest';
import type { QueryHolder, TableUse, TableUses } from '../../../../shared/rules/blast-radius/model.ts';
import { convertWorkspace } from '../../../../shared/rules/convert/convert.ts';
import type { Collected } from '../../../../shared/rules/convert/model.ts';
import type { LeverOptions, MeasuredKey, Usage } from '../../../../shared/rules/levers/model.ts';
import { DEFAULT_OPTIONS, proposeLevers } from '../../../../shared/rules/levers/propose.ts';
import type { KnownReaders } from '../../../../shared/rules/levers/readers.ts';
import { LITERAL, literalSettings } from '../../../support/rules/workspace.ts';

const GB = 1e9;
const WINDOW = { since: '2026-11-14T00:00:00.000Z', until: '2026-11-20T23:59:59.999Z', days: 7 };
const event = (xPath: string, stream = 'Microsoft-SecurityEvent'): Collected => ({
  ...{ what: 'event', os: 'windows', stream, xPath },
});
const counter = (specifier: string, intervalSeconds: number): Collected => ({
  ...{ what: 'counter', os: 'windows', stream: 'Microsoft-Perf', specifier, intervalSeconds },
});
const LOG_FILE: Collected = {
  ...{ what: 'logFile', os: 'windows', table: 'App_AMA_CL', filePatterns: ['C:\\a.log'] },
  recordStartTimestampFormat: 'ISO 8601',
  transformKql: 'source',
  columns: ['TimeGenerated', 'RawData', 'Level'].map((name) => ({
    ...{ name, type: name === 'TimeGenerated' ? 'datetime' : 'string' },
  })),
};

/** Bytes of seven days for so many gigabytes a day. */
const week = (gbPerDay: number) => gbPerDay * 7 * GB;
const key = (parts: readonly string[] | null, gbPerDay: number): MeasuredKey => ({
  ...{ key: parts, rows: Math.round(gbPerDay * 1e6), bytes: week(gbPerDay) },
});
const keysOf = (table: string, found: readonly MeasuredKey[]): Pick<Usage, 'keys'> => ({
  keys: { [table]: { query: `keys of ${table}`, found } },
});
function usage(tables: Readonly<Record<string, number>>, more: Partial<Usage> = {}): Usage {
  const found = Object.entries(tables).map(([table, gb]) => ({
    table: table.toLowerCase(),
    bytes: week(gb),
  }));
  return { window: WINDOW, tables: { query: 'usage', found }, keys: {}, columns: {}, ...more };
}
const sample = (table: string, bytes: Readonly<Record<string, number>>): Pick<Usage, 'columns'> => ({
  columns: {
    [table]: {
      ...{ query: 'columns', sampledRows: 1000 },
      found: Object.entries(bytes).map(([name, size]) => ({ name, bytes: size })),
    },
  },
});

const holder = (kind: QueryHolder['kind'], name: string, text: string): QueryHolder => ({
  ...{ kind, id: `/h/${name}`, name, enabled: true, texts: [{ place: 'query', text }] },
});
const use = (one: QueryHolder, table: string, columns: TableUse['columns']): TableUse => ({
  ...{ holder: one, place: 'query', table, columns },
});
const known = (uses: readonly TableUse[], unresolved: TableUses['unresolved'] = []): KnownReaders => ({
  ...{ uses: { uses, unresolved }, unread: [] },
});

function propose(
  collected: readonly Collected[],
  measured: Usage,
  readers: KnownReaders = known([]),
  options: Partial<LeverOptions> = {},
) {
  const wanted = collected.map((one, i) => ({
    collected: one,
    origins: [{ sourceId: `/s/${i}`, kind: 'K', item: 'i' }],
  }));
  const set = convertWorkspace(literalSettings(wanted), { existingRules: [], converters: [LITERAL] });
  return proposeLevers(set, measured, readers, { ...DEFAULT_OPTIONS, ...options });
}

describe('levers for events', () => {
  const NOISY = usage(
    { SecurityEvent: 100 },
    keysOf('SecurityEvent', [
      key(['Security', '5156'], 40),
      key(['Security', '4624'], 30),
      key(['Security', '4999'], 4.9),
      key(['Microsoft-Windows-AppLocker/EXE and DLL', '8002'], 5.1),
      key(null, 20),
    ]),
  );

  it('are the noisiest ones, with the query after, the volume and the evidence', () => {
    const { levers } = propose([event('Security!*')], NOISY);

    expect(levers.map(({ choice, gbPerDay, share }) => [choice, gbPerDay, share])).toEqual([
      [{ kind: 'dropEvents', table: 'SecurityEvent', log: 'Security', eventIds: [5156] }, 40, 0.4],
      [{ kind: 'dropEvents', table: 'SecurityEvent', log: 'Security', eventIds: [4624] }, 30, 0.3],
    ]);
    expect(levers[0]).toMatchObject({
      before: 'Security!*',
      after: 'Security!*[System[(EventID != 5156)]]',
      guarded: false,
      evidence: { query: 'keys of SecurityEvent', window: WINDOW, rows: 40e6, bytes: week(40) },
    });
    expect(levers[0]?.rules).toEqual([expect.stringContaining('security-events-01')]);
    expect(levers[0]).not.toHaveProperty('moneyPerDay');
  });

  it('count the levels of an event together, against the whole with the rest', () => {
    const measured = usage(
      { Event: 2 },
      keysOf('Event', [
        key(['System', '7036', 'Information'], 0.06),
        key(['system', '7036', 'Error'], 0.05),
        key(null, 1.89),
      ]),
    );
    const { levers } = propose(
      [event('System!*[System[(Level=2 or Level=4)]]', 'Microsoft-Event')],
      measured,
    );

    expect(levers).toEqual([
      expect.objectContaining({
        ...{ gbPerDay: 0.11, share: 0.055 },
        after: 'System!*[System[(Level=2 or Level=4) and (EventID != 7036)]]',
      }),
    ]);
  });

  it.each([
    [{ minShare: 0.04 }, [5156, 4624, 4999]],
    [{ minShare: 0.35 }, [5156]],
    [{ minGbPerDay: 31 }, [5156]],
  ])('keep to the thresholds %j', (options, ids) => {
    const { levers } = propose([event('Security!*')], NOISY, known([]), options);

    expect(levers.flatMap(({ choice }) => (choice.kind === 'dropEvents' ? choice.eventIds : []))).toEqual(
      ids,
    );
  });

  it('are guarded where security content commonly reads them, or the request says so', () => {
    const { levers } = propose([event('Security!*')], NOISY, known([]), { guardedEventIds: [5156] });

    expect(levers.map(({ guarded }) => guarded)).toEqual([true, true]);
    expect(levers[0]?.notes.join(' ')).toContain('the ids named in the request');
    expect(levers[1]?.notes.join(' ')).toContain('the Minimal set of Microsoft Sentinel');
  });

  it('name the detections that name the event, before all other readers', () => {
    const readers = known([
      use(holder('savedSearch', 'a search', 'SecurityEvent | take 5156'), 'SecurityEvent', 'all'),
      use(holder('analyticsRule', 'a rule', 'SecurityEvent | where EventID == 5156'), 'securityevent', [
        'EventID',
      ]),
      use(holder('analyticsRule', 'other', 'SecurityEvent | where EventID == 51560'), 'SecurityEvent', [
        'EventID',
      ]),
      use(holder('analyticsRule', 'elsewhere', 'Syslog | take 5156'), 'Syslog', 'all'),
    ]);
    const [lever] = propose([event('Security!*')], NOISY, readers).levers;

    expect(lever?.readers.map(({ name, how }) => [name, how])).toEqual([
      ['a rule', 'names'],
      ['a search', 'names'],
      ['other', 'table'],
    ]);
    expect(lever).toMatchObject({ guarded: true, readersUnknown: false, readerCount: 3 });
  });

  it.each([
    ['nobody could look', { uses: null, unread: [{ what: 'queries', reason: 'denied' }] }],
    [
      'a query could not be resolved',
      known([], [{ holder: holder('workbook', 'w', 'x'), place: 'p', why: 'y' }]),
    ],
    [
      'something was not looked into',
      { ...known([]), unread: [{ what: '3 workbooks', reason: 'far away' }] },
    ],
  ] as const)('say that readers are not known where %s', (_, readers) => {
    const { levers, notes } = propose([event('Security!*')], NOISY, readers);

    expect(levers.every(({ readersUnknown }) => readersUnknown)).toBe(true);
    expect(levers[0]?.notes.join(' ')).toContain('there may be more readers');
    for (const { what } of readers.unread) expect(notes.join(' ')).toContain(what);
  });

  it('are none for what the rules do not collect, or where nothing was measured', () => {
    const listed = event('Security!*[System[(EventID=1)]]');
    const trouble = { keys: { SecurityEvent: { query: 'keys', found: [], trouble: 'no such table' } } };

    expect(propose([listed], NOISY).levers).toEqual([]);
    const { levers, tables } = propose([event('Security!*')], usage({ SecurityEvent: 100 }, trouble));
    expect(levers).toEqual([]);
    expect(tables).toEqual([
      expect.objectContaining({
        gbPerDay: 100,
        unmeasured: [{ query: 'keys', why: 'no such table' }],
      }),
    ]);
  });

  it('cost what the request says a gigabyte costs', () => {
    const [lever] = propose([event('Security!*')], NOISY, known([]), { pricePerGb: 2.5 }).levers;

    expect(lever?.moneyPerDay).toBe(100);
  });

  it('keep their ids, whatever else is measured', () => {
    const less = usage({ SecurityEvent: 50 }, keysOf('SecurityEvent', [key(['Security', '5156'], 50)]));

    expect(propose([event('Security!*')], less).levers[0]?.id).toBe(
      propose([event('Security!*')], NOISY).levers[0]?.id,
    );
  });
});

describe('levers for columns', () => {
  const MEASURED = usage(
    { SecurityEvent: 10 },
    sample('SecurityEvent', { EventData: 500, EventID: 200, CommandLine: 150, Task: 99, Other: 51 }),
  );

  it('drop the large columns that no query names, and never a key', () => {
    const [lever] = propose([event('Security!*')], MEASURED).levers;

    expect(lever).toMatchObject({
      choice: { kind: 'dropColumns', table: 'SecurityEvent', columns: ['CommandLine', 'EventData'] },
      ...{ before: 'source', after: "source\n| project-away ['CommandLine'], ['EventData']" },
      ...{ gbPerDay: 6.5, share: 0.65, readersUnknown: false },
    });
    expect(lever?.notes[0]).toContain('1.5 GB a day are billed as processed data');
  });

  it('leave out the columns that are named, and say free of charge up to a half', () => {
    const readers = known([use(holder('workbook', 'w', 'x'), 'SecurityEvent', ['commandline'])]);
    const [lever] = propose([event('Security!*')], MEASURED, readers).levers;

    expect(lever).toMatchObject({ choice: { columns: ['EventData'] }, gbPerDay: 5, readerCount: 0 });
    expect(lever?.notes[0]).toContain('free of charge');
  });

  it.each([
    ['reads all', { columns: 'all' as const }],
    ['shows whole rows', { columns: ['EventID'], wholeRows: true as const }],
  ])('do not know their readers where a query %s', (_, more) => {
    const readers = known([{ ...use(holder('savedSearch', 's', 'x'), 'SecurityEvent', []), ...more }]);
    const [lever] = propose([event('Security!*')], MEASURED, readers).levers;

    expect(lever).toMatchObject({ readersUnknown: true, readerCount: 1 });
  });

  it('are none for the text of a log that nothing is extracted from, and of a table without volume', () => {
    const columns = sample('App_AMA_CL', { RawData: 900, Level: 10 });
    const bare = { ...LOG_FILE, columns: (LOG_FILE.what === 'logFile' ? LOG_FILE.columns : [])?.slice(0, 2) };
    const kinds = (all: readonly Collected[], measured: Usage) =>
      propose(all, measured).levers.map(({ kind }) => kind);

    expect(kinds([LOG_FILE], usage({ App_CL: 5 }, columns))).toEqual(['basicPlan', 'dropColumns']);
    expect(kinds([bare as Collected], usage({ App_CL: 5 }, columns))).toEqual(['basicPlan']);
    expect(kinds([LOG_FILE], usage({}, columns))).toEqual([]);
  });
});

describe('a lever for the Basic plan', () => {
  const MEASURED = usage({ App_CL: 3, app_ama_cl: 1 });

  it('takes the volume of the legacy table and of the new one, and says what is lost', () => {
    const [lever] = propose([LOG_FILE], MEASURED, known([]), {
      pricePerGb: 2.5,
      basicPricePerGb: 0.5,
    }).levers;

    expect(lever).toMatchObject({
      choice: { kind: 'basicPlan', table: 'App_AMA_CL' },
      ...{ gbPerDay: 4, moneyPerDay: 8, before: 'plan Analytics', after: 'plan Basic' },
      lost: expect.stringContaining('most alerts cannot use them'),
    });
    expect(lever?.notes.join(' ')).toContain('--name App_AMA_CL --plan Basic');
  });

  it('says nothing of money with one price', () => {
    const [lever] = propose([LOG_FILE], MEASURED, known([]), { pricePerGb: 2.5 }).levers;

    expect(lever).not.toHaveProperty('moneyPerDay');
  });

  it.each([
    ['analyticsRule', 0],
    ['alertRule', 0],
    ['workbook', 1],
  ] as const)('with a reader that is a %s gives %i levers', (kind, count) => {
    const readers = known([use(holder(kind, 'r', 'App_CL'), 'App_CL', ['RawData'])]);
    const { levers, notes } = propose([LOG_FILE], MEASURED, readers);

    expect(levers).toHaveLength(count);
    expect(notes.some((note) => note.startsWith('App_AMA_CL stays'))).toBe(count === 0);
  });

  it('is none for a table of Azure', () => {
    const { levers } = propose([event('Security!*')], usage({ SecurityEvent: 100 }));

    expect(levers).toEqual([]);
  });
});

describe('a lever for counters', () => {
  const COUNTERS = [
    counter('\\Processor(*)\\% Processor Time', 10),
    counter('\\Memory\\Pages/sec', 30),
    counter('\\LogicalDisk(C:)\\Free', 20),
    counter('\\LogicalDisk(D:)\\Free', 300),
  ];

  it('saves what lies between two readings, with the longest interval of a counter', () => {
    const measured = usage(
      { Perf: 10 },
      keysOf('Perf', [
        key(['Processor', '% processor time'], 6),
        key(['Memory', 'Pages/sec'], 2),
        key(['LogicalDisk', 'Free'], 1),
        key(null, 1),
      ]),
    );
    const [lever] = propose(COUNTERS, measured).levers;

    // 6 GB at 10 of 60 seconds, 2 GB at 30; the disk is read every 300 seconds somewhere.
    expect(lever).toMatchObject({
      choice: { kind: 'samplingInterval', seconds: 60 },
      ...{ gbPerDay: 6, share: 0.6, after: 'every 60 seconds' },
      before: 'every 10 seconds, every 20 seconds, every 30 seconds',
    });
  });

  it('is none where all are slow, or little would be saved', () => {
    const measured = usage({ Perf: 10 }, keysOf('Perf', [key(['LogicalDisk', 'Free'], 10)]));
    const little = usage({ Perf: 0.1 }, keysOf('Perf', [key(['Processor', '% Processor Time'], 0.1)]));

    expect(propose(COUNTERS.slice(3), measured).levers).toEqual([]);
    expect(propose(COUNTERS, little).levers).toEqual([]);
  });
});
