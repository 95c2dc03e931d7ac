import { describe, expect, it } from 'vitest';
import { type ChangeFacts, changeObstacle } from '../../../../shared/agents/scale-sets/change-obstacle.ts';
import type { Instance, ScaleSetState } from '../../../../shared/agents/scale-sets/gateway.ts';
import { ScaleSetPolicy } from '../../../../shared/model/scale-set.ts';

const instance = (instanceId: string, changes: Partial<Instance> = {}): Instance => ({
  ...{ instanceId, latestModel: true, running: true, provisioningState: 'Succeeded' },
  ...{ healthy: true, isProtected: false, extensions: [] },
  ...changes,
});
const obstacle = (
  stage: ChangeFacts['stage'],
  changes: Partial<ScaleSetState> = {},
  policy: Partial<ScaleSetPolicy> = {},
) =>
  changeObstacle({
    stage,
    state: {
      ...{ upgradePolicy: 'automatic', rollingUpgrade: null, sequence: [{ name: 'app', after: ['other'] }] },
      ...{ instances: [instance('0'), instance('1')] },
      ...changes,
    },
    policy: { ...ScaleSetPolicy.parse({}), ...policy },
    extension: 'mma',
  });
const outdated = [instance('0'), instance('1', { latestModel: false })];
const OUTDATED = { reason: 'instancesOutdated', detail: 'instance 1' };
const running = { status: 'running', startedAt: null, error: null } as const;

describe('changeObstacle', () => {
  it.each(['install', 'uninstall'] as const)('%s may change a set that is at rest', (stage) => {
    expect(obstacle(stage)).toBeUndefined();
    expect(obstacle(stage, { upgradePolicy: 'rolling' })).toBeUndefined();
    expect(obstacle(stage, { upgradePolicy: 'manual' }, { upgradeManual: true })).toBeUndefined();
    const ended = { ...running, status: 'failed' } as const;
    expect(obstacle(stage, { rollingUpgrade: ended })).toBeUndefined();
  });

  it.each([
    [{ upgradePolicy: 'unknown' }, { kind: 'blocked', reason: 'scaleSetUnsupported' }],
    [{ upgradePolicy: 'manual' }, { kind: 'blocked', reason: 'manualUpgrades' }],
    [{ rollingUpgrade: running }, { kind: 'wait', reason: 'upgradeInProgress' }],
    [
      { instances: [instance('0', { provisioningState: 'Updating' })] },
      { kind: 'wait', reason: 'upgradeInProgress', detail: 'instance 0' },
    ],
    [
      { instances: [instance('0', { isProtected: true })] },
      { kind: 'wait', reason: 'instancesProtected', detail: 'instance 0' },
    ],
    [{ instances: outdated }, { kind: 'wait', ...OUTDATED }],
  ] as [Partial<ScaleSetState>, object][])('waits for, or is blocked by, %j', (changes, expected) => {
    expect(obstacle('install', changes)).toEqual(expected);
    expect(obstacle('uninstall', changes)).toEqual(expected);
  });

  it('leaves changes that owners hold back to them, unless the plan takes them on', () => {
    const manual = { upgradePolicy: 'manual', instances: outdated } as const;
    expect(obstacle('install', manual, { upgradeManual: true })).toEqual({ kind: 'blocked', ...OUTDATED });
    expect(obstacle('install', manual, { upgradeManual: true, upgradeOutdated: true })).toBeUndefined();
  });

  it('takes no agent from under an extension that waits for it, in whatever casing', () => {
    const sequence = [{ name: 'app', after: ['other', 'MMA'] }];
    expect(obstacle('uninstall', { sequence })).toEqual({
      kind: 'blocked',
      reason: 'extensionSequence',
      detail: 'app waits for mma',
    });
    expect(obstacle('install', { sequence })).toBeUndefined();
  });

  it('takes no agent from a set while an instance is off; a new agent comes with the start', () => {
    const instances = [instance('0'), instance('1', { running: false })];
    expect(obstacle('uninstall', { instances })).toEqual({
      kind: 'wait',
      reason: 'notRunning',
      detail: 'instance 1',
    });
    expect(obstacle('install', { instances })).toBeUndefined();
  });
});
