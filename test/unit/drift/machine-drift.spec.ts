import { describe, expect, it } from 'vitest';
import { expectedRules } from '../../../shared/drift/expected-rules.ts';
import { type MachineContext, machineDrift } from '../../../shared/drift/machine-drift.ts';
import { createVia } from '../../../shared/drift/via.ts';
import type { DeployedRules } from '../../../shared/model/deployed-rules.ts';
import type { Baseline } from '../../../shared/model/drift.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import {
  aMachine,
  anAmaExtension,
  anExtension,
  at,
  NOW,
  ruleResource,
  SUB,
  WORKSPACE_ID,
} from '../../support/builders.ts';

const RULE = ruleResource('rule').toLowerCase();
const OTHER = ruleResource('other').toLowerCase();
const HOUR = 3600;

const baseline = (changes: Partial<Baseline> = {}): Baseline => ({
  machineId: aMachine().id,
  ...{ waveId: 'wave', planId: 'plan', at: at(-30 * 24 * HOUR), kind: 'azureVm', os: 'windows' },
  ...{ vmId: null, settings: null, userAssignedIdentityId: null, endpointId: null },
  rules: [{ ruleId: RULE, workspaceId: WORKSPACE_ID }],
  ...{ setWorkspaces: [], legacyWorkspaces: [WORKSPACE_ID], removedAt: at(-30 * 24 * HOUR) },
  ...changes,
});
const machine = (changes: Partial<Machine> = {}): Machine =>
  aMachine({
    extensions: [anAmaExtension()],
    associations: [{ name: 'ama-1', ruleId: RULE, endpointId: null }],
    heartbeats: { ama: at(-60), legacy: at(-31 * 24 * HOUR), scom: null },
    systemIdentity: true,
    ...changes,
  });
const context = (changes: Partial<MachineContext> = {}): MachineContext => ({
  ...{ now: NOW, expectedRules: [RULE], knownRules: new Set([RULE, OTHER]) },
  viaOf: () => [{ kind: 'script' }],
  ...changes,
});
const codes = (found: Machine, base = baseline(), more = context()) =>
  machineDrift(found, base, more).map(({ code }) => code);
const proxied = { proxy: { mode: 'application', address: 'http://proxy:8080', auth: 'false' } };

describe('drift of a migrated machine', () => {
  it.each<[string, Partial<Machine>, Partial<Baseline>, readonly string[]]>([
    ['is none where all is as it was left', {}, {}, []],
    ['is a legacy extension', { extensions: [anAmaExtension(), anExtension()] }, {}, ['legacyBack']],
    [
      'is no legacy extension where the agent was to stay',
      { extensions: [anAmaExtension(), anExtension()] },
      { removedAt: null },
      [],
    ],
    [
      'is a legacy voice since the removal',
      { heartbeats: { ama: at(-60), legacy: at(-60), scom: null } },
      {},
      ['legacyBack'],
    ],
    [
      'are no last words',
      { heartbeats: { ama: at(-60), legacy: at(-600), scom: null } },
      { removedAt: at(-900), at: at(-900) },
      [],
    ],
    ['is a missing agent, and nothing else about it', { extensions: [] }, {}, ['amaMissing']],
    [
      'is an agent that failed',
      { extensions: [anAmaExtension({ provisioningState: 'Failed' })] },
      {},
      ['amaFailed'],
    ],
    [
      'is no agent in the making',
      { extensions: [anAmaExtension({ provisioningState: 'Updating' })] },
      {},
      [],
    ],
    ['is a proxy that is gone', {}, { settings: proxied }, ['amaSettingsDiffer']],
    [
      'is a proxy that somebody set',
      { extensions: [anAmaExtension({ settings: proxied })] },
      {},
      ['amaSettingsDiffer'],
    ],
    [
      'is no proxy that was planned',
      { extensions: [anAmaExtension({ settings: proxied })] },
      { settings: proxied },
      [],
    ],
    ['is a faulty version', { extensions: [anAmaExtension({ version: '1.25.0.0' })] }, {}, ['amaOutdated']],
    ['is no identity', { systemIdentity: false }, {}, ['identityMissing']],
    ['is another identity', {}, { userAssignedIdentityId: '/mi' }, ['identityMissing']],
    [
      'is no identity of an Arc server',
      { kind: 'arcServer', systemIdentity: false },
      { kind: 'arcServer' },
      [],
    ],
    [
      'is a day of silence of a machine that runs',
      { heartbeats: { ama: at(-25 * HOUR), legacy: null, scom: null } },
      {},
      ['amaUnheard'],
    ],
    [
      'is no silence of one that is off',
      { heartbeats: { ama: at(-25 * HOUR), legacy: null, scom: null }, availability: 'stopped' },
      {},
      [],
    ],
    ['is a missing association', { associations: [] }, {}, ['associationMissing']],
    ['is a missing endpoint', {}, { endpointId: '/dce' }, ['associationMissing']],
  ])('%s', (_, changes, base, expected) => {
    expect(codes(machine(changes), baseline(base))).toEqual(expected);
  });

  it('is no missing association with a rule that nobody has any more', () => {
    const without = machine({ associations: [] });
    expect(codes(without, baseline(), context({ knownRules: new Set() }))).toEqual([]);
  });

  it('waits for a person where the way of the agent is open, and not where it is a script', () => {
    const back = machine({ extensions: [anAmaExtension(), anExtension()] });
    const needs = (viaOf: MachineContext['viaOf']) =>
      machineDrift(back, baseline(), context({ viaOf }))[0]?.needsPerson;
    expect(needs(() => [{ kind: 'script' }])).toBeUndefined();
    expect(needs(() => [{ kind: 'policy', id: '/a' }])).toContain('a policy (/a)');
  });
});

