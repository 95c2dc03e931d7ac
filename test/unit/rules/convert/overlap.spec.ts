import { describe, expect, it } from 'vitest';
import type { ExistingRule } from '../../../../shared/rules/convert/existing.ts';
import type { Collected } from '../../../../shared/rules/convert/model.ts';
import { withoutOverlap } from '../../../../shared/rules/convert/overlap.ts';
import { makerOf } from '../../../../shared/rules/convert/tags.ts';
import { originNumber, TEXT_COLUMNS } from '../../../support/rules/arbitraries.ts';
import { WORKSPACE } from '../../../support/rules/workspace.ts';

type Body = ExistingRule['body'];

const rule = (dataSources: Body['dataSources'], change: Partial<ExistingRule> = {}): ExistingRule => ({
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/dataCollectionRules/theirs',
  name: 'theirs',
  os: 'windows',
  body: {
    dataSources,
    destinations: { logAnalytics: [{ name: 'LA', workspaceResourceId: WORKSPACE.resourceId.toUpperCase() }] },
    dataFlows: [
      {
        streams: [
          ...['Microsoft-Perf', 'Microsoft-Event', 'Microsoft-SecurityEvent', 'Microsoft-Syslog'],
          ...['Microsoft-W3CIISLog', 'Microsoft-ServiceMap', 'Microsoft-WindowsFirewall'],
        ],
        destinations: ['la'],
      },
      {
        streams: ['Custom-Text-App'],
        destinations: ['la'],
        transformKql: 'source | extend A = 1',
        outputStream: 'Custom-App_CL',
      },
    ],
  },
  ...change,
});

const leftOf = (collected: Collected, ...existing: readonly ExistingRule[]) =>
  withoutOverlap([{ collected, origins: [originNumber(0)] }], existing, WORKSPACE);

const counter: Collected = {
  what: 'counter',
  os: 'windows',
  stream: 'Microsoft-Perf',
  specifier: '\\Memory\\Pages/sec',
  intervalSeconds: 60,
};
const counters = (seconds = 60, streams = ['Microsoft-Perf']) => ({
  performanceCounters: [
    { streams, counterSpecifiers: ['\\memory\\pages/SEC'], samplingFrequencyInSeconds: seconds },
  ],
});
const event = (xPath: string, stream = 'Microsoft-SecurityEvent'): Collected => ({
  ...{ what: 'event', os: 'windows', stream, xPath },
});

