import { describe, expect, it } from 'vitest';
import { WITHOUT_RULE } from '../../../../shared/rules/convert/kinds/solution-list.ts';
import { solutions, solutionsWith } from '../../../../shared/rules/convert/kinds/solutions.ts';
import type { Converted } from '../../../../shared/rules/convert/model.ts';
import { aSource, lossesOf, originsOf, run, WORKSPACE } from './kind-fixtures.ts';

const all = ({ wanted }: Converted) => wanted.map(({ collected }) => collected);

const DETAILED = {
  what: 'counter',
  stream: 'Microsoft-InsightsMetrics',
  specifier: '\\VmInsights\\DetailedMetrics',
  intervalSeconds: 60,
};
const MAP = {
  what: 'extension',
  extensionName: 'DependencyAgent',
  streams: ['Microsoft-ServiceMap'],
  settings: {},
};
const BOTH = ['windows', 'linux'];

describe('VM insights', () => {
  it('without map is a counter on both systems, and says that a map cannot be seen', () => {
    const result = run(solutions, [], ['VMInsights']);

    expect(all(result)).toEqual(BOTH.map((os) => ({ ...DETAILED, os })));
    expect(result.wanted[0]?.origins).toEqual([
      { sourceId: `${WORKSPACE}/solutions/vminsights`, kind: 'Solution', item: 'VMInsights' },
    ]);
    expect(lossesOf(result)).toEqual(['vminsights · VMInsights · mapNotSeen']);
  });

  it.each([
    ['the solution Service Map', ['VMInsights', 'ServiceMap'], {}],
    ['a wish', ['OMSGallery/VMInsights(law)'], { dependencyMap: true }],
  ] as const)('with map by %s has the extension as well', (_, products, options) => {
    const result = run(solutionsWith(options), [], products);

    expect(all(result)).toEqual([
      ...BOTH.map((os) => ({ ...DETAILED, os })),
      ...BOTH.map((os) => ({ ...MAP, os })),
    ]);
    expect(lossesOf(result)).toContain('vminsights · VMInsights · extensionNeeded');
  });

  it('goes without map on wish', () => {
    const result = run(solutionsWith({ dependencyMap: false }), [], ['VMInsights', 'ServiceMap']);

    expect(all(result)).toEqual(BOTH.map((os) => ({ ...DETAILED, os })));
    expect(lossesOf(result)).toContain('servicemap · ServiceMap · nothingSelected');
  });

  it('is not wanted by Service Map alone', () => {
    expect(all(run(solutions, [], ['ServiceMap']))).toEqual(BOTH.map((os) => ({ ...MAP, os })));
  });
});

describe('other solutions', () => {
  it('Windows Firewall needs an endpoint', () => {
    const result = run(solutions, [], ['WindowsFirewall']);

    expect(all(result)).toEqual([
      { what: 'firewallLog', os: 'windows', stream: 'Microsoft-WindowsFirewall' },
    ]);
    expect(lossesOf(result)).toEqual(['windowsfirewall · WindowsFirewall · endpointNeeded']);
  });

  it('DNS Analytics goes to another table, by an extension that has to be installed', () => {
    const source = aSource('DnsAnalytics', 'dns', { eventStoreDays: 7 });
    const result = run(solutions, [source], ['DnsAnalytics', 'SecurityInsights']);

    expect(all(result)).toEqual([
      {
        what: 'extension',
        os: 'windows',
        extensionName: 'MicrosoftDnsAgent',
        streams: ['Microsoft-ASimDnsActivityLogs'],
        settings: null,
      },
    ]);
    expect(originsOf(result)).toEqual(['dnsanalytics · DnsAnalytics', 'dns · dns']);
    expect(lossesOf(result)).toEqual(
      expect.arrayContaining([
        'dns · dns · settingsNotCarried',
        'dnsanalytics · DnsAnalytics · extensionNeeded',
        'dnsanalytics · DnsAnalytics · tableChanged',
      ]),
    );
  });

  it('DNS Analytics needs Sentinel', () => {
    const result = run(solutions, [aSource('DnsAnalytics', 'dns', null)], ['DnsAnalytics']);

    expect(all(result)).toEqual([]);
    expect(lossesOf(result)).toContain('dns · dns · solutionMissing');
  });

  it('Defender for SQL has the streams and settings of the policy, once', () => {
    const result = run(solutions, [], ['SQLAdvancedThreatProtection', 'SQLVulnerabilityAssessment']);

    expect(all(result)).toEqual([
      {
        what: 'extension',
        os: 'windows',
        extensionName: 'MicrosoftDefenderForSQL',
        streams: [
          'Microsoft-DefenderForSqlAlerts',
          'Microsoft-DefenderForSqlLogins',
          'Microsoft-DefenderForSqlTelemetry',
          'Microsoft-DefenderForSqlScanEvents',
          'Microsoft-DefenderForSqlScanResults',
          'Microsoft-SqlAtpStatus-DefenderForSql',
        ],
        settings: { enableCollectionOfSqlQueriesForSecurityResearch: false },
      },
    ]);
    expect(result.wanted[0]?.origins).toHaveLength(2);
  });

  it.each([
    ['Updates', 'noTarget'],
    ['updates', 'noTarget'],
    ['KeyVaultAnalytics', 'noAgentData'],
    ['SecurityInsights', 'noAgentData'],
    ['Contoso(law)', 'unknownKind'],
    ['constructor', 'unknownKind'],
  ])('%s: %s', (product, code) => {
    const result = run(solutions, [], [product]);

    expect(all(result)).toEqual([]);
    expect(result.losses.map((loss) => loss.code)).toEqual([code]);
  });

  it('leaves change tracking to its own converter', () => {
    expect(run(solutions, [], ['ChangeTracking'])).toEqual({ wanted: [], losses: [] });
  });

  it('are each in the list once', () => {
    const products = WITHOUT_RULE.map(({ product }) => product.toLowerCase());
    expect(new Set(products).size).toBe(products.length);
  });
});
