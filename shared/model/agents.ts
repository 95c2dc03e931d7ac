/** Identities of the agent extensions. Matching is by publisher and type, case-insensitive, never by name (D10). */
export type OsType = 'windows' | 'linux';

export const AMA_PUBLISHER = 'Microsoft.Azure.Monitor';
/** Extension type and the handler version the built-in policies deploy with (facts file 3.1, 3.8). */
export const AMA_EXTENSION = {
  windows: { type: 'AzureMonitorWindowsAgent', typeHandlerVersion: '1.2' },
  linux: { type: 'AzureMonitorLinuxAgent', typeHandlerVersion: '1.36' },
} as const satisfies Record<OsType, { type: string; typeHandlerVersion: string }>;

export const LEGACY_PUBLISHER = 'Microsoft.EnterpriseCloud.Monitoring';
export const LEGACY_TYPES = ['MicrosoftMonitoringAgent', 'OmsAgentForLinux'] as const;

export interface ExtensionIdentity {
  readonly publisher: string;
  readonly type: string;
}

export function isLegacyExtension(extension: ExtensionIdentity): boolean {
  return (
    same(extension.publisher, LEGACY_PUBLISHER) && LEGACY_TYPES.some((type) => same(extension.type, type))
  );
}

export function isAmaExtension(extension: ExtensionIdentity): boolean {
  return (
    same(extension.publisher, AMA_PUBLISHER) &&
    Object.values(AMA_EXTENSION).some(({ type }) => same(extension.type, type))
  );
}

/** Extensions beside the two agents that a migration has to know of. Facts file 3.1. */
const COMPANIONS: Readonly<Record<string, readonly ExtensionIdentity[]>> = {
  dependencyAgent: [
    { publisher: 'Microsoft.Azure.Monitoring.DependencyAgent', type: 'DependencyAgentWindows' },
    { publisher: 'Microsoft.Azure.Monitoring.DependencyAgent', type: 'DependencyAgentLinux' },
  ],
  diagnostics: [
    { publisher: 'Microsoft.Azure.Diagnostics', type: 'IaaSDiagnostics' },
    { publisher: 'Microsoft.Azure.Diagnostics', type: 'LinuxDiagnostic' },
    { publisher: 'Microsoft.OSTCExtensions', type: 'LinuxDiagnostic' },
  ],
  changeTracking: [
    { publisher: 'Microsoft.Azure.ChangeTrackingAndInventory', type: 'ChangeTracking-Windows' },
    { publisher: 'Microsoft.Azure.ChangeTrackingAndInventory', type: 'ChangeTracking-Linux' },
  ],
  hybridWorker: [
    { publisher: 'Microsoft.Azure.Automation.HybridWorker', type: 'HybridWorkerForWindows' },
    { publisher: 'Microsoft.Azure.Automation.HybridWorker', type: 'HybridWorkerForLinux' },
  ],
};

export type Companion = 'dependencyAgent' | 'diagnostics' | 'changeTracking' | 'hybridWorker';

/** Whether an extension is such a companion, by publisher and type. */
export function isCompanion(extension: ExtensionIdentity, companion: Companion): boolean {
  return (COMPANIONS[companion] ?? []).some(
    ({ publisher, type }) => same(publisher, extension.publisher) && same(type, extension.type),
  );
}

/** Heartbeat categories: the only column that tells the agents apart (facts file 3.9). */
export function agentOfHeartbeat(category: string): 'ama' | 'legacy' | 'scom' | 'other' {
  if (same(category, 'Azure Monitor Agent')) return 'ama';
  if (same(category, 'Direct Agent')) return 'legacy';
  return category.toLowerCase().startsWith('scom') ? 'scom' : 'other';
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
