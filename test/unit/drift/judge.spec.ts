import { describe, expect, it } from 'vitest';
import { baselineOf, leftBehind } from '../../../shared/drift/baselines.ts';
import { leftovers } from '../../../shared/drift/estate-drift.ts';
import { newcomerDrift } from '../../../shared/drift/newcomers.ts';
import { implausibleFindings } from '../../../shared/drift/plausible.ts';
import { remediesOf } from '../../../shared/drift/remedies.ts';
import { remedyPolicy } from '../../../shared/drift/remedy-plan.ts';
import { goneRules, ruleDrift } from '../../../shared/drift/rule-drift.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { DriftFinding } from '../../../shared/model/drift.ts';
import { type DriftCode, remedyOf } from '../../../shared/model/drift-codes.ts';
import { DriftPolicy } from '../../../shared/model/drift-policy.ts';
import type { Workspace } from '../../../shared/model/machine.ts';
import { blocked } from '../../../shared/model/outcome.ts';
import type { PlannedMachine } from '../../../shared/model/plan.ts';
import { Policy } from '../../../shared/model/policy.ts';
import type { Step } from '../../../shared/rules/deploy/step.ts';
import { aMachine, anAmaExtension, at } from '../../support/builders.ts';

describe('what cannot be believed', () => {
  const limits = { share: 0.2, atLeast: 10 };
  it.each<[string, Partial<Record<DriftCode, number>>, number, number, readonly DriftCode[]]>([
    ['a share above the limit', { amaMissing: 21 }, 100, 100, ['amaMissing']],
    ['not the limit itself', { amaMissing: 20 }, 100, 100, []],
    ['not a few machines, whatever their share', { amaMissing: 9 }, 9, 9, []],
    ['not what is new', { newMachine: 500 }, 100, 100, []],
    ['the share of machines that were seen', { amaMissing: 15 }, 100, 60, ['amaMissing']],
  ])('is %s', (_, counts, migrated, seen, expected) => {
    expect(implausibleFindings(counts, { migrated, seen }, limits).map(({ code }) => code)).toEqual(expected);
  });

  it('is everything of an inventory that lacks too many machines', () => {
    const codes = implausibleFindings(
      { machineNotSeen: 50, amaMissing: 1 },
      { migrated: 100, seen: 50 },
      limits,
    );
    expect(codes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['machineNotSeen', 'amaMissing', 'legacyBack', 'associationMissing']),
    );
  });
});

describe('machines that were never migrated', () => {
  const ready = aMachine();
  const waiting = aMachine({ assessment: { status: 'blocked', reasons: [{ code: 'notRunning' }] } });
  const held = aMachine({
    assessment: { status: 'blocked', reasons: [{ code: 'notRunning' }, { code: 'heldTag' }] },
  });
  const left = { machineId: ready.id, waveId: 'w', planId: 'plan-left', reason: 'arcDisconnected' };
  const known = (...codes: DriftCode[]) => new Set(codes);
  const base = { before: ready, compared: true, known: known(), left: undefined, planId: 'plan' };
  it.each([
    ['nothing of one that was there', ready, base, []],
    ['one that was not there', ready, { ...base, before: undefined }, ['newMachine migrate']],
    ['nothing without an inventory of before', ready, { ...base, before: undefined, compared: false }, []],
    ['one that cannot be migrated yet', waiting, { ...base, before: undefined }, ['newMachine nothing']],
    ['one that is still new', ready, { ...base, known: known('newMachine') }, ['newMachine migrate']],
    ['one that waited', ready, { ...base, before: waiting }, ['reachableNow migrate']],
    ['nothing of one that waited for a person as well', ready, { ...base, before: held }, []],
    ['nothing of one that still waits', waiting, { ...base, before: waiting }, []],
    ['one that a wave left behind', ready, { ...base, left }, ['reachableNow migrate']],
  ])('are told of: %s', (_, machine, context, expected) => {
    expect(
      newcomerDrift(machine, context).map(({ code, remedy }) => `${code} ${remedy ?? 'nothing'}`),
    ).toEqual(expected);
  });

  it('are none where a policy has seen to them', () => {
    const collected = aMachine({
      extensions: [anAmaExtension()],
      associations: [{ name: 'a', ruleId: '/rule', endpointId: null }],
    });
    expect(newcomerDrift(collected, { ...base, before: undefined })).toEqual([]);
  });
});