describe('the way by which an agent came back', () => {
  const scope = `/subscriptions/${SUB}`;
  const assignment = (at: string) => ({
    code: 'legacyInstallerAssigned' as const,
    subject: {
      kind: 'policyAssignment' as const,
      id: `${at}/providers/microsoft.authorization/policyassignments/a`,
    },
    fix: 'az policy assignment delete',
  });
  const provisioning = {
    code: 'defenderAutoProvisioning' as const,
    subject: { kind: 'subscription' as const, id: scope },
  };
  it.each([
    ['a policy over it', [assignment(scope)], machine(), baseline(), ['policy']],
    ['no policy elsewhere', [assignment('/subscriptions/other')], machine(), baseline(), ['script']],
    [
      'a policy of a management group',
      [assignment('/providers/microsoft.management/managementgroups/m')],
      machine(),
      baseline(),
      ['policy'],
    ],
    ['Defender', [provisioning], machine(), baseline(), ['defender']],
    [
      'its scale set',
      [],
      machine({ findings: [{ code: 'scaleSetModelInstallsLegacy' }] }),
      baseline(),
      ['scaleSetModel'],
    ],
    [
      'an image, when another machine has its name',
      [],
      machine({ vmId: 'B' }),
      baseline({ vmId: 'a' }),
      ['image'],
    ],
    ['what leaves no trace', [], machine({ vmId: 'A' }), baseline({ vmId: 'a' }), ['script']],
  ])('is %s', (_, findings, found, base, kinds) => {
    expect(createVia(findings)(found, base).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('the rules a machine must have', () => {
  const set = (ids: readonly string[], reusedIds: readonly string[] = []): DeployedRules => ({
    ...{ ruleSetId: 'set', workspaceId: WORKSPACE_ID, at: at(0), reusedIds, expected: [] },
    rules: ids.map((id) => ({
      ...{ id, resourceId: id, name: id, region: 'westeurope', flows: [], metrics: false },
      os: id === OTHER ? 'linux' : 'windows',
    })),
  });
  const sets = (one: DeployedRules) => new Map([[one.workspaceId, one]]);

  it('are those of its wave without a rule set, and what the rule set has now with one', () => {
    expect(expectedRules(baseline(), sets(set(['/new'])))).toEqual([RULE]);
    const withSet = baseline({ setWorkspaces: [WORKSPACE_ID] });
    expect(expectedRules(withSet, sets(set(['/new', OTHER])))).toEqual(['/new']);
    expect(expectedRules(withSet, new Map())).toEqual([RULE]);
  });

  it('are reused rules of others only where they were associated', () => {
    const withSet = baseline({ setWorkspaces: [WORKSPACE_ID] });
    expect(expectedRules(withSet, sets(set([], [RULE, '/unknown'])))).toEqual([RULE]);
  });
});
