import { describe, expect, it } from 'vitest';
import { convertWorkspace, type RuleSet } from '../../../../shared/rules/convert/convert.ts';
import type { SettingsSource, WorkspaceSettings } from '../../../../shared/rules/convert/model.ts';
import { wideningsIn } from '../../../support/rules/widenings.ts';
import { aCustomLog } from './custom-log-fixtures.ts';
import { aSource, settingsWith } from './kind-fixtures.ts';

/** One good setting of each kind: whatever else is wrong, they come through. */
const GOOD: readonly SettingsSource[] = [
  aCounter('good-counter', { counterName: 'Good' }),
  aSource('LinuxPerformanceObject', 'good-object', {
    ...{ objectName: 'Memory', instanceName: '*', intervalSeconds: 60 },
    performanceCounters: [{ counterName: 'Good' }],
  }),
  anEventLog('good-log', 'Good', ['Error']),
  aFacility('good-facility', 'user', ['err']),
  aCustomLog('Good', { windows: ['C:\\good.log'] }),
  aSource('IISLogs', 'good-iis', { state: 'OnPremiseEnabled' }),
];

function aCounter(name: string, change: Readonly<Record<string, unknown>>): SettingsSource {
  const counter = { objectName: 'LogicalDisk', instanceName: 'C:', counterName: 'Bad', intervalSeconds: 60 };
  return aSource('WindowsPerformanceCounter', name, { ...counter, ...change });
}

function anEventLog(name: string, eventLogName: string, types: readonly unknown[]): SettingsSource {
  return aSource('WindowsEvent', name, {
    eventLogName,
    eventTypes: types.map((eventType) => ({ eventType })),
  });
}

function aFacility(name: string, syslogName: string, severities: readonly unknown[]): SettingsSource {
  const syslogSeverities = severities.map((severity) => ({ severity }));
  return aSource('LinuxSyslog', name, { syslogName, syslogSeverities });
}

function convert(settings: WorkspaceSettings): RuleSet {
  const set = convertWorkspace(settings, { existingRules: [] });
  expect(wideningsIn(settings, set.rules)).toEqual([]);
  return set;
}

/** Everything that rules collect, in the words of the rules. */
function collectedIn({ rules }: RuleSet): readonly string[] {
  return rules.flatMap(({ body: { properties } }) => {
    const { dataSources: all } = properties;
    return [
      ...(all.performanceCounters ?? []).flatMap(({ counterSpecifiers }) => counterSpecifiers),
      ...(all.windowsEventLogs ?? []).flatMap(({ xPathQueries }) => xPathQueries),
      ...(all.syslog ?? []).flatMap(({ facilityNames, logLevels }) =>
        facilityNames.map((one) => `${one} ${logLevels.join(' ')}`),
      ),
      ...(all.logFiles ?? []).flatMap(({ filePatterns }) => filePatterns),
      ...(all.iisLogs ?? []).map(({ name }) => name),
    ];
  });
}

const GOOD_COLLECTED = collectedIn(convert(settingsWith(GOOD)));
const GOOD_LOSSES = new Set(convert(settingsWith(GOOD)).losses.map(({ origin }) => origin.sourceId));

/** Source, item and code of each loss that is not of the good ones. */
function told({ losses }: RuleSet): readonly string[] {
  return losses
    .filter(({ origin }) => !GOOD_LOSSES.has(origin.sourceId))
    .map(({ origin, code }) => `${origin.sourceId.split('/').at(-1)} · ${origin.item} · ${code}`);
}

type Row = readonly [
  what: string,
  bad: SettingsSource,
  told: readonly string[],
  collected?: readonly string[],
];

