import { describe, expect, it } from 'vitest';
import { agentOfHeartbeat, isAmaExtension, isLegacyExtension } from '../../../shared/model/agents.ts';
import { anExtension } from '../../support/builders.ts';

const LEGACY = 'Microsoft.EnterpriseCloud.Monitoring';
const AMA = 'Microsoft.Azure.Monitor';

/** Facts file 3.1: publisher, type, is it MMA/OMS, is it AMA. */
const KNOWN: readonly [publisher: string, type: string, legacy: boolean, ama: boolean][] = [
  [LEGACY, 'MicrosoftMonitoringAgent', true, false],
  [LEGACY, 'OmsAgentForLinux', true, false],
  [LEGACY, 'OMSAgentForLinux', true, false],
  ['microsoft.enterprisecloud.monitoring', 'MICROSOFTMONITORINGAGENT', true, false],
  [AMA, 'AzureMonitorWindowsAgent', false, true],
  [AMA, 'AzureMonitorLinuxAgent', false, true],
  ['MICROSOFT.AZURE.MONITOR', 'azuremonitorlinuxagent', false, true],
  [AMA, 'MicrosoftMonitoringAgent', false, false],
  [LEGACY, 'AzureMonitorWindowsAgent', false, false],
  ['Microsoft.Azure.Monitoring.DependencyAgent', 'DependencyAgentWindows', false, false],
  ['Microsoft.Azure.Diagnostics', 'IaaSDiagnostics', false, false],
  ['Microsoft.Azure.Diagnostics', 'LinuxDiagnostic', false, false],
  ['Contoso', 'OmsAgentForLinux', false, false],
];

describe('isLegacyExtension and isAmaExtension', () => {
  it.each(KNOWN)('knows %s / %s', (publisher, type, legacy, ama) => {
    expect(isLegacyExtension({ publisher, type })).toBe(legacy);
    expect(isAmaExtension({ publisher, type })).toBe(ama);
  });

  it.each(['MMAExtension', 'OMSExtension', 'AzureMonitorWindowsAgent', 'AMAWindows'])(
    'does not look at the name %s',
    (name) => {
      const legacy = anExtension({ name });
      const other = anExtension({ name, publisher: 'Contoso', type: 'Backup' });

      expect([isLegacyExtension(legacy), isAmaExtension(legacy)]).toEqual([true, false]);
      expect([isLegacyExtension(other), isAmaExtension(other)]).toEqual([false, false]);
    },
  );
});

describe('agentOfHeartbeat', () => {
  it.each([
    ['Azure Monitor Agent', 'ama'],
    ['azure monitor agent', 'ama'],
    ['Direct Agent', 'legacy'],
    ['SCOM Agent', 'scom'],
    ['SCOM Management Server', 'scom'],
    ['', 'other'],
    ['Something new', 'other'],
  ])('takes the category "%s" for %s', (category, agent) => {
    expect(agentOfHeartbeat(category)).toBe(agent);
  });
});
