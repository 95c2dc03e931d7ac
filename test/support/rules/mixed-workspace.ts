import {
  type ConvertOptions,
  convertWorkspace,
  type RuleSet,
} from '../../../shared/rules/convert/convert.ts';
import type { ExistingRule } from '../../../shared/rules/convert/existing.ts';
import type { Collected, SettingsSource, WorkspaceSettings } from '../../../shared/rules/convert/model.ts';
import { LITERAL, literalSource, settingsOf, WORKSPACE } from './workspace.ts';

/** One of everything a rule can collect, with the texts that are hard to write down. */
const THINGS: readonly Collected[] = [
  ...['Processor(*)\\% Processor Time', 'Memory\\Pages/sec', 'SQL "a,b" (*)\\it\'s $' + '{odd}'].map(
    (name, i): Collected => ({
      ...{ what: 'counter', os: 'windows', stream: 'Microsoft-Perf' },
      ...{ specifier: `\\${name}`, intervalSeconds: i === 0 ? 10 : 60 },
    }),
  ),
  {
    ...{ what: 'counter', os: 'linux', stream: 'Microsoft-Perf' },
    ...{ specifier: 'Logical Disk(*)\\% Used Inodes', intervalSeconds: 30 },
  },
  {
    ...{ what: 'counter', os: 'windows', stream: 'Microsoft-InsightsMetrics' },
    ...{ specifier: '\\VmInsights\\DetailedMetrics', intervalSeconds: 60 },
  },
  {
    ...{ what: 'event', os: 'windows', stream: 'Microsoft-Event' },
    xPath: 'System!*[System[(Level=1 or Level=2 or Level=3)]]',
  },
  { what: 'event', os: 'windows', stream: 'Microsoft-SecurityEvent', xPath: 'Security!*' },
  ...['auth', 'authpriv', 'cron'].map(
    (facility): Collected => ({
      ...{ what: 'syslog', os: 'linux', stream: 'Microsoft-Syslog', facility },
      levels: facility === 'cron' ? ['Error', 'Critical'] : ['Warning', 'Error', 'Critical'],
    }),
  ),
  { what: 'syslog', os: 'linux', stream: 'Microsoft-CommonSecurityLog', facility: 'local4', levels: ['*'] },
  ...(['windows', 'linux'] as const).map(
    (os): Collected => ({
      ...{ what: 'logFile', os, table: 'App_CL' },
      filePatterns: [os === 'windows' ? 'C:\\logs\\app*.log' : '/var/log/app*.log'],
      recordStartTimestampFormat: 'ISO 8601',
      transformKql: 'source\n| extend Level = extract(@"\\[(\\w+)\\]", 1, RawData)',
      columns: ['TimeGenerated', 'RawData', 'FilePath', 'Level'].map((name) => ({
        ...{ name, type: name === 'TimeGenerated' ? 'datetime' : 'string' },
      })),
    }),
  ),
  { what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' },
  { what: 'firewallLog', os: 'windows', stream: 'Microsoft-WindowsFirewall' },
  {
    ...{ what: 'extension', os: 'windows', extensionName: 'ChangeTracking-Windows' },
    streams: [
      'Microsoft-ConfigurationChange',
      'Microsoft-ConfigurationChangeV2',
      'Microsoft-ConfigurationData',
    ],
    settings: {
      enableFiles: true,
      fileSettings: { fileCollectionFrequency: 900 },
      ratio: 0.5,
      'odd key': null,
    },
  },
];

const STRANGE: SettingsSource = {
  id: `${WORKSPACE.id}/datasources/x`,
  name: 'x',
  kind: 'Strange',
  properties: {},
};

export const MIXED: WorkspaceSettings = {
  ...settingsOf([
    ...THINGS.map((thing, i) => literalSource(`source-${String(i + 1).padStart(2, '0')}`, thing)),
    STRANGE,
  ]),
  unread: [{ kind: 'LinuxPerformanceObject', reason: 'AuthorizationFailed' }],
};

export function mixedRuleSet(options: ConvertOptions, existingRules: readonly ExistingRule[]): RuleSet {
  return convertWorkspace(MIXED, { existingRules, converters: [LITERAL], options });
}
