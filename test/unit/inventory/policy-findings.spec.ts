import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyFindings, quoted } from '../../../shared/inventory/policy-findings.ts';
import { POLICY_IDS } from '../../../shared/inventory/policy-ids.ts';
import { FINDINGS } from '../../../shared/model/findings.ts';
import { SUB } from '../../support/builders.ts';

type Rows = Parameters<typeof policyFindings>[0];
const BUILT_IN = '/providers/Microsoft.Authorization/policyDefinitions/';
const [INSTALLER, AUDIT, BLOCKER, DEFENDER, AMA] = (
  ['legacyInstaller', 'legacyAudit', 'legacyBlocker', 'defenderProvisioning', 'amaInstaller'] as const
).map((purpose) => `${BUILT_IN}${Object.keys(POLICY_IDS[purpose])[0]}`) as [
  string,
  string,
  string,
  string,
  string,
];
const INITIATIVE =
  '/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/policySetDefinitions/Ours';
const CUSTOM = `/subscriptions/${SUB}/providers/Microsoft.Authorization/policyDefinitions/Custom`;
const SCOPE = `/subscriptions/${SUB}`;

const assignment = (changes: Partial<Rows['assignments'][number]> = {}): Rows['assignments'][number] => ({
  id: `${SCOPE}/providers/Microsoft.Authorization/policyAssignments/mma`,
  name: 'mma',
  displayName: 'Install MMA',
  scope: SCOPE,
  definitionId: INSTALLER,
  parameters: null,
  enforcementMode: 'Default',
  ...changes,
});
const found = (changes: Partial<Rows['assignments'][number]>, rows: Partial<Rows> = {}) =>
  policyFindings({ assignments: [assignment(changes)], definitions: [], sets: [], ...rows });
const set = (...definitions: NonNullable<Rows['sets'][number]['definitions']>) => ({
  sets: [{ id: INITIATIVE.toUpperCase(), name: 'Ours', definitions }],
});
const rule = (effect: string, details?: object) => ({
  if: {
    field: 'Microsoft.Compute/virtualMachines/extensions/publisher',
    equals: 'Microsoft.EnterpriseCloud.Monitoring',
  },
  // biome-ignore lint/suspicious/noThenProperty: the word of Azure Policy
  then: { effect, ...(details && { details }) },
});
const custom = (policyRule: unknown) => ({
  definitions: [{ id: CUSTOM.toLowerCase(), name: 'Custom', displayName: 'Our own', policyRule }],
});
const deploying = rule('deployIfNotExists', {
  deployment: {
    properties: {
      template: {
        resources: [
          {
            type: 'Microsoft.Compute/virtualMachines/extensions',
            properties: {
              publisher: 'Microsoft.EnterpriseCloud.Monitoring',
              type: 'MicrosoftMonitoringAgent',
            },
          },
        ],
      },
    },
  },
});
const deny = { effect: { value: 'Deny' } };

