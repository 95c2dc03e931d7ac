import { describe, expect, it } from 'vitest';
import { classifyPolicy, classifyRule, POLICY_IDS } from '../../../shared/inventory/policy-ids.ts';
import { type PolicyFile, policyFiles } from './azure-policy.ts';

describe('classifyPolicy', () => {
  it.each([
    [
      '/providers/Microsoft.Authorization/policyDefinitions/0868462e-646c-4fe3-9ced-a733534b6a2c',
      'legacyInstaller',
    ],
    [
      '/PROVIDERS/microsoft.authorization/policydefinitions/D2185817-5B7E-473C-AADD-9DE6AC114280',
      'legacyBlocker',
    ],
    [
      '/providers/Microsoft.Authorization/policySetDefinitions/924bfe3a-762f-40e7-86dd-5c8b95eb09e6',
      'amaInitiative',
    ],
    ['8e7da0a5-0a0e-4bbc-bfc0-7773c018b616', 'defenderProvisioning'],
    ['/subscriptions/x/providers/Microsoft.Authorization/policyDefinitions/mine', undefined],
    ['', undefined],
  ])('%s: %s', (id, purpose) => {
    expect(classifyPolicy(id)).toBe(purpose);
  });

  it('has every id once, in the form of one', () => {
    const ids = Object.values(POLICY_IDS).flatMap((group) => Object.keys(group));

    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

const files = policyFiles();

describe.skipIf(files.length === 0)('the published definitions', () => {
  it.each(files.map((policy) => [policy.file, policy] as const))(
    '%s does what the table says',
    (_, policy) => {
      expect(classifyPolicy(policy.id)).toBe(purposeOf(policy));
    },
  );

  it.each(files.map((policy) => [policy.file, policy] as const))(
    '%s is classified by its rule alike',
    (_, policy) => {
      const purpose = classifyPolicy(policy.id) ?? '';
      const byRule = /legacy|defender/.test(purpose) ? purpose : undefined;

      expect(classifyRule(policy.policyRule)).toBe(byRule);
    },
  );
});

/** By the text of the file: another way than `classifyRule` goes. */
function purposeOf({ policyRule }: PolicyFile): keyof typeof POLICY_IDS {
  if (policyRule === undefined) return 'amaInitiative';
  const rule = JSON.stringify(policyRule);
  const deployment = JSON.stringify(policyRule.then.details?.deployment ?? null);
  const deploys = deployment !== 'null';
  if (rule.includes('autoProvisioningSettings')) return deploys ? 'defenderProvisioning' : 'legacyAudit';
  if (/MicrosoftMonitoringAgent|OmsAgentForLinux/.test(rule)) {
    if (deploys) return 'legacyInstaller';
    return policyRule.then.details === undefined ? 'legacyBlocker' : 'legacyAudit';
  }
  if (!deploys) return 'amaAudit';
  return /AzureMonitor(Windows|Linux)Agent/.test(deployment) ? 'amaInstaller' : 'association';
}
