import { describe, expect, it } from 'vitest';
import {
  legacyIsThere,
  outcomeOfObstacle,
  type UndoFacts,
  undoObstacle,
} from '../../../shared/rollback/obstacle.ts';
import { anExtension, aPlannedMachine, aPolicy, aState, at, aWaveMachine } from '../../support/builders.ts';

const LOCK = {
  scope: '/subscriptions/11111111-1111-4111-8111-111111111111',
  level: 'CanNotDelete',
  name: 'keep',
} as const;
const ELSEWHERE = { ...LOCK, scope: '/subscriptions/22222222-2222-4222-8222-222222222222' };

/** A deletion on a machine whose legacy agent is heard: nothing stands against it. */
const facts = (changes: Partial<UndoFacts> = {}): UndoFacts => ({
  planned: aPlannedMachine('web-01', { vmId: 'vm-1' }),
  state: aState({ vmId: 'VM-1', os: 'windows' }),
  waveId: 'wave-1',
  leaseHolder: 'wave-1',
  provedBy: 'wave-1',
  locks: [],
  needsMachine: false,
  blinds: true,
  legacyThere: true,
  legacyHeard: true,
  accepted: false,
  policy: aPolicy(),
  ...changes,
});
const stopped = aState({ availability: 'stopped' });

describe('undoObstacle', () => {
  it.each<[string, Partial<UndoFacts>]>([
    ['a machine whose legacy agent is heard', {}],
    ['one nobody proved', { provedBy: undefined }],
    ['one with a lock elsewhere', { locks: [ELSEWHERE] }],
    [
      'one that is not heard, where a person confirmed it',
      { legacyHeard: false, legacyThere: false, accepted: true },
    ],
    [
      'one that is off, where a person confirmed it and Azure does not need it',
      { state: stopped, accepted: true },
    ],
    ['a change that takes nothing away', { blinds: false, legacyHeard: false, legacyThere: false }],
  ])('lets pass: %s', (_, changes) => {
    expect(undoObstacle(facts(changes))).toBeUndefined();
  });

  it.each<[string, Partial<UndoFacts>, object]>([
    ['another machine of the name', { state: aState({ vmId: 'vm-2' }) }, { reason: 'machineChanged' }],
    ['another system', { state: aState({ os: 'linux' }) }, { reason: 'machineChanged' }],
    ['another wave at work', { leaseHolder: 'wave-2' }, { reason: 'leaseTaken', detail: 'held by wave-2' }],
    ['another wave that rests on it', { provedBy: 'wave-2' }, { reason: 'laterWave', detail: 'wave-2' }],
    ['a lock above', { locks: [LOCK] }, { reason: 'locked', detail: 'keep' }],
    ['no legacy agent', { legacyThere: false }, { reason: 'wouldBlind', passing: false }],
    [
      'an old heartbeat of an agent that is gone',
      { legacyThere: false, legacyHeard: true },
      { reason: 'wouldBlind' },
    ],
    [
      'a scale set of which one instance is heard',
      { planned: aPlannedMachine('web-01', { kind: 'scaleSet' }) },
      { reason: 'wouldBlind', passing: false },
    ],
  ])('blocks: %s', (_, changes, expected) => {
    const obstacle = undoObstacle(facts(changes));

    expect(obstacle).toMatchObject({ passing: false, ...expected });
    if (obstacle !== undefined) expect(outcomeOfObstacle(obstacle, at(60)).status).toBe('blocked');
  });

  it.each<[string, Partial<UndoFacts>, string]>([
    ['a hold tag', { state: aState({ tags: { [aPolicy().holdTag]: 'x' } }) }, 'heldTag'],
    ['a stopped machine', { state: stopped }, 'notRunning'],
    [
      'a stopped machine that Azure needs, also confirmed',
      { state: stopped, needsMachine: true, accepted: true },
      'notRunning',
    ],
    ['a disconnected server', { state: aState({ availability: 'disconnected' }) }, 'arcDisconnected'],
    ['an agent that is there and not heard yet', { legacyHeard: false }, 'wouldBlind'],
  ])('waits for: %s', (_, changes, reason) => {
    const obstacle = undoObstacle(facts(changes));

    expect(obstacle).toMatchObject({ reason, passing: true });
    if (obstacle !== undefined)
      expect(outcomeOfObstacle(obstacle, at(60))).toMatchObject({ status: 'waiting', until: at(60) });
  });

  it('a confirmation stands over silence alone, not over locks, leases, tags or other machines', () => {
    const accepted = { accepted: true };
    expect(undoObstacle(facts({ ...accepted, locks: [LOCK] }))?.reason).toBe('locked');
    expect(undoObstacle(facts({ ...accepted, leaseHolder: 'wave-2' }))?.reason).toBe('leaseTaken');
    expect(undoObstacle(facts({ ...accepted, state: aState({ vmId: 'vm-2' }) }))?.reason).toBe(
      'machineChanged',
    );
    expect(undoObstacle(facts({ ...accepted, provedBy: 'wave-2' }))?.reason).toBe('laterWave');
  });
});

describe('legacyIsThere', () => {
  const manual = { legacyForms: ['manual'] } as const;
  it.each([
    ['an extension', aWaveMachine(), [anExtension()], true],
    ['nothing', aWaveMachine(), [], false],
    ['one installed by hand', aWaveMachine('web-01', manual), [], true],
    [
      'one installed by hand that a script removed',
      aWaveMachine('web-01', manual, { undo: { manualInstall: true } }),
      [],
      false,
    ],
  ] as const)('%s', (_, machine, extensions, expected) => {
    expect(legacyIsThere(machine, aState({ extensions }))).toBe(expected);
  });
});
