/** Everything that differs between the clouds Azure Monitor Agent runs in. */
export interface Cloud {
  readonly arm: { readonly endpoint: string; readonly scope: string };
  /** Where tokens come from. */
  readonly authorityHost: string;
  /** Log Analytics query API, with its version. */
  readonly logs: { readonly endpoint: string; readonly scope: string };
  readonly keyVault: { readonly dnsSuffix: string; readonly scope: string };
  /** Hosts the agent speaks to; the ones that begin with a dot take a region, workspace or endpoint before it. */
  readonly agentHosts: {
    readonly globalHandler: string;
    /** `<region>` before it: fetches the rules of a machine. */
    readonly handler: string;
    /** `<workspace id>` before it: takes in logs. */
    readonly ingestion: string;
    /** `<region>` before it: custom metrics only, which Government and China do not offer. */
    readonly metrics: string;
    /** `<endpoint>.<region>` before it: data collection endpoints. */
    readonly endpointIngestion: string;
  };
  /** What an NSG or Azure Firewall must let out. Endpoints' public addresses are not in any tag. */
  readonly serviceTags: readonly string[];
}

export type CloudName = 'public' | 'government' | 'china';

/**
 * Sources: hosts and tags from azure-monitor-agent-network-configuration.md of 2024-11-14
 * (MicrosoftDocs/azure-monitor-docs @098a30f: only the suffix changes); authority hosts and query audiences
 * from the constants of @azure/identity and @azure/monitor-query-logs; ARM from @azure/core-client's clouds;
 * vault suffixes and scopes from the Azure CLI's cloud table.
 * Not verified: that the service tags carry the same names in China.
 */
export const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  public: {
    arm: { endpoint: 'https://management.azure.com', scope: 'https://management.azure.com/.default' },
    authorityHost: 'https://login.microsoftonline.com',
    logs: { endpoint: 'https://api.loganalytics.io/v1', scope: 'https://api.loganalytics.io/.default' },
    keyVault: { dnsSuffix: '.vault.azure.net', scope: 'https://vault.azure.net/.default' },
    agentHosts: agentHosts('com'),
    serviceTags: ['AzureMonitor', 'AzureResourceManager'],
  },
  government: {
    arm: {
      endpoint: 'https://management.usgovcloudapi.net',
      scope: 'https://management.usgovcloudapi.net/.default',
    },
    authorityHost: 'https://login.microsoftonline.us',
    logs: { endpoint: 'https://api.loganalytics.us/v1', scope: 'https://api.loganalytics.us/.default' },
    keyVault: { dnsSuffix: '.vault.usgovcloudapi.net', scope: 'https://vault.usgovcloudapi.net/.default' },
    agentHosts: agentHosts('us'),
    serviceTags: ['AzureMonitor', 'AzureResourceManager'],
  },
  china: {
    arm: {
      endpoint: 'https://management.chinacloudapi.cn',
      scope: 'https://management.chinacloudapi.cn/.default',
    },
    authorityHost: 'https://login.chinacloudapi.cn',
    logs: {
      endpoint: 'https://api.loganalytics.azure.cn/v1',
      scope: 'https://api.loganalytics.azure.cn/.default',
    },
    keyVault: { dnsSuffix: '.vault.azure.cn', scope: 'https://vault.azure.cn/.default' },
    agentHosts: agentHosts('cn'),
    serviceTags: ['AzureMonitor', 'AzureResourceManager'],
  },
};

function agentHosts(suffix: 'com' | 'us' | 'cn'): Cloud['agentHosts'] {
  return {
    globalHandler: `global.handler.control.monitor.azure.${suffix}`,
    handler: `.handler.control.monitor.azure.${suffix}`,
    ingestion: `.ods.opinsights.azure.${suffix}`,
    metrics: `.monitoring.azure.${suffix}`,
    endpointIngestion: `.ingest.monitor.azure.${suffix}`,
  };
}