describe('remedies', () => {
  const finding = (code: DriftCode, id: string, changes: Partial<DriftFinding> = {}): DriftFinding => ({
    ...{ code, subject: { kind: 'machine', id }, remedy: remedyOf(code), planId: 'plan', since: at(0) },
    ...changes,
  });
  async function judged(findings: readonly DriftFinding[], policy: object, implausible: DriftCode[] = []) {
    const ledger = createLedger(await openSqliteStore(':memory:'));
    await ledger.drift.addFindings('run', findings);
    const run = {
      id: 'run',
      policy: DriftPolicy.parse(policy),
      implausible,
      machines: { migrated: 10, seen: 10 },
    };
    const remedies = await remediesOf(ledger, run);
    const selection = (kind: string) => ledger.drift.selection('run', `${kind}|plan`);
    return { remedies, selection };
  }
  const all = { caps: { share: 1, machines: 10 } };

  it('put a machine into one wave only, that of its gravest finding', async () => {
    const { remedies, selection } = await judged(
      [finding('legacyBack', '/a'), finding('associationMissing', '/a'), finding('amaMissing', '/b')],
      {},
    );
    expect(remedies).toMatchObject([
      { kind: 'removeLegacy', machines: 1, findings: 2, status: 'proposed' },
      { kind: 'repair', machines: 1, findings: 1, status: 'proposed' },
    ]);
    expect(await selection('removeLegacy')).toEqual(['/a']);
    expect(await selection('repair')).toEqual(['/b']);
  });

  it('run by themselves only where all that a machine has is named', async () => {
    const both = [finding('amaMissing', '/a'), finding('associationMissing', '/a')];
    expect((await judged(both, { ...all, automatic: ['amaMissing'] })).remedies).toMatchObject([
      { status: 'proposed' },
    ]);
    const { remedies } = await judged(both, { ...all, automatic: ['amaMissing', 'associationMissing'] });
    expect(remedies).toMatchObject([{ status: 'due', machines: 1 }]);
  });

  it('stop at the cap, over all remedies', async () => {
    const findings = [finding('legacyBack', '/a'), finding('amaMissing', '/b'), finding('amaMissing', '/c')];
    const { remedies, selection } = await judged(findings, {
      automatic: ['legacyBack', 'amaMissing'],
      caps: { machines: 2, share: 1 },
    });
    expect(remedies).toMatchObject([
      { kind: 'removeLegacy', status: 'due' },
      { kind: 'repair', status: 'due', machines: 1, reason: '1 machines are left for another run' },
    ]);
    expect(await selection('repair')).toEqual(['/b']);
    const none = await judged([finding('amaMissing', '/b')], {
      automatic: ['amaMissing'],
      caps: { share: 0 },
    });
    expect(none.remedies).toMatchObject([
      { status: 'proposed', reason: 'the cap of 0 machines a run is reached' },
    ]);
  });

  it('leave machines alone that have a finding nobody believes', async () => {
    const { remedies } = await judged(
      [finding('amaMissing', '/a'), finding('associationMissing', '/a')],
      {},
      ['amaMissing'],
    );
    expect(remedies).toEqual([]);
  });

  it('are gathered by rule set', async () => {
    const rule = (id: string) =>
      finding('ruleChanged', id, { subject: { kind: 'rule', id }, ruleSetId: 'set', remedy: 'deployRules' });
    const { remedies } = await judged([rule('/r1'), rule('/r2')], { automatic: ['ruleChanged'] });
    expect(remedies).toMatchObject([{ kind: 'deployRules', about: 'set', findings: 2, status: 'due' }]);
  });

  it('run under the policy of the plan, with the windows and approvals of the check', () => {
    const base = Policy.parse({
      soakSeconds: 60,
      freezes: [{ name: 'year end', start: '2026-12-20T00:00', durationMinutes: 60, timeZone: 'UTC' }],
    });
    const window = { start: '2026-12-01T00:00', timeZone: 'UTC', durationMinutes: 60 };
    const policy = remedyPolicy(
      base,
      DriftPolicy.parse({ windows: [window], approvals: { removal: false } }),
    );
    expect(policy).toMatchObject({
      ...{ soakSeconds: 60, windows: [window] },
      approvals: { removal: false, start: false, quorum: 1 },
    });
    expect(policy.freezes).toHaveLength(1);
    expect(remedyPolicy(base, DriftPolicy.parse({}))).toEqual(base);
  });
});

