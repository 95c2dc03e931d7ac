/** The part of a data collection rule that this app writes, in the words of api-version 2024-03-11. */
export const RULE_API_VERSION = '2024-03-11';
export const RULE_TYPE = 'Microsoft.Insights/dataCollectionRules';

export interface CounterSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly samplingFrequencyInSeconds: number;
  readonly counterSpecifiers: readonly string[];
}
export interface EventSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly xPathQueries: readonly string[];
}
export interface SyslogSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly facilityNames: readonly string[];
  readonly logLevels: readonly string[];
}
export interface LogFileSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly filePatterns: readonly string[];
  readonly format: 'text';
  readonly settings: { readonly text: { readonly recordStartTimestampFormat: string } };
}
export interface IisSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly logDirectories: readonly string[];
}
export interface FirewallSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly profileFilter: readonly string[];
}
export interface ExtensionSource {
  readonly name: string;
  readonly streams: readonly string[];
  readonly extensionName: string;
  readonly extensionSettings?: Readonly<Record<string, unknown>>;
}

export interface DataSources {
  readonly performanceCounters?: readonly CounterSource[];
  readonly windowsEventLogs?: readonly EventSource[];
  readonly syslog?: readonly SyslogSource[];
  readonly logFiles?: readonly LogFileSource[];
  readonly iisLogs?: readonly IisSource[];
  readonly windowsFirewallLogs?: readonly FirewallSource[];
  readonly extensions?: readonly ExtensionSource[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
}

export interface DataFlow {
  readonly streams: readonly string[];
  readonly destinations: readonly string[];
  readonly transformKql?: string;
  readonly outputStream?: string;
}

export interface RuleBody {
  readonly location: string;
  readonly kind: 'Windows' | 'Linux';
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: {
    readonly description: string;
    readonly dataCollectionEndpointId?: string;
    readonly streamDeclarations?: Readonly<Record<string, { readonly columns: readonly Column[] }>>;
    readonly dataSources: DataSources;
    readonly destinations: {
      readonly logAnalytics: readonly { readonly name: string; readonly workspaceResourceId: string }[];
    };
    readonly dataFlows: readonly DataFlow[];
  };
}
