import { describe, expect, it } from 'vitest';
import {
  SOLUTIONS,
  serviceOfTable,
  serviceTables,
  solutionAdvice,
  solutionsOfHeartbeat,
} from '../../../shared/inventory/solutions.ts';
import { FINDINGS } from '../../../shared/model/findings.ts';

describe('solutionAdvice', () => {
  it.each([
    ['Updates', 'Update Management', true],
    ['changetracking', 'Change Tracking and Inventory', true],
    ['OMSGallery/VMInsights', 'VM insights', true],
    [' SecurityInsights ', 'Microsoft Sentinel', false],
    ['securitycenterfree', 'Defender for Cloud, foundational posture', false],
    ['WindowsEventForwarding', 'Windows Event Forwarding', false],
  ])('%s', (product, title, dependsOnLegacyAgent) => {
    expect(solutionAdvice(product)).toMatchObject({ title, dependsOnLegacyAgent });
  });

  it.each(['ContosoSolution', '', 'constructor'])('knows nothing of "%s"', (product) => {
    expect(solutionAdvice(product)).toBeUndefined();
  });

  it.each(Object.entries(SOLUTIONS))('%s has a successor in one sentence', (_, { successor }) => {
    expect(successor).toMatch(/^[A-Z"].*\.$/);
  });
});

describe('serviceOfTable', () => {
  it.each([
    ['W3CIISLog', 'iisLogs'],
    ['w3ciislog', 'iisLogs'],
    ['WindowsFirewall', 'firewallLogs'],
    ['AppLog_CL', 'customLogs'],
    ['InsightsMetrics', 'vmInsightsData'],
    ['VMConnection', 'vmInsightsData'],
    ['ConfigurationChange', 'solutionOnLegacy'],
    ['UpdateRunProgress', 'solutionOnLegacy'],
    ['SecurityEvent', undefined],
    ['Perf', undefined],
    ['constructor', undefined],
  ])('%s: %s', (table, code) => {
    expect(serviceOfTable(table)).toBe(code);
  });

  it('uses codes that have a text', () => {
    for (const code of Object.values(serviceTables)) expect(FINDINGS[code].text).not.toBe('');
  });
});

describe('solutionsOfHeartbeat', () => {
  it.each([
    [
      '"security", "changeTracking", "updates", "azureAutomation"',
      ['changeTrackingOnLegacy', 'updateManagementOnLegacy', 'hybridWorkerOnLegacy'],
    ],
    ['"sqlAdvancedThreatProtection","sqlVulnerabilityAssessment"', ['defenderForSqlOnLegacy']],
    ['["updates"]', ['updateManagementOnLegacy']],
    ['updates', ['updateManagementOnLegacy']],
    ['"security"', []],
    ['', []],
    ['"constructor"', []],
  ])('%s', (solutions, codes) => {
    expect(solutionsOfHeartbeat(solutions)).toEqual(codes);
  });
});
