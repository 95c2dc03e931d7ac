import { describe, expect, it } from 'vitest';
import { affected } from '../../../../shared/rules/blast-radius/blast-radius.ts';
import type { TableUse } from '../../../../shared/rules/blast-radius/model.ts';
import { type TableChange, tableChanges } from '../../../../shared/rules/blast-radius/table-changes.ts';
import { convertWorkspace, type RuleSet } from '../../../../shared/rules/convert/convert.ts';
import type { Loss } from '../../../../shared/rules/convert/model.ts';
import { LITERAL, literalSource, settingsOf } from '../../../support/rules/workspace.ts';
import { holder } from './uses.ts';

const EMPTY = convertWorkspace(settingsOf([]), { existingRules: [], converters: [] });

function loss(code: Loss['code'], kind: string, item = 'item', detail?: string, sourceId = '/s'): Loss {
  return { origin: { sourceId, kind, item }, code, ...(detail === undefined ? {} : { detail }) };
}

const outline = (ruleSet: Partial<RuleSet>) =>
  tableChanges({ ...EMPTY, ...ruleSet })
    .filter(({ code }) => code !== 'agentDifference')
    .map(({ table, columns, code }) => `${code} ${table} ${columns === 'all' ? '*' : columns.join(' ')}`);

describe('changes of tables', () => {
  it.each([
    [
      'a new table',
      [loss('newTableNeeded', 'CustomLog', '', 'App_CL becomes App_AMA_CL')],
      ['newTableNeeded App_CL *'],
    ],
    [
      'two tables that become one',
      [loss('tableChanged', 'DnsAnalytics', '', 'DnsEvents and DnsInventory become ASimDnsActivityLogs')],
      ['tableChanged DnsEvents *', 'tableChanged DnsInventory *'],
    ],
    ['the name of a site', [loss('siteNameNotFilled', 'IISLogs')], ['siteNameNotFilled W3CIISLog sSiteName']],
    ['CEF', [loss('cefFacilityMoved', 'LinuxSyslog')], ['cefFacilityMoved Syslog *']],
    ['the tier', [loss('coveredByTier', 'WindowsEvent')], ['coveredByTier Event EventLog']],
    ['an unknown facility', [loss('unknownFacility', 'LinuxSyslog')], ['unknownFacility Syslog *']],
    ['a setting that could not be read', [loss('unreadable', 'WindowsEvent')], ['unreadable Event *']],
    [
      'fields of a custom log',
      [
        loss('newTableNeeded', 'CustomLog', '', 'App_CL becomes App_AMA_CL'),
        loss('extractionNotConverted', 'CustomLog', 'extraction Level'),
        loss('timeNotConverted', 'CustomLog', 'extraction TimeGenerated'),
        loss('extractionNotConverted', 'CustomLog', 'extraction Other', undefined, '/unknown'),
      ],
      [
        'extractionNotConverted App_CL Level Level_CF',
        'newTableNeeded App_CL *',
        'timeNotConverted App_CL TimeGenerated',
      ],
    ],
    ['what was off before', [loss('disabled', 'WindowsEvent'), loss('nothingSelected', 'LinuxSyslog')], []],
    ['what only changes its form', [loss('intervalOutOfRange', 'WindowsPerformanceCounter')], []],
    ['what fills no table that is known', [loss('noTarget', 'WindowsTelemetry')], []],
  ])('come of losses: %s', (_, losses, expected) => {
    expect(outline({ losses })).toEqual(expected);
  });

  it('are one a table and code, with some of what is lost', () => {
    const losses = Array.from({ length: 8 }, (_, i) =>
      loss('malformed', 'WindowsPerformanceCounter', `c${i}`),
    );
    const [change] = tableChanges({ ...EMPTY, losses }).filter(({ code }) => code === 'malformed');
    expect(change?.why).toMatch(/\(c0; c1; c2; c3; c4 and 3 more\)$/);
  });

  it('come of chosen levers', () => {
    const levers = [
      { kind: 'dropColumns', table: 'Syslog', columns: ['HostIP', 'Facility'] },
      { kind: 'dropEvents', table: 'SecurityEvent', log: 'Security', eventIds: [4634] },
      { kind: 'samplingInterval', seconds: 300 },
      { kind: 'basicPlan', table: 'App_CL' },
    ] as const;
    expect(outline({ levers })).toEqual([
      'samplingInterval Perf *',
      'dropEvents SecurityEvent *',
      'dropColumns Syslog Facility HostIP',
    ]);
  });

  it('of dropped events concern those who tell events by something else', () => {
    const dropped = {
      kind: 'dropEvents',
      table: 'SecurityEvent',
      log: 'Security',
      eventIds: [4688],
    } as const;
    const changes = tableChanges({ ...EMPTY, levers: [dropped] });
    const byProcess: TableUse = {
      ...{ holder: holder('x'), place: 'query', table: 'SecurityEvent', columns: ['Process'] },
    };
    const found = affected(changes, [byProcess]).find(({ code }) => code === 'dropEvents');
    expect(found?.readers).toMatchObject([{ columns: 'all', how: 'names' }]);
  });

  it('come of the agent, for the tables that are collected', () => {
    const event = literalSource('s', {
      ...{ what: 'event', os: 'windows', stream: 'Microsoft-Event' },
      xPath: 'System!*[System[(Level=1)]]',
    });
    const ruleSet = convertWorkspace(settingsOf([event]), { existingRules: [], converters: [LITERAL] });
    expect(tableChanges(EMPTY).map(({ table }) => table)).toEqual(['Heartbeat']);
    const changes = tableChanges(ruleSet);
    expect(changes.map(({ table }) => table)).toEqual(['Event', 'Heartbeat']);
    expect(changes.map(({ source: from }) => from)).toEqual([
      expect.stringContaining('MicrosoftDocs/azure-docs'),
      expect.stringContaining('microsoft/AzureMonitorCommunity'),
    ]);
  });
});

describe('readers of a change', () => {
  const own = holder('x');
  const use = (columns: TableUse['columns'], wholeRows = false): TableUse => ({
    ...{ holder: own, place: 'query', table: 'Syslog', columns },
    ...(wholeRows ? { wholeRows: true as const } : {}),
  });
  const change = (columns: TableChange['columns']): TableChange => ({
    ...{ table: 'Syslog', columns, code: 'c', why: 'w' },
  });

  it('are found by the name of the table in any casing', () => {
    const [found] = affected([{ ...change(['HostIP']), table: 'syslog' }], [use(['HostIP'])]);
    expect(found?.readers).toMatchObject([{ columns: ['HostIP'], how: 'names' }]);
  });

  it.each([
    ['a changed column', ['HostIP'], use(['Facility', 'HostIP']), [['HostIP'], 'names']],
    ['another column', ['HostIP'], use(['Facility']), undefined],
    ['another column of whole rows', ['HostIP'], use(['Facility'], true), [[], 'shows']],
    ['a changed column of whole rows', ['HostIP'], use(['HostIP'], true), [['HostIP'], 'names']],
    ['what cannot be told', ['HostIP'], use('all'), ['all', 'cannotTell']],
    ['a table that goes', 'all', use(['Facility']), ['all', 'names']],
    ['rows of a table that goes', 'all', use([], true), ['all', 'shows']],
    ['no column of a table that goes', 'all', use([]), ['all', 'names']],
  ] as const)('who reads %s', (_, columns, one, expected) => {
    const [found] = affected([change(columns)], [one, { ...one, table: 'Event' }]);
    expect(found?.readers.map((reader) => [reader.columns, reader.how])).toEqual(
      expected === undefined ? [] : [expected],
    );
  });
});
