import { describe, expect, it } from 'vitest';
import { linuxSyslog, syslogWithCef } from '../../../../shared/rules/convert/kinds/syslog.ts';
import { aSource, collectedBy, lossesOf, originsOf, run } from './kind-fixtures.ts';

const aFacility = (name: string, syslogName: unknown, ...severities: readonly unknown[]) =>
  aSource('LinuxSyslog', name, {
    syslogName,
    syslogSeverities: severities.map((severity) => ({ severity })),
  });
const gate = (state: string) => aSource('LinuxSyslogCollection', 'gate', { state });

describe('linuxSyslog', () => {
  it('writes the levels in the order of a rule', () => {
    const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
    const result = run(linuxSyslog, [aFacility('a', 'auth', ...severities)]);

    expect(collectedBy(result)).toEqual([
      'Microsoft-Syslog: auth Debug Info Notice Warning Error Critical Alert Emergency',
    ]);
    expect(originsOf(result)).toEqual(severities.map((severity) => `a · ${severity}`));
    expect(result.losses).toEqual([]);
  });

  it('keeps gaps: a level that was not chosen is not collected', () => {
    expect(collectedBy(run(linuxSyslog, [aFacility('a', 'MAIL', 'crit', 'Info')]))).toEqual([
      'Microsoft-Syslog: mail Info Critical',
    ]);
  });

  it('merges a facility that is there twice', () => {
    const result = run(linuxSyslog, [aFacility('b', 'kern', 'err'), aFacility('a', 'kern', 'err', 'crit')]);

    expect(collectedBy(result)).toEqual(['Microsoft-Syslog: kern Error Critical']);
    expect(originsOf(result)).toEqual(['a · err', 'a · crit', 'b · err']);
  });

  it.each([
    ['an unknown facility', aFacility('a', 'local8', 'err'), 'a · local8 · unknownFacility'],
    ['a facility for all', aFacility('a', '*', 'err'), 'a · * · unknownFacility'],
    ['an inherited name', aFacility('a', 'constructor', 'err'), 'a · constructor · unknownFacility'],
    ['an unknown severity', aFacility('a', 'auth', 'loud'), 'a · loud · unknownSeverity'],
    ['a severity for all', aFacility('a', 'auth', '*'), 'a · * · unknownSeverity'],
    ['no severity', aFacility('a', 'auth'), 'a · a · nothingSelected'],
    ['a severity that is no text', aFacility('a', 'auth', 4), 'a · syslogSeverities[0] · malformed'],
    ['a wrong key', aSource('LinuxSyslog', 'a', { syslogName: 'auth' }), 'a · a · malformed'],
  ])('makes nothing of %s and widens nothing', (_, source, expected) => {
    const result = run(linuxSyslog, [source, aFacility('z', 'cron', 'err')]);

    expect(collectedBy(result)).toEqual(['Microsoft-Syslog: cron Error']);
    expect(lossesOf(result)).toEqual([expected]);
  });

  it('makes nothing of a collection that is switched off', () => {
    const result = run(linuxSyslog, [gate('Disabled'), aFacility('a', 'auth', 'err', 'loud')]);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual([
      'a · err · disabled',
      'a · loud · unknownSeverity',
      'gate · state · disabled',
    ]);
  });

  it('tells a workspace with Microsoft Sentinel that CEF cannot be seen', () => {
    const sources = [aFacility('a', 'auth', 'err')];

    expect(lossesOf(run(linuxSyslog, sources, ['SecurityInsights']))).toEqual([
      'law · forwarders · cefNotSeen',
    ]);
    expect(lossesOf(run(linuxSyslog, sources, ['Updates']))).toEqual([]);
    expect(lossesOf(run(linuxSyslog, [], ['SecurityInsights']))).toEqual([]);
  });
});

describe('syslogWithCef', () => {
  const ALL = 'Debug Info Notice Warning Error Critical Alert Emergency';
  const SOURCES = [aFacility('a', 'local4', 'err'), aFacility('b', 'auth', 'err')];

  it('takes a facility out of Syslog, so that no message is stored twice', () => {
    const result = run(syslogWithCef(['local4']), SOURCES, ['SecurityInsights']);

    expect(collectedBy(result)).toEqual([
      'Microsoft-Syslog: auth Error',
      `Microsoft-CommonSecurityLog: local4 ${ALL}`,
      'Microsoft-CommonSecurityLog: nopri Emergency',
    ]);
    expect(originsOf(result, 1)).toEqual(['law · local4', 'a · err']);
    expect(lossesOf(result)).toEqual(['a · err · cefFacilityMoved']);
  });

  it('knows facilities that the workspace does not collect', () => {
    const result = run(syslogWithCef([' LOCAL0', 'local0']), [], ['Security']);

    expect(collectedBy(result)).toEqual([
      `Microsoft-CommonSecurityLog: local0 ${ALL}`,
      'Microsoft-CommonSecurityLog: nopri Emergency',
    ]);
    expect(originsOf(result)).toEqual(['law · local0']);
  });

  it('leaves no message without a priority to both tables', () => {
    const sources = [aFacility('a', 'nopri', 'emerg', 'err')];
    const result = run(syslogWithCef(['local4']), sources, ['Security']);

    expect(collectedBy(result)).toEqual([
      'Microsoft-Syslog: nopri Error',
      `Microsoft-CommonSecurityLog: local4 ${ALL}`,
      'Microsoft-CommonSecurityLog: nopri Emergency',
    ]);
  });

  it('collects CEF though the workspace switched plain syslog off', () => {
    const result = run(syslogWithCef(['local4']), [...SOURCES, gate('Disabled')], ['SecurityInsights']);

    expect(collectedBy(result)).toEqual([
      `Microsoft-CommonSecurityLog: local4 ${ALL}`,
      'Microsoft-CommonSecurityLog: nopri Emergency',
    ]);
    expect(originsOf(result)).toEqual(['law · local4']);
    expect(lossesOf(result)).toEqual(['a · err · disabled', 'b · err · disabled', 'gate · state · disabled']);
  });

  it('moves nothing for a facility that does not exist', () => {
    const result = run(syslogWithCef(['local9']), [aFacility('a', 'nopri', 'emerg')], ['Security']);

    expect(collectedBy(result)).toEqual(['Microsoft-Syslog: nopri Emergency']);
  });

  it.each([
    ['an unknown facility', ['local9'], ['SecurityInsights'], 'law · local9 · unknownFacility'],
    ['a workspace without the table', ['local4'], [], 'law · local4 · solutionMissing'],
  ])('leaves Syslog as it is with %s', (_, facilities, solutions, expected) => {
    const result = run(syslogWithCef(facilities), SOURCES, solutions);

    expect(collectedBy(result)).toEqual(['Microsoft-Syslog: auth Error', 'Microsoft-Syslog: local4 Error']);
    expect(lossesOf(result)).toEqual([expected]);
  });
});
