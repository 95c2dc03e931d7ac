import type { OsType } from '../../../model/agents.ts';
import type { Collected, Loss, Origin, Wanted } from '../model.ts';
import { loss, wanted } from '../wanted.ts';

/** What a solution becomes. */
export interface Part {
  readonly wanted: readonly Wanted[];
  readonly losses: readonly Loss[];
}

const BOTH: readonly OsType[] = ['windows', 'linux'];

function extension(
  os: OsType,
  extensionName: string,
  streams: readonly string[],
  settings: Readonly<Record<string, unknown>> | null,
): Collected {
  return { what: 'extension', os, extensionName, streams, settings };
}

/** Source: Azure Policy, VMInsights_AMA_Deploy_DCR_DCRA_VM; the specifier is the same on Linux there. */
export function vmInsights(origin: Origin): Part {
  const detailed = {
    what: 'counter',
    stream: 'Microsoft-InsightsMetrics',
    specifier: '\\VmInsights\\DetailedMetrics',
    intervalSeconds: 60,
  } as const;
  return { wanted: BOTH.map((os) => wanted({ ...detailed, os }, [{ origin }])), losses: [] };
}

/** Source: as before, with processes and dependencies; `enableAMA` from facts file 3.1. */
export function dependencyMap(origins: readonly Origin[]): Part {
  const needs = 'DependencyAgentWindows or DependencyAgentLinux with the setting enableAMA "true"';
  return {
    wanted: BOTH.map((os) =>
      wanted(
        extension(os, 'DependencyAgent', ['Microsoft-ServiceMap'], {}),
        origins.map((origin) => ({ origin })),
      ),
    ),
    losses: origins.map((origin) => loss(origin, 'extensionNeeded', needs)),
  };
}

/** Stream from memory (facts file 3.6, marked [K]); the endpoint from facts file 2.10. */
export function windowsFirewall(origin: Origin): Part {
  const firewall = { what: 'firewallLog', os: 'windows', stream: 'Microsoft-WindowsFirewall' } as const;
  return { wanted: [wanted(firewall, [{ origin }])], losses: [loss(origin, 'endpointNeeded')] };
}

/**
 * Extension and stream: learn.microsoft.com/azure/sentinel/connect-dns-ama. Only the portal installs the extension
 * (facts file 3.6). Without filters, all is collected.
 */
export function dnsAnalytics(origins: readonly Origin[], hasSentinel: boolean): Part {
  if (!hasSentinel) {
    return {
      wanted: [],
      losses: origins.map((origin) => loss(origin, 'solutionMissing', 'SecurityInsights')),
    };
  }
  const dns = extension('windows', 'MicrosoftDnsAgent', ['Microsoft-ASimDnsActivityLogs'], null);
  const needs = 'MicrosoftDnsAgent of Microsoft.Sentinel.AzureMonitorAgentExtensions';
  return {
    wanted: [
      wanted(
        dns,
        origins.map((origin) => ({ origin })),
      ),
    ],
    losses: origins.flatMap((origin) => [
      loss(origin, 'extensionNeeded', needs),
      loss(origin, 'tableChanged', 'DnsEvents and DnsInventory become ASimDnsActivityLogs'),
    ]),
  };
}

/** Source: Azure Policy, MDC_DfSQL_AMA_UserWorkspacePipeline_VM, with its default for the collection of queries. */
export function defenderForSql(origins: readonly Origin[]): Part {
  const streams = [
    'Microsoft-DefenderForSqlAlerts',
    'Microsoft-DefenderForSqlLogins',
    'Microsoft-DefenderForSqlTelemetry',
    'Microsoft-DefenderForSqlScanEvents',
    'Microsoft-DefenderForSqlScanResults',
    'Microsoft-SqlAtpStatus-DefenderForSql',
  ];
  const settings = { enableCollectionOfSqlQueriesForSecurityResearch: false };
  const needs = 'AdvancedThreatProtection.Windows of Microsoft.Azure.AzureDefenderForSQL';
  return {
    wanted: [
      wanted(
        extension('windows', 'MicrosoftDefenderForSQL', streams, settings),
        origins.map((origin) => ({ origin })),
      ),
    ],
    losses: origins.map((origin) => loss(origin, 'extensionNeeded', needs)),
  };
}
