import { describe, expect, it } from 'vitest';
import { windowsEvents } from '../../../../shared/rules/convert/kinds/windows-events.ts';
import { aSource, collectedBy, lossesOf, originsOf, run, settingsWith } from './kind-fixtures.ts';

const TIER = 'SecurityInsightsSecurityEventCollectionConfiguration';
const aLog = (name: string, eventLogName: unknown, ...types: readonly unknown[]) =>
  aSource('WindowsEvent', name, { eventLogName, eventTypes: types.map((eventType) => ({ eventType })) });

describe('windowsEvents', () => {
  it.each([
    [['Error'], '(Level=1 or Level=2)'],
    [['Warning'], '(Level=3)'],
    [['Information'], '(Level=4 or Level=0)'],
    [['Information', 'Error'], '(Level=1 or Level=2 or Level=4 or Level=0)'],
    [['warning', 'ERROR', 'Information'], '(Level=1 or Level=2 or Level=3 or Level=4 or Level=0)'],
  ])('turns %j into levels', (types, levels) => {
    const result = run(windowsEvents, [aLog('a', 'System', ...types)]);

    expect(collectedBy(result)).toEqual([`Microsoft-Event: System!*[System[${levels}]]`]);
    expect(originsOf(result)).toEqual(types.map((type) => `a · ${type}`));
    expect(result.losses).toEqual([]);
  });

  it.each([
    ['quotes', `Bob's "Log"`],
    ['commas', 'a, b'],
    ['a path', 'Microsoft-Windows-AppLocker/EXE and DLL'],
    ['other letters', 'Журнал событий'],
  ])('leaves a name with %s alone: it stands outside of the query', (_, log) => {
    expect(collectedBy(run(windowsEvents, [aLog('a', log, 'Warning')]))).toEqual([
      `Microsoft-Event: ${log}!*[System[(Level=3)]]`,
    ]);
  });

  it('has one query for a log that several settings name', () => {
    const result = run(windowsEvents, [
      aLog('b', 'SYSTEM', 'Warning', 'Error'),
      aLog('a', 'System\t', 'Error'),
      aLog('c', 'Application', 'Error'),
    ]);

    expect(collectedBy(result)).toEqual([
      'Microsoft-Event: Application!*[System[(Level=1 or Level=2)]]',
      'Microsoft-Event: System!*[System[(Level=1 or Level=2 or Level=3)]]',
    ]);
    expect(originsOf(result, 1)).toEqual(['a · Error', 'b · Warning', 'b · Error']);
    expect(lossesOf(result)).toEqual(['a · System\t · nameNormalised']);
  });

  it.each([
    ['no types', aLog('a', 'System'), 'a · a · nothingSelected'],
    ['an unknown type', aLog('a', 'System', 'Verbose'), 'a · Verbose · unknownEventType'],
    [
      'a type that is an inherited name',
      aLog('a', 'System', 'constructor'),
      'a · constructor · unknownEventType',
    ],
    ['a type that is no text', aLog('a', 'System', 3), 'a · eventTypes[0] · malformed'],
    ['an Analytic channel', aLog('a', 'X/Analytic', 'Error'), 'a · X/Analytic · channelNotCollectable'],
    [
      'the Analytical channel of DNS servers',
      aLog('a', 'Microsoft-Windows-DNSServer/Analytical', 'Error'),
      'a · Microsoft-Windows-DNSServer/Analytical · channelNotCollectable',
    ],
    ['a Debug channel', aLog('a', 'X/debug ', 'Error'), 'a · X/debug  · channelNotCollectable'],
    ['a log without a name', aLog('a', ' ', 'Error'), 'a ·   · malformed'],
    ['a name that would end early', aLog('a', 'Sys!tem', 'Error'), 'a · Sys!tem · malformed'],
    ['a wrong key', aSource('WindowsEvent', 'a', { eventLogName: 'System', types: [] }), 'a · a · malformed'],
  ])('makes nothing of %s', (_, source, expected) => {
    const result = run(windowsEvents, [source, aLog('z', 'Application', 'Warning')]);

    expect(collectedBy(result)).toEqual(['Microsoft-Event: Application!*[System[(Level=3)]]']);
    expect(lossesOf(result)).toEqual([expected]);
  });

  it('keeps what is left when one type of several is unknown', () => {
    const result = run(windowsEvents, [aLog('a', 'System', 'Verbose', 'Warning')]);

    expect(collectedBy(result)).toEqual(['Microsoft-Event: System!*[System[(Level=3)]]']);
    expect(lossesOf(result)).toEqual(['a · Verbose · unknownEventType']);
  });
});

describe('the Security log', () => {
  const LOG = aLog('a', 'security', 'Information');

  it.each(['SecurityInsights', 'Security', 'OMSGallery/Security', 'securityinsights(law)'])(
    'goes to the security stream with the solution %s',
    (solution) => {
      const result = run(windowsEvents, [LOG], [solution]);

      expect(collectedBy(result)).toEqual([
        'Microsoft-SecurityEvent: security!*[System[(Level=4 or Level=0)]]',
      ]);
      expect(lossesOf(result)).toEqual(['a · Information · securityLogNeedsStream']);
    },
  );

  it('is lost without a solution that brings the table', () => {
    const result = run(windowsEvents, [LOG], ['SecurityCenterFree']);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual([
      'a · Information · securityLogNeedsStream',
      'a · Information · solutionMissing',
    ]);
  });

  it.each([
    ['Minimal', 0],
    ['All', 0],
    ['None', 1],
    ['Custom', 1],
  ])('beside tier %s has %i query of its own', (tier, count) => {
    const sources = [LOG, aSource(TIER, 'tier', { tier })];
    const beside = windowsEvents([LOG], settingsWith(sources, ['Security']));

    expect(beside.wanted).toHaveLength(count);
    expect(lossesOf(beside)).toEqual([
      `a · Information · ${count === 0 ? 'coveredByTier' : 'securityLogNeedsStream'}`,
    ]);
  });
});