describe('policyFindings', () => {
  it('gives the assignment with the exact command that ends it', () => {
    expect(found({})).toEqual([
      {
        code: 'legacyInstallerAssigned',
        subject: { kind: 'policyAssignment', id: assignment().id },
        detail: `"Install MMA" on ${SCOPE} assigns ${INSTALLER.split('/').at(-1)}`,
        fix: `az policy assignment delete --name 'mma' --scope '${SCOPE}'`,
      },
    ]);
  });

  it.each([
    ['an installer', INSTALLER, 'legacyInstallerAssigned', /^az policy assignment delete /],
    ['an installer in other casing', INSTALLER.toUpperCase(), 'legacyInstallerAssigned', /delete/],
    ['an audit', AUDIT, 'legacyAuditAssigned', /delete/],
    ['Defender', DEFENDER, 'defenderProvisioningAssigned', /delete/],
    [
      'a blocker',
      BLOCKER,
      'legacyBlockAuditsOnly',
      /^az policy assignment update .* --params '\{"effect":\{"value":"Deny"\}\}'$/,
    ],
    ['an installer of the new agent', AMA, 'amaInstallerAssigned', undefined],
  ] as const)('%s', (_, definitionId, code, fix) => {
    const [finding, ...more] = found({ definitionId });
    expect([finding?.code, more]).toEqual([code, []]);
    if (fix === undefined) expect(finding).not.toHaveProperty('fix');
    else expect(finding?.fix).toMatch(fix);
    expect(FINDINGS[code].text).not.toBe('');
  });

  it.each([
    ['something else', `${BUILT_IN}00000000-0000-4000-8000-000000000000`],
    ['nothing', null],
    ['an unknown initiative', INITIATIVE],
    ['a custom definition that is not about agents', CUSTOM],
  ])('finds nothing in an assignment of %s', (_, definitionId) => {
    expect(found({ definitionId })).toEqual([]);
  });

  it('looks into an initiative, whose members may do several things', () => {
    const findings = found(
      { definitionId: INITIATIVE },
      set(
        { policyDefinitionId: INSTALLER.toUpperCase(), parameters: null },
        { policyDefinitionId: AMA, parameters: undefined },
        { policyDefinitionId: null, parameters: {} },
      ),
    );
    expect(findings.map(({ code }) => code)).toEqual(['amaInstallerAssigned', 'legacyInstallerAssigned']);
    expect(
      found({ definitionId: INITIATIVE }, { sets: [{ id: INITIATIVE, name: 'x', definitions: null }] }),
    ).toEqual([]);
  });

  it('knows a custom definition by its rule, and says its name', () => {
    const [finding] = found({ definitionId: CUSTOM.toUpperCase() }, custom(deploying));
    expect(finding).toMatchObject({
      code: 'legacyInstallerCustom',
      detail: expect.stringMatching(/assigns "Our own"$/),
    });
    expect(
      found(
        { definitionId: INITIATIVE },
        { ...custom(deploying), ...set({ policyDefinitionId: CUSTOM, parameters: {} }) },
      ),
    ).toMatchObject([{ code: 'legacyInstallerCustom' }]);
    expect(found({ definitionId: CUSTOM }, custom(null))).toEqual([]);
  });

  it('tells that an assignment is not enforced', () => {
    expect(found({ enforcementMode: 'DoNotEnforce' })[0]?.detail).toMatch(/; not enforced, it only reports$/);
    expect(found({ enforcementMode: null })[0]?.detail).not.toContain('enforced');
  });

  it.each<[string, Partial<Rows['assignments'][number]>, Partial<Rows>, boolean]>([
    ['a blocker that denies', { definitionId: BLOCKER, parameters: deny }, {}, false],
    [
      'a blocker that denies, in other casing',
      { definitionId: BLOCKER, parameters: { EFFECT: { value: 'deny' } } },
      {},
      false,
    ],
    [
      'a blocker that would deny',
      { definitionId: BLOCKER, parameters: deny, enforcementMode: 'DoNotEnforce' },
      {},
      true,
    ],
    [
      'a blocker that audits',
      { definitionId: BLOCKER, parameters: { effect: { value: 'Audit' } } },
      {},
      true,
    ],
    [
      'a blocker with another parameter',
      { definitionId: BLOCKER, parameters: { other: { value: 'Deny' } } },
      {},
      true,
    ],
    ['a custom blocker that always denies', { definitionId: CUSTOM }, custom(rule('deny')), false],
    [
      'a custom blocker that always audits',
      { definitionId: CUSTOM, parameters: deny },
      custom(rule('audit')),
      true,
    ],
    [
      'a custom blocker by a parameter',
      { definitionId: CUSTOM, parameters: { mode: { value: 'Deny' } } },
      custom(rule("[parameters('mode')]")),
      false,
    ],
    [
      'a member that denies',
      { definitionId: INITIATIVE },
      set({ policyDefinitionId: BLOCKER, parameters: deny }),
      false,
    ],
    [
      'a member that audits',
      { definitionId: INITIATIVE, parameters: deny },
      set({ policyDefinitionId: BLOCKER, parameters: null }),
      true,
    ],
    [
      'a member by a parameter of the initiative',
      { definitionId: INITIATIVE, parameters: { all: { value: 'Deny' } } },
      set({ policyDefinitionId: BLOCKER, parameters: { effect: { value: "[parameters('ALL')]" } } }),
      false,
    ],
  ])('%s', (_, changes, rows, finding) => {
    expect(found(changes, rows).map(({ code }) => code)).toEqual(finding ? ['legacyBlockAuditsOnly'] : []);
  });

  it('gives a command that sets the effect only where the assignment can', () => {
    const member = (parameters: unknown) =>
      found({ definitionId: INITIATIVE }, set({ policyDefinitionId: BLOCKER, parameters }));
    expect(member({ effect: { value: "[parameters('all')]" } })[0]?.fix).toContain(
      `--params '{"all":{"value":"Deny"}}'`,
    );
    expect(member({ effect: { value: 'Audit' } })[0]).not.toHaveProperty('fix');
    expect(found({ definitionId: CUSTOM }, custom(rule('audit')))[0]).not.toHaveProperty('fix');
  });

  it('takes scope and label from what there is', () => {
    const id =
      '/providers/Microsoft.Management/managementGroups/mg/PROVIDERS/Microsoft.Authorization/policyAssignments/a b';
    expect(found({ id, name: "it's", displayName: '', scope: null })[0]).toMatchObject({
      detail: expect.stringContaining(
        `"it's" on /providers/Microsoft.Management/managementGroups/mg assigns`,
      ),
      fix: `az policy assignment delete --name 'it'\\''s' --scope '/providers/Microsoft.Management/managementGroups/mg'`,
    });
  });

  it('gives each once, in the order of their ids', () => {
    const rows = ['b', 'a', 'A'].map((name) => assignment({ id: `/x/${name}`, name }));
    const findings = policyFindings({ assignments: rows, definitions: [], sets: [] });
    expect(findings.map(({ subject }) => subject.id.toLowerCase())).toEqual(['/x/a', '/x/b']);
  });
});

it('an argument in quotes is the same argument in a shell', () => {
  const text = fc.string({ unit: 'grapheme-ascii' }).filter((one) => !one.includes('\0'));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
      const echoed = execFileSync('sh', ['-c', `printf '%s\\n' ${texts.map(quoted).join(' ')}`], {
        encoding: 'utf8',
      });
      expect(echoed).toBe(`${texts.join('\n')}\n`);
    }),
    { numRuns: 20 },
  );
});
