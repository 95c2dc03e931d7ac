import type { FindingCode } from '../model/findings.ts';

export interface SolutionAdvice {
  readonly title: string;
  /** Whether it loses its data or its function with the legacy agent. */
  readonly dependsOnLegacyAgent: boolean;
  /** What takes its place, one sentence. */
  readonly successor: string;
}

/**
 * Solutions of a workspace by product name (`OMSGallery/<product>`). Sources: seeds migrate-from-mma.md
 * ("Understand additional dependencies and services", "Known parity gaps") and ama-in-defender-for-cloud.md;
 * what Azure Landing Zones' migration script removes (facts file 2.8); solutions Microsoft has retired without
 * successor are from its retirement notices and were not checked one by one.
 */
export const SOLUTIONS = {
  Updates: {
    title: 'Update Management',
    dependsOnLegacyAgent: true,
    successor: 'Azure Update Manager, which needs neither agent.',
  },
  ChangeTracking: {
    title: 'Change Tracking and Inventory',
    dependsOnLegacyAgent: true,
    successor: 'The ChangeTracking extension with a data collection rule for Azure Monitor Agent.',
  },
  VMInsights: {
    title: 'VM insights',
    dependsOnLegacyAgent: true,
    successor:
      'VM insights with its data collection rule, and the dependency agent with enableAMA for the map.',
  },
  ServiceMap: {
    title: 'Service Map',
    dependsOnLegacyAgent: true,
    successor: 'The map of VM insights, with the dependency agent and enableAMA.',
  },
  Security: {
    title: 'Security and Audit (Defender for Servers)',
    dependsOnLegacyAgent: true,
    successor:
      'Agentless scanning and Defender for Endpoint; security events need a rule of their own, and the solution stays for the 500 MB benefit.',
  },
  SecurityCenterFree: {
    title: 'Defender for Cloud, foundational posture',
    dependsOnLegacyAgent: false,
    successor: 'Nothing to do: it stays as the solution of the free plan.',
  },
  SecurityInsights: {
    title: 'Microsoft Sentinel',
    dependsOnLegacyAgent: false,
    successor: 'It stays; replace its agent-based connectors by those "via AMA".',
  },
  SQLAssessment: {
    title: 'SQL Assessment',
    dependsOnLegacyAgent: true,
    successor: 'SQL best practices assessment, which uses Azure Monitor Agent.',
  },
  SQLAdvancedThreatProtection: {
    title: 'Defender for SQL, threat protection',
    dependsOnLegacyAgent: true,
    successor: 'Defender for SQL servers on machines with its Azure Monitor Agent provisioning.',
  },
  SQLVulnerabilityAssessment: {
    title: 'Defender for SQL, vulnerability assessment',
    dependsOnLegacyAgent: true,
    successor: 'Defender for SQL servers on machines with its Azure Monitor Agent provisioning.',
  },
  ADAssessment: {
    title: 'Active Directory Health Check',
    dependsOnLegacyAgent: true,
    successor: 'On-demand assessments of Microsoft Services Hub, where the contract has them.',
  },
  ADReplication: {
    title: 'Active Directory Replication Status',
    dependsOnLegacyAgent: true,
    successor: 'No direct one; collect the Directory Service event log with a rule.',
  },
  AgentHealthAssessment: {
    title: 'Agent Health',
    dependsOnLegacyAgent: true,
    successor: 'Queries and alerts on Heartbeat, which Azure Monitor Agent writes as well.',
  },
  AntiMalware: {
    title: 'Antimalware Assessment',
    dependsOnLegacyAgent: true,
    successor: 'Endpoint protection findings of Defender for Cloud and Defender for Endpoint.',
  },
  DnsAnalytics: {
    title: 'DNS Analytics',
    dependsOnLegacyAgent: true,
    successor: 'The Sentinel connector "Windows DNS Events via AMA".',
  },
  WindowsFirewall: {
    title: 'Windows Firewall',
    dependsOnLegacyAgent: true,
    successor: 'The Sentinel connector "Windows Firewall Events via AMA", with a data collection endpoint.',
  },
  WindowsEventForwarding: {
    title: 'Windows Event Forwarding',
    dependsOnLegacyAgent: false,
    successor: 'It already belongs to Azure Monitor Agent: the WindowsEvent table needs it.',
  },
  AzureAutomation: {
    title: 'Automation Hybrid Worker',
    dependsOnLegacyAgent: true,
    successor: 'The extension-based Hybrid Runbook Worker.',
  },
  WireData: {
    title: 'Wire Data 2.0',
    dependsOnLegacyAgent: true,
    successor: 'The map of VM insights (VMConnection).',
  },
  WireData2: {
    title: 'Wire Data 2.0',
    dependsOnLegacyAgent: true,
    successor: 'The map of VM insights (VMConnection).',
  },
  NetworkMonitoring: {
    title: 'Network Performance Monitor',
    dependsOnLegacyAgent: true,
    successor: 'Connection monitor of Network Watcher.',
  },
  CapacityPerformance: {
    title: 'Hyper-V Capacity and Performance',
    dependsOnLegacyAgent: true,
    successor: 'VM insights on the hosts.',
  },
  Containers: {
    title: 'Container Monitoring Solution',
    dependsOnLegacyAgent: true,
    successor: 'Container insights.',
  },
  ContainerInsights: {
    title: 'Container insights',
    dependsOnLegacyAgent: false,
    successor: 'It stays; its own containerised agent must use managed identity authentication.',
  },
} as const satisfies Record<string, SolutionAdvice>;

