import { describe, expect, it } from 'vitest';
import { classifyPolicy } from '../../../shared/inventory/policy-ids.ts';
import { ASSOCIATORS, INSTALLERS } from '../../../shared/policies/definitions.ts';
import { type PolicyWish, policySteps, wantedAssignments } from '../../../shared/policies/desired.ts';
import type { AgentAssignment } from '../../../shared/policies/gateway.ts';

const scope = '/subscriptions/s/resourcegroups/g';
const rule = (name: string, os: 'windows' | 'linux' | 'any') => ({
  ...{ id: `/rules/${name}`, resourceId: `/Rules/${name}`, name, os },
});
const wish = (changes: Partial<PolicyWish> = {}): PolicyWish => ({
  ...{ scope, location: 'westeurope', kinds: ['azureVm'], rules: [], regions: [], allImages: true },
  ...changes,
});
const found = (changes: Partial<AgentAssignment> = {}): AgentAssignment[] =>
  wantedAssignments(wish()).map((one) => ({ ...one, principalId: 'p', ...changes }));

describe('the assignments wanted at a scope', () => {
  it('are of definitions that install the agent or associate rules', () => {
    for (const { definition } of INSTALLERS) expect(classifyPolicy(definition)).toBe('amaInstaller');
    for (const { definition } of ASSOCIATORS) expect(classifyPolicy(definition)).toBe('association');
  });

  it('have names that Azure takes at every scope below a management group', () => {
    const all = wantedAssignments(
      wish({ kinds: ['azureVm', 'scaleSet', 'arcServer'], rules: [rule('r', 'any')] }),
    );
    expect(all).toHaveLength(8);
    expect(new Set(all.map(({ name }) => name)).size).toBe(8);
    for (const { name } of all) expect(name).toMatch(/^[a-z0-9-]{1,64}$/);
  });

  it('name regions only where the list of the definition lacks one, and for Windows', () => {
    const regionsOf = (regions: string[]) =>
      wantedAssignments(wish({ regions })).map(
        ({ parameters }) => parameters['listOfApplicableLocations']?.value,
      );
    expect(regionsOf(['westeurope'])).toEqual([undefined, undefined]);
    const [windows, linux] = regionsOf(['westeurope', 'atlantis']);
    expect(windows).toEqual(expect.arrayContaining(['atlantis', 'westeurope', 'eastus']));
    expect(linux).toBeUndefined();
  });

  it.each<[string, AgentAssignment[], string[]]>([
    ['nothing is there', [], ['create', 'create']],
    ['all is there', found(), ['unchanged', 'unchanged']],
    [
      'names come back in other casings',
      found({ name: 'AMA-policy-windows-vm' }).slice(0, 1),
      ['unchanged', 'create'],
    ],
    ['it has no identity', found({ principalId: null }), ['update', 'update']],
    ['it is not enforced', found({ enforced: false }), ['update', 'update']],
    ['its parameters differ', found({ parameters: { effect: { value: 'Disabled' } } }), ['update', 'update']],
    ['it is of another definition', found({ definitionId: '/other' }), ['conflict', 'conflict']],
  ])('are compared with what is there: %s', (_, there, expected) => {
    expect(policySteps(scope, wantedAssignments(wish()), there).map(({ action }) => action)).toEqual(
      expected,
    );
  });

  it('take away those of rules that are no longer deployed, and nothing of others', () => {
    const [old] = wantedAssignments(wish({ kinds: [], rules: [rule('old', 'linux')] }));
    if (old === undefined) throw new Error('no assignment');
    const there = [
      { ...old, principalId: 'p' },
      { ...old, name: 'of-others', principalId: null },
    ];
    const steps = policySteps(
      scope,
      wantedAssignments(wish({ kinds: [], rules: [rule('new', 'linux')] })),
      there,
    );
    expect(steps.map(({ action }) => action)).toEqual(['create', 'remove']);
  });

  it('say how their identities get their roles', () => {
    const [step] = policySteps(scope, wantedAssignments(wish()), found());
    expect(step?.grants).toEqual([
      `az role assignment create --assignee-object-id p --assignee-principal-type ServicePrincipal --role 9980e02c-c2be-4d73-94e8-173b1dc7cf3c --scope '${scope}'`,
    ]);
  });
});