describe('rules', () => {
  const step = (changes: object) =>
    ({ kind: 'rule', id: '/R', action: 'unchanged', changes: [], ...changes }) as unknown as Step;
  const change = [{ path: 'dataFlows', before: 1, after: 2 }];
  it.each([
    ['as deployed', step({}), []],
    ['gone', step({ action: 'create' }), ['ruleMissing deployRules']],
    [
      'changed by hand',
      step({ action: 'conflict', conflict: 'changedByHand', changes: change }),
      ['ruleChanged deployRules'],
    ],
    ['taken by others', step({ action: 'conflict', conflict: 'notOurs' }), ['ruleChanged nothing']],
    [
      'of others, gone',
      step({ kind: 'reused', action: 'conflict', conflict: 'reusedGone' }),
      ['ruleMissing nothing'],
    ],
    ['whose table is gone', step({ kind: 'table', action: 'create' }), ['ruleMissing deployRules']],
    ['whose endpoint stands', step({ kind: 'endpoint' }), []],
  ])('%s', (_, one, expected) => {
    expect(ruleDrift('set', [one]).map(({ code, remedy }) => `${code} ${remedy ?? 'nothing'}`)).toEqual(
      expected,
    );
  });

  it('that no set speaks of are told once', () => {
    expect(goneRules({ '/a': 3, '/b': 1 }, new Set(['/b']))).toMatchObject([
      { subject: { id: '/a' }, detail: expect.stringContaining('3 migrated machines'), remedy: null },
    ]);
  });
});

describe('what a wave leaves', () => {
  const planned: PlannedMachine = {
    ...{ id: '/m', resourceId: '/M', region: 'westeurope', cell: 'c' },
    kind: 'azureVm',
    os: 'windows',
    ...{ proxyProfile: 'p', userAssignedIdentityId: null, endpointId: null, vmId: null },
    ...{ rules: [], legacyWorkspaces: ['/w'], scomAttached: false, legacyCustomerIds: [] },
  };
  const record = (outcomes: object, removedAt: string | null = at(0)) =>
    ({ outcomes, removedAt, machineId: '/m' }) as never;
  const policy = Policy.parse({ proxies: { profiles: { p: { kind: 'none' } } } });
  const plan = { id: 'plan', policy, waves: [], ruleSets: [{ id: 's', workspaceId: '/w', expected: [] }] };
  const wave = { id: 'wave', index: 0, finishedAt: at(9) };
  const done = { status: 'done' };

  it('is a baseline of what was proven, with the settings the plan meant', () => {
    const all = record({ verify: done, uninstall: done });
    expect(baselineOf({ planned, record: all }, wave, plan)).toMatchObject({
      ...{ planId: 'plan', at: at(9), settings: { proxy: { mode: 'none' } }, removedAt: at(0) },
      setWorkspaces: ['/w'],
    });
    expect(baselineOf({ planned, record: all }, wave, { ...plan, repairs: 'first' })?.planId).toBe('first');
  });

  it.each([
    ['nothing that was not proven', { install: done }, undefined],
    ['nothing that was rolled back', { verify: done, undoInstall: done }, undefined],
    [
      'an agent that stayed',
      { verify: done, uninstall: { status: 'skipped', reason: 'scomAttached' } },
      null,
    ],
    [
      'an agent that was only detached',
      { verify: done, uninstall: { ...done, detail: 'the agent stays' } },
      null,
    ],
  ])('is %s', (_, outcomes, expected) => {
    expect(baselineOf({ planned, record: record(outcomes) }, wave, plan)?.removedAt).toBe(expected);
  });

  it('is a machine left behind only where it could not be reached', () => {
    const left = (outcome: object) =>
      leftBehind({ planned, record: record({ install: outcome }) }, wave, plan);
    expect(left(blocked('arcDisconnected'))).toMatchObject({ reason: 'arcDisconnected', planId: 'plan' });
    expect(left(blocked('heldTag'))).toBeUndefined();
    expect(left(done)).toBeUndefined();
  });
});

describe('what is left over', () => {
  const workspace = (id: string, legacy: number, products: readonly string[]) =>
    ({
      ...{ id, solutions: products },
      use: { tables: [], agents: { legacy, ama: 1, scom: 0 }, legacyMachines: legacy },
    }) as unknown as Workspace;
  it('is what no legacy agent feeds, and nothing that could not be read', () => {
    const unread = { ...workspace('/c', 0, ['Updates']), use: null };
    const found = leftovers(
      [{ code: 'workspaceUnused', subject: { kind: 'workspace', id: '/d' } }],
      [workspace('/a', 0, ['Updates', 'Unknown']), workspace('/b', 1, ['Updates']), unread],
    );
    expect(found.map(({ code, subject, detail }) => `${code} ${subject.id} ${detail ?? ''}`.trim())).toEqual([
      'workspaceUnused /d',
      'solutionUnused /a Updates',
    ]);
  });
});