const BY_PRODUCT = new Map<string, SolutionAdvice>(
  Object.entries(SOLUTIONS).map(([product, advice]) => [product.toLowerCase(), advice]),
);

/** What to do about a solution; undefined for one this app does not know. Takes "OMSGallery/Updates" as well. */
export function solutionAdvice(product: string): SolutionAdvice | undefined {
  return BY_PRODUCT.get(product.trim().toLowerCase().split('/').at(-1) ?? '');
}

/** Tables that only fill because a service is in use (data types of the Usage table). */
export const serviceTables: Readonly<Record<string, FindingCode>> = {
  W3CIISLog: 'iisLogs',
  WindowsFirewall: 'firewallLogs',
  InsightsMetrics: 'vmInsightsData',
  VMComputer: 'vmInsightsData',
  VMConnection: 'vmInsightsData',
  VMProcess: 'vmInsightsData',
  VMBoundPort: 'vmInsightsData',
  // Change Tracking and Inventory
  ConfigurationChange: 'solutionOnLegacy',
  ConfigurationData: 'solutionOnLegacy',
  // Update Management
  Update: 'solutionOnLegacy',
  UpdateSummary: 'solutionOnLegacy',
  UpdateRunProgress: 'solutionOnLegacy',
};

const BY_TABLE = new Map(Object.entries(serviceTables).map(([table, code]) => [table.toLowerCase(), code]));

/** The finding a table with data stands for, if any. */
export function serviceOfTable(table: string): FindingCode | undefined {
  const name = table.trim().toLowerCase();
  return name.endsWith('_cl') ? 'customLogs' : BY_TABLE.get(name);
}

/** Intelligence packs in the column `Solutions` of Heartbeat that only the legacy agent runs. */
const HEARTBEAT_SOLUTIONS = new Map<string, FindingCode>([
  ['updates', 'updateManagementOnLegacy'],
  ['changetracking', 'changeTrackingOnLegacy'],
  ['azureautomation', 'hybridWorkerOnLegacy'],
  ['sqladvancedthreatprotection', 'defenderForSqlOnLegacy'],
  ['sqlvulnerabilityassessment', 'defenderForSqlOnLegacy'],
]);

/** What the legacy agent of a machine serves, from its heartbeat: `"security", "changeTracking", "updates"`. */
export function solutionsOfHeartbeat(solutions: string): readonly FindingCode[] {
  const codes = solutions
    .split(',')
    .map((part) => HEARTBEAT_SOLUTIONS.get(part.replace(/["\s[\]]/g, '').toLowerCase()))
    .filter((code) => code !== undefined);
  return [...new Set(codes)];
}
