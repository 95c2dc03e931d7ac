import type { LossCode } from '../model.ts';

interface WithoutRule {
  readonly product: string;
  readonly code: Extract<LossCode, 'noAgentData' | 'noTarget'>;
  readonly detail: string;
}

const service = (product: string): WithoutRule => ({
  product,
  code: 'noAgentData',
  detail: 'reads services, not agents',
});
const retired = (product: string, detail: string): WithoutRule => ({ product, code: 'noTarget', detail });

/**
 * Solutions of which no rule is made. Products: the intelligence packs of the REST specification of workspaces,
 * 2020-08-01, and those of Sentinel. What follows a solution is from Microsoft's documentation as remembered and was
 * not checked one by one.
 */
export const WITHOUT_RULE: readonly WithoutRule[] = [
  ...[
    'ApplicationInsights',
    'AzureActivity',
    'AzureAppGatewayAnalytics',
    'AzureAutomation',
    'AzureNetworking',
    'AzureNSGAnalytics',
    'AzureSQLAnalytics',
    'AzureWebAppsAnalytics',
    'Backup',
    'BehaviorAnalyticsInsights',
    'CompatibilityAssessment',
    'DeviceHealthProd',
    'HDInsight',
    'HDInsightKafka',
    'HDInsightSpark',
    'KeyVault',
    'KeyVaultAnalytics',
    'LogicAppB2B',
    'LogicAppsManagement',
    'Office365',
    'ServiceDesk',
    'SiteRecovery',
    'SurfaceHub',
    'WaaSUpdateInsights',
  ].map(service),
  ...['LogManagement', 'Security', 'SecurityCenterFree', 'SecurityInsights', 'WindowsEventForwarding'].map(
    (product): WithoutRule => ({
      product,
      code: 'noAgentData',
      detail: 'brings tables; what agents send to them is in other settings',
    }),
  ),
  retired('ADAssessment', 'on-demand assessments follow'),
  retired('ADReplication', 'nothing follows'),
  retired('AgentHealthAssessment', 'the table Heartbeat, which Azure Monitor Agent fills without a rule'),
  retired('AlertManagement', 'alerts of Operations Manager; nothing follows'),
  retired('AntiMalware', 'Defender for Servers follows'),
  retired('CapacityPerformance', 'nothing follows'),
  retired('Containers', 'Container insights follows'),
  retired('InfrastructureInsights', 'VM insights follows'),
  retired('NetworkMonitoring', 'Connection monitor of Network Watcher follows'),
  retired('ProcessInvestigator', 'Defender for Servers follows'),
  retired('SCOMAssessment', 'on-demand assessments follow'),
  retired('ServiceFabric', 'events of the cluster through other rules'),
  retired('SQLAssessment', 'best practices assessment of SQL Server enabled by Azure Arc follows'),
  retired('Updates', 'Azure Update Manager follows, without an agent'),
  retired('VMware', 'syslog of the hosts through a forwarder follows'),
  retired('WindowsDefenderATP', 'Defender for Endpoint follows'),
  retired('WireData', 'VM insights with map follows'),
  retired('WireData2', 'VM insights with map follows'),
];
