import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance, ScaleSetState } from '../../../../shared/agents/scale-sets/gateway.ts';
import {
  type ChangeStage,
  counted,
  lackingInstances,
  named,
  nextUpgrade,
} from '../../../../shared/agents/scale-sets/next-upgrade.ts';
import type { Extension } from '../../../../shared/model/machine.ts';
import { ScaleSetPolicy } from '../../../../shared/model/scale-set.ts';

const CHANGED_AT = '2026-11-21T09:00:00.000Z';
const BEFORE = '2026-11-21T08:00:00.000Z';
const AFTER = '2026-11-21T09:00:20.000Z';

const extension = (publisher: string, type: string, provisioningState = 'Succeeded'): Extension => ({
  ...{ id: '', name: type, publisher, type, version: null, provisioningState, settings: null },
});
const MMA = extension('Microsoft.EnterpriseCloud.Monitoring', 'MicrosoftMonitoringAgent');
const OMS = extension('Microsoft.EnterpriseCloud.Monitoring', 'OMSAgentForLinux');
const AMA = extension('Microsoft.Azure.Monitor', 'AzureMonitorWindowsAgent');
const FAILED_AMA = { ...AMA, provisioningState: 'Failed' };

const instance = (instanceId: string, changes: Partial<Instance> = {}): Instance => ({
  ...{ instanceId, latestModel: true, running: true, provisioningState: 'Succeeded' },
  ...{ healthy: true, isProtected: false, extensions: [MMA, AMA] },
  ...changes,
});
const old = (instanceId: string, changes: Partial<Instance> = {}) =>
  instance(instanceId, { latestModel: false, extensions: [MMA], ...changes });
const clean = (instanceId: string, changes: Partial<Instance> = {}) =>
  instance(instanceId, { extensions: [AMA], ...changes });

const next = (
  stage: ChangeStage,
  upgradePolicy: ScaleSetState['upgradePolicy'],
  instances: readonly Instance[],
  more: { rollingUpgrade?: ScaleSetState['rollingUpgrade']; policy?: Partial<ScaleSetPolicy> } = {},
) =>
  nextUpgrade({
    stage,
    state: { upgradePolicy, instances, rollingUpgrade: more.rollingUpgrade ?? null, sequence: [] },
    policy: { ...ScaleSetPolicy.parse({ upgradeManual: true }), ...more.policy },
    changedAt: CHANGED_AT,
  });

const rolling = (status: 'running' | 'completed' | 'failed', startedAt: string | null) => ({
  rollingUpgrade: { status, startedAt, error: status === 'failed' ? 'Faulted: why' : null },
});

