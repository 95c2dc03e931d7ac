import type { Agent, Os } from '../file/common.ts';
import { dig, text } from '../json.ts';

interface Handler {
  readonly publisher: string;
  readonly type: string;
  readonly agent?: Agent;
  readonly os?: Os;
  readonly version: string;
}

/** Extension handlers the simulated gallery offers, with the full version a machine reports. Facts file 3.1. */
const GALLERY: readonly Handler[] = [
  {
    publisher: 'Microsoft.Azure.Monitor',
    type: 'AzureMonitorWindowsAgent',
    agent: 'ama',
    os: 'windows',
    version: '1.38.1.0',
  },
  {
    publisher: 'Microsoft.Azure.Monitor',
    type: 'AzureMonitorLinuxAgent',
    agent: 'ama',
    os: 'linux',
    version: '1.39.0',
  },
  {
    publisher: 'Microsoft.EnterpriseCloud.Monitoring',
    type: 'MicrosoftMonitoringAgent',
    agent: 'legacy',
    os: 'windows',
    version: '1.0.18067.0',
  },
  {
    publisher: 'Microsoft.EnterpriseCloud.Monitoring',
    type: 'OmsAgentForLinux',
    agent: 'legacy',
    os: 'linux',
    version: '1.19.0',
  },
  {
    publisher: 'Microsoft.Azure.Monitoring.DependencyAgent',
    type: 'DependencyAgentWindows',
    os: 'windows',
    version: '9.10.18.4770',
  },
  {
    publisher: 'Microsoft.Azure.Monitoring.DependencyAgent',
    type: 'DependencyAgentLinux',
    os: 'linux',
    version: '9.10.18.4770',
  },
  { publisher: 'Microsoft.Compute', type: 'CustomScriptExtension', os: 'windows', version: '1.10.15' },
  { publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript', os: 'linux', version: '2.1.10' },
  {
    publisher: 'Microsoft.Azure.Security.Monitoring',
    type: 'AzureSecurityWindowsAgent',
    os: 'windows',
    version: '1.8.0.76',
  },
  {
    publisher: 'Microsoft.Azure.Security.Monitoring',
    type: 'AzureSecurityLinuxAgent',
    os: 'linux',
    version: '2.33.4',
  },
];

const byHandler = new Map(GALLERY.map((handler) => [handlerKey(handler.publisher, handler.type), handler]));

/** Publisher and type, compared without case (DESIGN D10). */
export function handlerKey(publisher: string, type: string): string {
  return `${publisher}/${type}`.toLowerCase();
}

export function galleryHandler(publisher: string, type: string): Handler | undefined {
  return byHandler.get(handlerKey(publisher, type));
}

export function agentOf(extension: { readonly publisher: string; readonly type: string }): Agent | undefined {
  return galleryHandler(extension.publisher, extension.type)?.agent;
}

/** Customer ids a legacy agent writes to, from its public settings. Facts file 3.1. */
export function legacyWorkspaces(settings: unknown): string[] {
  const id = text(dig(settings, 'workspaceId'));
  return id === undefined ? [] : [id.toLowerCase()];
}