describe('what existing rules collect already', () => {
  it('is left to them and said, with the rule', () => {
    const { wanted, losses, reused } = leftOf(counter, rule(counters()));
    expect(wanted).toEqual([]);
    expect(losses).toEqual([{ origin: originNumber(0), code: 'alreadyCollected', detail: 'rule theirs' }]);
    expect(reused).toMatchObject([{ name: 'theirs', madeBy: 'other' }]);
  });

  it('says where the interval is another', () => {
    expect(leftOf(counter, rule(counters(10))).losses[0]?.detail).toBe(
      'rule theirs, every 10 instead of 60 seconds',
    );
  });

  it.each<[string, ExistingRule]>([
    ['another stream', rule(counters(60, ['Microsoft-InsightsMetrics']))],
    ['another OS', rule(counters(), { os: 'linux' })],
    [
      'another workspace',
      (() => {
        const other = rule(counters());
        const destinations = { logAnalytics: [{ name: 'la', workspaceResourceId: `${WORKSPACE.id}-2` }] };
        return { ...other, body: { ...other.body, destinations } };
      })(),
    ],
    [
      'a transformation',
      (() => {
        const other = rule(counters());
        const flow = {
          streams: ['Microsoft-Perf'],
          destinations: ['la'],
          transformKql: 'source | where 1 == 0',
        };
        return { ...other, body: { ...other.body, dataFlows: [flow] } };
      })(),
    ],
    ['nothing', rule(null)],
  ])('is not assumed of a rule with %s', (_, existing) => {
    const { wanted, losses } = leftOf(counter, existing);
    expect(wanted).toHaveLength(1);
    expect(losses).toEqual([]);
  });

  it('warns where a transformation keeps another rule from standing in', () => {
    const other = rule(counters());
    const flow = { streams: ['Microsoft-Perf'], destinations: ['la'], transformKql: 'source | where 1 == 0' };
    const { notes } = leftOf(counter, { ...other, body: { ...other.body, dataFlows: [flow] } });
    expect(notes).toEqual([
      'Rule theirs collects 1 of these things as well, but transforms them: rows may be stored twice.',
    ]);
  });

  it('knows an XPath, and one for the whole log', () => {
    const some = event('Security!*[System[(EventID=1)]]');
    const of = (xPath: string) =>
      rule({ windowsEventLogs: [{ streams: ['Microsoft-SecurityEvent'], xPathQueries: [xPath] }] });
    expect(leftOf(some, of('Security!*[System[(EventID=1)]]')).wanted).toEqual([]);
    expect(leftOf(some, of('Security!*[System[(EventID=2)]]')).wanted).toHaveLength(1);
    expect(leftOf(some, of('security!*')).losses[0]?.detail).toBe('rule theirs, all of the log: Security!*');
    expect(leftOf(event('Application!*', 'Microsoft-Event'), of('Application!*')).wanted).toHaveLength(1);
  });

  it('takes away the levels of a facility that are there', () => {
    const wanted: Collected = {
      ...{ what: 'syslog', os: 'linux', stream: 'Microsoft-Syslog' },
      ...{ facility: 'auth', levels: ['Warning', 'Error'] },
    };
    const of = (facilityNames: string[], logLevels: string[]) =>
      rule({ syslog: [{ streams: ['Microsoft-Syslog'], facilityNames, logLevels }] }, { os: 'linux' });
    const left = leftOf(wanted, of(['auth'], ['Error', 'Alert']));
    expect(left.wanted).toMatchObject([{ collected: { levels: ['Warning'] } }]);
    expect(left.losses[0]?.detail).toBe('rule theirs, levels Error');
    expect(leftOf(wanted, of(['*'], ['*'])).wanted).toEqual([]);
    expect(leftOf(wanted, of(['cron'], ['*'])).losses).toEqual([]);
  });

  it('takes away the files of a custom log that are there', () => {
    const log: Collected = {
      ...{ what: 'logFile', os: 'windows', table: 'App_CL', filePatterns: ['C:\\a.log', 'C:\\b.log'] },
      ...{ recordStartTimestampFormat: 'ISO 8601', transformKql: 'source', columns: TEXT_COLUMNS },
    };
    const existing = rule({ logFiles: [{ streams: ['Custom-Text-App'], filePatterns: ['C:\\a.log'] }] });
    expect(leftOf(log, existing).wanted).toMatchObject([{ collected: { filePatterns: ['C:\\b.log'] } }]);
  });

  it('knows IIS logs, firewall logs and extensions', () => {
    const iis: Collected = { what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' };
    const source = { streams: ['Microsoft-W3CIISLog'], logDirectories: ['D:\\logs'] };
    expect(leftOf(iis, rule({ iisLogs: [{ ...source, logDirectories: [] }] })).wanted).toEqual([]);
    expect(leftOf(iis, rule({ iisLogs: [source] })).wanted).toHaveLength(1);
    const firewall: Collected = { what: 'firewallLog', os: 'windows', stream: 'Microsoft-WindowsFirewall' };
    expect(
      leftOf(firewall, rule({ windowsFirewallLogs: [{ streams: ['Microsoft-WindowsFirewall'] }] })).wanted,
    ).toEqual([]);
    const map: Collected = {
      ...{ what: 'extension', os: 'windows', extensionName: 'DependencyAgent' },
      ...{ streams: ['Microsoft-ServiceMap'], settings: {} },
    };
    const extensions = [{ streams: ['Microsoft-ServiceMap'], extensionName: 'dependencyagent' }];
    expect(leftOf(map, rule({ extensions })).wanted).toEqual([]);
  });
});

describe('who made a rule', () => {
  it.each([
    ['any', { CreatedBy: 'Sentinel' }, 'sentinel'],
    ['MSVMI-prod-dcr', null, 'vmInsights'],
    ['any', { createdBy: 'MicrosoftDefenderForSQL' }, 'defender'],
    ['MicrosoftDefenderForSQL-westeurope-dcr', {}, 'defender'],
    ['any', { createdBy: 'ama-migration' }, 'own'],
    ['any', undefined, 'other'],
  ] as const)('is known by name and tag: %s %o', (name, tags, expected) => {
    expect(makerOf(name, tags)).toBe(expected);
  });
});