const WRONG: readonly Row[] = [
  ['wrong keys', aSource('WindowsPerformanceCounter', 'x', { object: 'Memory' }), ['x · x · malformed']],
  [
    'an instance under a wrong key',
    aCounter('x', { instanceName: undefined, instance: 'C:' }),
    ['x · x · malformed'],
  ],
  ['keys of another kind', aSource('LinuxSyslog', 'x', { eventLogName: 'System' }), ['x · x · malformed']],
  ['no properties', aSource('IISLogs', 'x', null), ['x · x · malformed']],
  ['an unknown kind', aSource('NoSuchKind', 'x', { state: 'Enabled' }), ['x · x · unknownKind']],
  ['empty event types', anEventLog('x', 'System', []), ['x · x · nothingSelected']],
  [
    'an event type of no level',
    anEventLog('x', 'System', ['Error', 'Verbose', '*']),
    ['x · * · unknownEventType', 'x · Verbose · unknownEventType'],
    ['System!*[System[(Level=1 or Level=2)]]'],
  ],
  ['an event type that is no text', anEventLog('x', 'System', [7]), ['x · eventTypes[0] · malformed']],
  ['an end of the name in a log', anEventLog('x', 'System!*', ['Error']), ['x · System!* · malformed']],
  ['an unknown facility', aFacility('x', 'security', ['err']), ['x · security · unknownFacility']],
  ['all facilities', aFacility('x', '*', ['err']), ['x · * · unknownFacility']],
  [
    'unknown severities',
    aFacility('x', 'cron', ['err', 'error', '*']),
    ['x · * · unknownSeverity', 'x · error · unknownSeverity'],
    ['cron Error'],
  ],
  [
    'an invalid delimiter',
    aCustomLog('x', { windows: ['C:\\x.log'], delimiter: '((' }),
    ['x · windows C:\\x.log · delimiterNotSupported'],
  ],
  [
    'no delimiter',
    aCustomLog('x', { windows: ['C:\\x.log'], delimiter: null }),
    ['x · inputs[0] · malformed'],
  ],
  [
    'a path without extension',
    aCustomLog('x', { linux: ['/var/log/app'] }),
    [
      'x · linux /var/log/app · linesJoined',
      'x · linux /var/log/app · pathTakenAsFile',
      'x · x · newTableNeeded',
    ],
    ['/var/log/app'],
  ],
  ['a folder', aCustomLog('x', { linux: ['/var/log/'] }), ['x · linux /var/log/ · pathNotSupported']],
  [
    'a tab inside a path',
    aCustomLog('x', { linux: ['/var/a\tb.log'] }),
    ['x · linux /var/a\tb.log · pathNotSupported'],
  ],
  [
    'commas and quotes',
    aCounter('x', { objectName: 'SQL, "A"', counterName: `it's, "b"/sec` }),
    [],
    [`\\SQL, "A"(C:)\\it's, "b"/sec`],
  ],
  [
    'names in other scripts',
    aCounter('x', { objectName: 'Процессор', instanceName: '日本', counterName: '٪ وقت' }),
    [],
    ['\\Процессор(日本)\\٪ وقت'],
  ],
  [
    'a custom log with a name in another script',
    aCustomLog('журнал', { windows: ['C:\\журнал\\*.log'] }),
    ['журнал · windows C:\\журнал\\*.log · linesJoined', 'журнал · журнал · newTableNeeded'],
    ['C:\\журнал\\*.log'],
  ],
  [
    'a collection of IIS logs that is off',
    aSource('IISLogs', 'x', { state: 'OnPremiseDisabled' }),
    ['x · state · disabled'],
  ],
  [
    'a tier that nobody knows',
    aSource('SecurityEventCollectionConfiguration', 'x', { tier: 'Everything' }),
    ['x · tier Everything · tierUnknown'],
  ],
];

describe('bad input', () => {
  const rows = WRONG.map((row) => [row[0], row] as const);

  it.each(rows)('of %s is told by its source, and the rest goes on', (_, row) => {
    const [, bad, expected, collected = []] = row;
    const set = convert(settingsWith([...GOOD, bad]));

    expect(told(set)).toEqual(expected);
    expect([...collectedIn(set)].sort()).toEqual([...GOOD_COLLECTED, ...collected].sort());
  });

  it('of duplicate sources is collected once, and each of them is explained', () => {
    const twins = ['x', 'y', 'z'].map((name, i) => aCounter(name, { intervalSeconds: i === 2 ? 10 : 60 }));
    const set = convert(settingsWith([...GOOD, ...twins]));

    expect([...collectedIn(set)].sort()).toEqual([...GOOD_COLLECTED, '\\LogicalDisk(C:)\\Bad'].sort());
    expect(told(set)).toEqual([
      'x · \\LogicalDisk(C:)\\Bad · intervalMerged',
      'y · \\LogicalDisk(C:)\\Bad · intervalMerged',
    ]);
    const placed = set.explanations.filter(({ name }) => ['x', 'y', 'z'].includes(name));
    expect(placed.map(({ placements }) => placements[0]?.dataSource)).toEqual(Array(3).fill('counters-10s'));
  });

  it.each([
    ['LinuxSyslogCollection', 'Disabled', 'user Error', 'good-facility · err · disabled'],
    ['LinuxPerformanceCollection', 'disabled ', 'Memory(*)\\Good', 'good-object · Good · disabled'],
  ])('of a %s that is %s takes its own sources out, and no others', (kind, state, gone, expected) => {
    const set = convert(settingsWith([...GOOD, aSource(kind, 'gate', { state })]));

    expect([...collectedIn(set)].sort()).toEqual(GOOD_COLLECTED.filter((one) => one !== gone).sort());
    expect(told(set)).toEqual(['gate · state · disabled', expected].sort());
  });

  it('of a workspace that denies reading is told kind by kind', () => {
    const unread = ['WindowsEvent', 'CustomLog'].map((kind) => ({ kind, reason: 'AuthorizationFailed' }));
    const set = convert({ ...settingsWith(GOOD), unread });

    expect(set.losses.filter(({ code }) => code === 'unreadable').map(({ origin }) => origin.kind)).toEqual([
      'CustomLog',
      'WindowsEvent',
    ]);
    expect(collectedIn(set)).toEqual(GOOD_COLLECTED);
  });
});
