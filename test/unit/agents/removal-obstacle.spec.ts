import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, type RemovalFacts, removalObstacle } from '../../../shared/agents/removal/obstacle.ts';
import type { Lock } from '../../../shared/model/machine.ts';
import type { ReasonCode } from '../../../shared/model/reasons.ts';
import {
  anAmaExtension,
  anAssignment,
  anExtension,
  aPlannedMachine,
  aPolicy,
  aState,
  NOW,
  ruleResource,
  SUB,
} from '../../support/builders.ts';

const PLANNED = aPlannedMachine();
const RULE = ruleResource('rule-windows').toLowerCase();
const SUBSCRIPTION = `/subscriptions/${SUB}`;
const GROUP = `${SUBSCRIPTION}/resourcegroups/rg-app`;
const lock = (scope: string, level: Lock['level'] = 'CanNotDelete'): Lock => ({ scope, level, name: 'keep' });

function earned(changes: Partial<RemovalFacts> = {}): RemovalFacts {
  return {
    planned: PLANNED,
    state: aState({ extensions: [anExtension(), anAmaExtension()] }),
    associatedRuleIds: new Set([RULE]),
    locks: [],
    verdict: { result: 'pass', evidence: [] },
    amaHeartbeatFresh: true,
    neededByScom: false,
    agentStays: false,
    nowMs: NOW,
    leaseHolder: 'wave-1',
    waveId: 'wave-1',
    removalApproved: true,
    policy: aPolicy(),
    dryRun: false,
    ...changes,
  };
}

type Change = (facts: RemovalFacts) => RemovalFacts;
const withState =
  (state: Partial<RemovalFacts['state']>): Change =>
  (facts) => ({ ...facts, state: { ...facts.state, ...state } });

/** DESIGN D7, condition by condition. The last column: whether a dry run asks it as well. */
const OBSTACLES: readonly [string, Change, ReasonCode, dryRun: boolean][] = [
  [
    'another machine under the same name',
    (f) => ({ ...f, planned: { ...f.planned, vmId: 'a' }, state: { ...f.state, vmId: 'b' } }),
    'machineChanged',
    true,
  ],
  [
    'a legacy agent that was pointed at another workspace since',
    withState({ extensions: [anExtension({ settings: { workspaceId: 'elsewhere' } }), anAmaExtension()] }),
    'machineChanged',
    true,
  ],
  ['SCOM', (f) => ({ ...f, neededByScom: true }), 'scomAttached', true],
  ['no verdict', (f) => ({ ...f, verdict: null }), 'notVerified', false],
  [
    'an inconclusive verdict',
    (f) => ({ ...f, verdict: { result: 'inconclusive', evidence: [] } }),
    'notVerified',
    false,
  ],
  ['a failed verdict', (f) => ({ ...f, verdict: { result: 'fail', evidence: [] } }), 'notVerified', false],
  ['no approval', (f) => ({ ...f, removalApproved: false }), 'notApproved', false],
  ['a lease of another wave', (f) => ({ ...f, leaseHolder: 'wave-2' }), 'leaseTaken', false],
  ['no lease', (f) => ({ ...f, leaseHolder: undefined }), 'leaseTaken', false],
  ['no AMA', withState({ extensions: [anExtension()] }), 'amaNotInstalled', false],
  [
    'a failed AMA',
    withState({ extensions: [anAmaExtension({ provisioningState: 'Failed' })] }),
    'amaNotInstalled',
    false,
  ],
  [
    'a stranger named like AMA',
    withState({ extensions: [anAmaExtension({ publisher: 'Contoso' })] }),
    'amaNotInstalled',
    false,
  ],
  ['no fresh heartbeat', (f) => ({ ...f, amaHeartbeatFresh: false }), 'noHeartbeat', false],
  ['no rule associated', (f) => ({ ...f, associatedRuleIds: new Set() }), 'rulesNotAssociated', false],
  [
    'one of two rules not associated',
    (f) => ({
      ...f,
      planned: { ...f.planned, rules: [anAssignment(), anAssignment({ ruleId: `${RULE}-2` })] },
    }),
    'rulesNotAssociated',
    false,
  ],
  ['a hold tag', withState({ tags: { 'ama-migration-hold': 'why' } }), 'heldTag', true],
  [
    'a hold tag without value, in other casing',
    withState({ tags: { 'AMA-Migration-Hold': '' } }),
    'heldTag',
    true,
  ],
  ['a guest agent that does not answer', withState({ guestAgent: 'notReady' }), 'guestAgentNotReady', true],
  ['a stopped machine', withState({ availability: 'stopped' }), 'notRunning', true],
  ['a machine of unknown state', withState({ availability: 'unknown' }), 'notRunning', true],
  ['a disconnected machine', withState({ availability: 'disconnected' }), 'arcDisconnected', true],
  ['a delete lock on the machine', (f) => ({ ...f, locks: [lock(PLANNED.id)] }), 'locked', true],
  ['a read-only lock on the group', (f) => ({ ...f, locks: [lock(GROUP, 'ReadOnly')] }), 'locked', true],
  ['a lock on the subscription', (f) => ({ ...f, locks: [lock(SUBSCRIPTION)] }), 'locked', true],
];

describe('removalObstacle', () => {
  it('is none when everything is earned', () => {
    expect(removalObstacle(earned())).toBeUndefined();
  });

  it.each(OBSTACLES)('%s', (_, change, reason) => {
    expect(removalObstacle(change(earned()))).toBe(reason);
  });

  it.each(OBSTACLES)('dry run: %s', (_, change, reason, asked) => {
    expect(removalObstacle({ ...change(earned()), dryRun: true })).toBe(asked ? reason : undefined);
  });

  it('is never none with any set of obstacles present, in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...OBSTACLES], { minLength: 1 }), (obstacles) => {
        // Later changes may replace the whole state; keep those that only add.
        const facts = obstacles.reduce((f, [, change]) => change(f), earned());

        expect(removalObstacle(facts)).not.toBeUndefined();
      }),
    );
  });

  it('does not let a lease without a wave pass', () => {
    expect(removalObstacle(earned({ leaseHolder: undefined, waveId: '' }))).toBe('leaseTaken');
  });
});

describe('covers', () => {
  const machine = `${GROUP.replace('rg-app', 'rg1')}/providers/microsoft.compute/virtualmachines/web-01`;
  it.each([
    ['the machine', machine, true],
    ['its group', `${SUBSCRIPTION}/resourcegroups/rg1`, true],
    ['its subscription', SUBSCRIPTION, true],
    ['a group with a longer name', `${SUBSCRIPTION}/resourcegroups/rg10`, false],
    ['a group with a shorter name', `${SUBSCRIPTION}/resourcegroups/rg`, false],
    ['a machine with a longer name', `${machine}0`, false],
    ['a machine with a shorter name', machine.slice(0, -1), false],
    ['another subscription', '/subscriptions/other', false],
    ['an extension of the machine', `${machine}/extensions/other`, false],
  ])('a lock on %s', (_, scope, expected) => {
    expect(covers(lock(scope), machine)).toBe(expected);
  });

  it('never confuses group names that begin alike', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        const id = `${SUBSCRIPTION}/resourcegroups/${a}/providers/microsoft.compute/virtualmachines/v`;

        expect(covers(lock(`${SUBSCRIPTION}/resourcegroups/${b}`), id)).toBe(a === b);
      }),
    );
  });
});