describe('nextUpgrade', () => {
  it.each([
    ['install', [instance('0'), instance('1')]],
    ['install', [instance('0'), old('1', { running: false })]],
    ['install', []],
    ['uninstall', [clean('0'), clean('1', { running: false })]],
    // A change of the owners in between is none of this stage's business.
    ['uninstall', [clean('0', { latestModel: false })]],
  ] as const)('%s is finished where every instance that counts is as wanted', (stage, instances) => {
    for (const policy of ['manual', 'automatic', 'rolling'] as const)
      expect(next(stage, policy, instances)).toEqual({ kind: 'finished' });
  });

  it.each([
    ['install', 'automatic', [old('0'), old('1')], 'instancesUpgrading', 'instances 0, 1'],
    ['install', 'rolling', [instance('0'), old('1')], 'instancesUpgrading', 'instance 1'],
    ['install', 'rolling', [instance('0', { extensions: [MMA] })], 'instancesUpgrading', 'instance 0'],
    ['uninstall', 'automatic', [instance('0', { latestModel: false })], 'instancesUpgrading', 'instance 0'],
    [
      'uninstall',
      'manual',
      [instance('0', { running: false, latestModel: false })],
      'notRunning',
      'instance 0',
    ],
    ['uninstall', 'manual', [clean('0', { extensions: [OMS] })], 'instancesUnhealthy', 'instance 0'],
    [
      'install',
      'manual',
      [instance('0', { extensions: [FAILED_AMA] }), old('1')],
      'instancesUnhealthy',
      'instance 0',
    ],
    [
      'install',
      'automatic',
      [instance('0', { provisioningState: 'Failed' }), old('1')],
      'instancesUnhealthy',
      'instance 0',
    ],
    ['install', 'manual', [instance('0', { healthy: false }), old('1')], 'instancesUnhealthy', 'instance 0'],
    [
      'install',
      'manual',
      [instance('0', { provisioningState: 'Updating' }), old('1')],
      'instancesUpgrading',
      'instance 0',
    ],
    [
      'install',
      'manual',
      [instance('9', { provisioningState: 'Creating', extensions: [] }), old('1')],
      'instancesUpgrading',
      'instance 9',
    ],
    ['install', 'manual', [old('0', { isProtected: true }), old('1')], 'instancesProtected', 'instance 0'],
  ] as const)('%s under %s waits for %j: %s', (stage, policy, instances, reason, detail) => {
    expect(next(stage, policy, instances)).toEqual({ kind: 'wait', reason, detail });
  });

  it('goes by the rolling upgrade that carries the change, and by no earlier one', () => {
    const instances = [instance('0'), old('1')];
    const waiting = { kind: 'wait', reason: 'instancesUpgrading', detail: 'instance 1' };
    expect(next('install', 'rolling', instances, rolling('failed', AFTER))).toEqual({
      kind: 'blocked',
      reason: 'rollingUpgradeFailed',
      detail: 'Faulted: why',
    });
    expect(next('install', 'rolling', instances, rolling('failed', CHANGED_AT))).toMatchObject({
      kind: 'blocked',
    });
    expect(next('install', 'rolling', instances, rolling('failed', BEFORE))).toEqual(waiting);
    expect(next('install', 'rolling', instances, rolling('failed', null))).toEqual(waiting);
    expect(next('install', 'rolling', instances, rolling('running', AFTER))).toEqual(waiting);
    expect(next('install', 'rolling', [instance('0')], rolling('failed', AFTER))).toEqual({
      kind: 'finished',
    });
  });

  it('upgrades nothing by hand that owners keep to themselves, or that Azure is upgrading', () => {
    expect(next('install', 'manual', [old('0')], { policy: { upgradeManual: false } })).toEqual({
      kind: 'blocked',
      reason: 'manualUpgrades',
    });
    expect(next('install', 'manual', [old('0')], rolling('running', BEFORE))).toEqual({
      kind: 'wait',
      reason: 'upgradeInProgress',
    });
  });

  it.each([
    [5, 20, 1],
    [10, 20, 2],
    [9, 20, 1],
    [1, 1, 1],
    [3, 100, 3],
    [1000, 20, 100],
  ])('takes of %i instances %i percent at a time: %i', (count, batchPercent, size) => {
    const instances = Array.from({ length: count }, (_, n) => old(String(n)));
    const decision = next('install', 'manual', instances, { policy: { batchPercent } });
    expect(decision).toMatchObject({ kind: 'upgrade' });
    expect('instanceIds' in decision && decision.instanceIds.length).toBe(size);
  });

  const anInstance = fc
    .record({
      latestModel: fc.boolean(),
      running: fc.boolean(),
      provisioningState: fc.constantFrom('Succeeded', 'Updating', 'Failed', null),
      healthy: fc.boolean(),
      isProtected: fc.boolean(),
      extensions: fc.constantFrom([MMA], [MMA, AMA], [AMA], [OMS], [], [FAILED_AMA]),
    })
    .map((shape) => shape);

  it('upgrades only running instances that lack the change, never protected ones, and only while all others are well', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('install' as const, 'uninstall' as const),
        fc.constantFrom('manual' as const, 'automatic' as const, 'rolling' as const),
        fc.array(anInstance, { maxLength: 12 }),
        fc.integer({ min: 1, max: 100 }),
        (stage, upgradePolicy, shapes, batchPercent) => {
          const instances = shapes.map((shape, n): Instance => ({ instanceId: String(n), ...shape }));
          const decision = next(stage, upgradePolicy, instances, { policy: { batchPercent } });
          const lacking = lackingInstances(stage, instances);
          expect(decision.kind === 'finished').toBe(lacking.length === 0);
          if (decision.kind !== 'upgrade') return;
          expect(upgradePolicy).toBe('manual');
          const chosen = instances.filter(({ instanceId }) => decision.instanceIds.includes(instanceId));
          expect(chosen.length).toBe(decision.instanceIds.length);
          expect(chosen.length).toBeGreaterThan(0);
          expect(chosen.length).toBeLessThanOrEqual(Math.max(1, (instances.length * batchPercent) / 100));
          for (const one of chosen) {
            expect(lacking).toContain(one);
            expect(one.running && !one.isProtected).toBe(true);
          }
          for (const one of instances.filter((other) => other.latestModel && other.running))
            expect(one.healthy && one.provisioningState !== 'Failed').toBe(true);
          expect(instances.every(({ provisioningState }) => provisioningState !== 'Updating')).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reaches every running instance in batches, however they come and go', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat(39), { maxLength: 5 }),
        (count, batchPercent, leaving) => {
          let instances = Array.from({ length: count }, (_, n) => old(String(n)));
          for (let round = 0; round <= count; round += 1) {
            const decision = next('install', 'manual', instances, { policy: { batchPercent } });
            if (decision.kind === 'finished') {
              expect(instances.every(({ extensions }) => extensions.includes(AMA))).toBe(true);
              return;
            }
            const chosen = decision.kind === 'upgrade' ? decision.instanceIds : [];
            instances = instances
              .filter(
                ({ instanceId }) => leaving[round] === undefined || instanceId !== String(leaving[round]),
              )
              .map((one) => (chosen.includes(one.instanceId) ? instance(one.instanceId) : one));
            // New instances come with the new model.
            instances = [...instances, instance(`new-${round}`)];
          }
          expect.unreachable('the upgrade does not end');
        },
      ),
    );
  });
});

describe('counted', () => {
  it('tells those that are off', () => {
    expect(counted([instance('0'), instance('1')])).toBe('2 instances');
    expect(counted([instance('0'), instance('1', { running: false })])).toBe(
      '2 instances, of which 1 do not run',
    );
  });
});

describe('named', () => {
  it('names ten at the most', () => {
    const many = Array.from({ length: 12 }, (_, n) => ({ instanceId: String(n) }));
    expect(named(many)).toBe('instances 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more');
    expect(named(many.slice(0, 1))).toBe('instance 0');
  });
});
