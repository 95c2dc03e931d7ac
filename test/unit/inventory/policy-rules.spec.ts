import { describe, expect, it } from 'vitest';
import { classifyRule } from '../../../shared/inventory/policy-rules.ts';

const PUBLISHER = 'Microsoft.EnterpriseCloud.Monitoring';
const EXTENSIONS = 'Microsoft.Compute/virtualMachines/extensions';
const MISSING = { field: `${EXTENSIONS}/type`, equals: 'MicrosoftMonitoringAgent' };

const deploying = (resource: unknown, template: object = {}, parameters: object = {}) => ({
  if: { field: 'type', equals: 'Microsoft.Compute/virtualMachines' },
  // biome-ignore lint/suspicious/noThenProperty: what the policy language calls it
  then: {
    effect: "[parameters('effect')]",
    details: {
      type: EXTENSIONS,
      existenceCondition: MISSING,
      deployment: { properties: { template: { ...template, resources: [resource] }, parameters } },
    },
  },
});
const judging = (condition: unknown, effect: string, details?: object) => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: what the policy language calls it
  then: { effect, ...(details === undefined ? {} : { details }) },
});
const extension = (publisher: string, type: string) => ({
  type: EXTENSIONS,
  properties: { publisher, type },
});

describe('classifyRule: legacyInstaller', () => {
  it.each([
    ['written out', deploying(extension(PUBLISHER, 'MicrosoftMonitoringAgent'))],
    ['in another casing', deploying(extension('MICROSOFT.enterprisecloud.monitoring', 'omsagentforlinux'))],
    ['of a type alone', deploying(extension("[parameters('p')]", 'OMSAgentForLinux'))],
    [
      'through variables',
      deploying(extension("[variables('pub')]", "[ Variables( 'Kind' ) ]"), {
        variables: { pub: PUBLISHER, kind: "[parameters('kind')]" },
        parameters: { kind: { type: 'string', defaultValue: 'OmsAgentForLinux' } },
      }),
    ],
    [
      'through the parameters of the deployment',
      deploying(extension("[parameters('pub')]", 'x'), {}, { pub: { value: PUBLISHER } }),
    ],
    [
      'in a nested deployment',
      deploying({
        type: 'Microsoft.Resources/deployments',
        properties: { template: { resources: [extension(PUBLISHER, 'x')] } },
      }),
    ],
    [
      'in the profile of a scale set',
      deploying({
        type: 'Microsoft.Compute/virtualMachineScaleSets',
        properties: {
          virtualMachineProfile: {
            extensionProfile: {
              extensions: [
                { name: 'x', properties: { publisher: PUBLISHER, type: 'MicrosoftMonitoringAgent' } },
              ],
            },
          },
        },
      }),
    ],
    [
      'by Modify',
      judging({ field: 'type', equals: 'x' }, 'Modify', {
        operations: [
          {
            operation: 'add',
            field:
              'Microsoft.Compute/virtualMachineScaleSets/virtualMachineProfile.extensionProfile.extensions[*]',
            value: { properties: { publisher: PUBLISHER } },
          },
        ],
      }),
    ],
  ])('%s', (_, rule) => {
    expect(classifyRule(rule)).toBe('legacyInstaller');
  });
});

describe('classifyRule: the rest', () => {
  const blocked = { allOf: [{ field: `${EXTENSIONS}/publisher`, equals: PUBLISHER }] };
  it.each([
    ['deny', judging(blocked, 'deny'), 'legacyBlocker'],
    ['audit of what is there', judging(blocked, 'Audit'), 'legacyBlocker'],
    ['effect by parameter', judging(blocked, "[parameters('effect')]"), 'legacyBlocker'],
    [
      'a list of types',
      judging({ field: `${EXTENSIONS}/type`, in: ['x', 'OmsAgentForLinux'] }, 'deny'),
      'legacyBlocker',
    ],
    [
      'like',
      judging({ field: `${EXTENSIONS}/publisher`, like: 'Microsoft.EnterpriseCloud*' }, 'deny'),
      'legacyBlocker',
    ],
    [
      'an expression',
      judging({ value: `[field('${EXTENSIONS}/type')]`, equals: 'MicrosoftMonitoringAgent' }, 'deny'),
      'legacyBlocker',
    ],
    [
      'audit of what is missing',
      judging({}, 'auditIfNotExists', { existenceCondition: MISSING }),
      'legacyAudit',
    ],
    ['disabled', judging(blocked, 'Disabled'), undefined],
    ['the opposite', judging({ not: blocked }, 'deny'), undefined],
    ['other than', judging({ field: `${EXTENSIONS}/publisher`, notEquals: PUBLISHER }, 'deny'), undefined],
    ['like everything', judging({ field: `${EXTENSIONS}/type`, like: '*' }, 'deny'), undefined],
    [
      'the word elsewhere',
      judging({ field: 'tags.note', equals: 'MicrosoftMonitoringAgent' }, 'deny'),
      undefined,
    ],
    ['AMA', deploying(extension('Microsoft.Azure.Monitor', 'AzureMonitorWindowsAgent')), undefined],
    [
      'a name and a comment only',
      deploying({ ...extension('Contoso', 'x'), name: 'MicrosoftMonitoringAgent', comments: PUBLISHER }),
      undefined,
    ],
    [
      'a variable that leads nowhere',
      deploying(extension("[variables('a')]", "[variables('b')]")),
      undefined,
    ],
    [
      'variables in a circle',
      deploying(extension("[variables('a')]", 'x'), { variables: { a: "[variables('a')]" } }),
      undefined,
    ],
    ['nothing', undefined, undefined],
    ['text', 'MicrosoftMonitoringAgent', undefined],
    ['no effect', { if: blocked }, undefined],
  ])('%s', (_, rule, purpose) => {
    expect(classifyRule(rule)).toBe(purpose);
  });
});
