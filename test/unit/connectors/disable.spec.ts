import { beforeEach, describe, expect, it } from 'vitest';
import { readCarriers } from '../../../shared/connectors/dependents.ts';
import { disableConnector } from '../../../shared/connectors/disable.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { waiting } from '../../../shared/model/outcome.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { fail, type Result } from '../../../shared/model/trouble.ts';
import type { AuditEntry, Wave } from '../../../shared/model/wave.ts';
import {
  aMachine,
  anAmaExtension,
  anExtension,
  aPlan,
  aPlannedMachine,
  aPlannedWave,
  aPolicy,
  at,
  aWave,
  NOW,
  vmResource,
  WORKSPACE_ID,
} from '../../support/builders.ts';
import { fakeLogs } from '../verification/fake-logs.ts';
import { DEFENDER, fakeCollections, SENTINEL, withTier } from './fake-collections.ts';

const OVERRIDE = { by: 'olga', reason: 'retired by Microsoft' };

/** Off; whether Azure Monitor Agent goes on can be judged when 15 + 30 minutes and the lag are over. */
const SETTLING = waiting('streamSettling', at(3000));

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

interface Run {
  readonly collections?: ReturnType<typeof fakeCollections>;
  readonly heard?: readonly unknown[] | Result<never>;
  /** What machines wrote before and after the switch, and who of the silent was heard. */
  readonly writers?: readonly unknown[] | Result<never>;
  readonly alive?: readonly unknown[];
  readonly policy?: Parameters<typeof aPolicy>[0];
  readonly wave?: Partial<Wave>;
  readonly plan?: Partial<Plan>;
  readonly now?: number;
}

async function run({
  collections = fakeCollections([SENTINEL, DEFENDER]),
  heard = [],
  writers = [],
  alive = [],
  policy,
  wave,
  plan,
  now = NOW,
}: Run = {}) {
  const { logs, asked } = fakeLogs({
    heartbeats: () => heard,
    'security-event-writers': () => writers,
    'agent-heartbeats': () => alive,
  });
  const result = await disableConnector(
    { ledger, collections: collections.gateway, logs, now: () => now },
    aWave({ step: 'disableConnector', ...wave }),
    aPlan({ policy: aPolicy(policy), ...plan }),
    WORKSPACE_ID,
    () => readCarriers(ledger, aPlan({ ...plan }).inventoryId, [WORKSPACE_ID]),
  );
  return { result, written: collections.written, asked };
}

async function trail(waveId = 'wave-1'): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of ledger.audit.read(waveId)) entries.push(entry);
  return entries;
}

const legacyOn = (name: string) => aMachine({ name, extensions: [anExtension()] });

describe('disableConnector', () => {
  it('switches both kinds to None with the body Azure takes, and keeps what was there', async () => {
    const { result, written } = await run();

    expect(result).toEqual({
      workspaceId: WORKSPACE_ID,
      outcome: SETTLING,
      dependents: 0,
      at: at(0),
    });
    expect(written).toEqual([
      { ...SENTINEL, tier: 'None', properties: { tier: 'None', tierSetMethod: 'Custom', extra: 'kept' } },
      { ...DEFENDER, tier: 'None', properties: { tier: 'None', tierSetMethod: 'Custom', extra: 'kept' } },
    ]);
    const stored = await ledger.connectors.stored(WORKSPACE_ID);
    expect(stored.map(({ kind, tier, waveId }) => [kind, tier, waveId]).sort()).toEqual([
      ['SecurityEventCollectionConfiguration', 'All', 'wave-1'],
      ['SecurityInsightsSecurityEventCollectionConfiguration', 'Recommended', 'wave-1'],
    ]);
    expect((await trail()).map(({ event, stage, by }) => [event, stage, by])).toEqual([
      ['connector', 'disableConnector', 'app'],
      ['effect', 'disableConnector', 'app'],
    ]);
  });

  it('touches only what is on', async () => {
    const { result, written } = await run({
      collections: fakeCollections([withTier(SENTINEL, 'none'), DEFENDER]),
    });

    expect(result.outcome).toEqual(SETTLING);
    expect(written.map(({ kind }) => kind)).toEqual([DEFENDER.kind]);
  });

  it.each([
    ['nothing is configured', []],
    ['all is None', [withTier(SENTINEL, 'None')]],
  ])('is already done when %s, and asks for no heartbeat', async (_, initial) => {
    const { result, written, asked } = await run({ collections: fakeCollections(initial) });

    expect(result.outcome).toEqual({ status: 'alreadyDone' });
    expect([written, asked]).toEqual([[], []]);
  });

  it('does nothing when the plan says so', async () => {
    const { result, written } = await run({ policy: { connector: { disable: false } } });

    expect(result.outcome).toEqual({ status: 'skipped', reason: 'connectorKept' });
    expect(written).toEqual([]);
  });

  it('is blocked for a workspace the plan does not know', async () => {
    const { result, written } = await run({ plan: { workspaces: [] } });

    expect(result.outcome).toMatchObject({ status: 'blocked', reason: 'noWorkspace' });
    expect(written).toEqual([]);
  });

  it.each<[string, () => Promise<void>, readonly unknown[], number]>([
    [
      'a machine of the inventory',
      () => ledger.inventories.putMachines('inventory-1', [legacyOn('a')]),
      [],
      1,
    ],
    [
      'a machine that is heard, by ARM id',
      async () => {},
      [
        {
          ResourceId: vmResource('b').toLowerCase(),
          Computer: 'b',
          Category: 'Direct Agent',
          lastSeen: at(-60),
        },
      ],
      1,
    ],
    [
      'a machine heard behind SCOM',
      async () => {},
      [{ ResourceId: '', Computer: 'c', Category: 'SCOM Agent', lastSeen: at(-60) }],
      1,
    ],
    [
      'one in both, counted once, and one unmanaged',
      () => ledger.inventories.putMachines('inventory-1', [legacyOn('a')]),
      [
        {
          ResourceId: vmResource('a').toLowerCase(),
          Computer: 'a',
          Category: 'Direct Agent',
          lastSeen: at(-60),
        },
        { ResourceId: null, Computer: 'onprem-7', Category: 'Direct Agent', lastSeen: at(-60) },
      ],
      2,
    ],
  ])('stays on while it is used by %s', async (_, arrange, heard, dependents) => {
    await arrange();

    const { result, written } = await run({ heard });

    expect(result).toMatchObject({ outcome: { status: 'skipped', reason: 'workspaceInUse' }, dependents });
    expect(written).toEqual([]);
    expect(await ledger.connectors.stored(WORKSPACE_ID)).toEqual([]);
  });

  it('does not count machines verified on AMA, on another workspace, without legacy agent, or heard through AMA', async () => {
    await ledger.inventories.putMachines('inventory-1', [
      legacyOn('verified'),
      { ...legacyOn('elsewhere'), legacyWorkspaces: ['/other'] },
      aMachine({ name: 'clean', extensions: [anAmaExtension()] }),
    ]);
    const verified = vmResource('verified').toLowerCase();
    await ledger.migrated.put([{ machineId: verified, waveId: 'wave-0', verifiedAt: at(-60) }]);

    const { result } = await run({
      heard: [
        { ResourceId: verified, Computer: 'verified', Category: 'Direct Agent', lastSeen: at(-60) },
        {
          ResourceId: vmResource('d').toLowerCase(),
          Computer: 'd',
          Category: 'Azure Monitor Agent',
          lastSeen: at(-60),
        },
      ],
    });

    expect(result).toMatchObject({ outcome: SETTLING, dependents: 0 });
  });

  it('under an override it switches off and records who is affected, by whom and why', async () => {
    await ledger.inventories.putMachines('inventory-1', [legacyOn('a')]);

    const { result } = await run({ policy: { connector: { override: OVERRIDE } } });

    expect(result).toMatchObject({ outcome: SETTLING, dependents: 1 });
    const [entry] = await trail();
    expect(entry).toMatchObject({
      by: 'olga',
      data: { dependents: [vmResource('a').toLowerCase()], before: [SENTINEL, DEFENDER] },
    });
    expect(entry?.message).toContain('retired by Microsoft');
  });

  it('waits for machines a later wave of the plan brings, even under an override', async () => {
    await ledger.inventories.putMachines('inventory-1', [legacyOn('a')]);
    const waves = [0, 1].map((index) => aPlannedWave(index));
    const plan = { waves, policy: aPolicy({ connector: { override: OVERRIDE } }) };
    await ledger.plans.put(aPlan(plan), [[], [aPlannedMachine('a')]], []);

    const early = await run({ plan, wave: { index: 0 } });
    const late = await run({ plan, wave: { index: 1 } });

    expect(early.result).toMatchObject({
      outcome: { status: 'skipped', reason: 'workspaceInUse' },
      dependents: 1,
    });
    expect(early.written).toEqual([]);
    expect(late.result.outcome).toEqual(SETTLING);
  });

  // Run again, or by a later wave, it finds "None": that must never replace what is to be restored.
  it('a second run on what it switched off keeps the stored value', async () => {
    const collections = fakeCollections([SENTINEL, DEFENDER]);
    await run({ collections });

    const second = await run({ collections, wave: { id: 'wave-2' }, now: NOW + 1000 });

    expect(second.result.outcome).toEqual({ status: 'alreadyDone' });
    const stored = await ledger.connectors.stored(WORKSPACE_ID);
    expect(stored.map(({ tier, waveId }) => [tier, waveId]).sort()).toEqual([
      ['All', 'wave-1'],
      ['Recommended', 'wave-1'],
    ]);
  });

  it('killed between two writes it goes on with the other and keeps both values', async () => {
    const collections = fakeCollections([SENTINEL, DEFENDER], { kill: { at: 2 } });
    await expect(run({ collections })).rejects.toThrow('killed');

    const second = await run({ collections, now: NOW + 1000 });

    expect(second.result.outcome).toEqual(waiting('streamSettling', at(3001)));
    const stored = await ledger.connectors.stored(WORKSPACE_ID);
    expect(stored.map(({ tier }) => tier).sort()).toEqual(['All', 'Recommended']);
  });

  it('what somebody set anew since then is what can be restored', async () => {
    await run();

    const second = await run({
      collections: fakeCollections([withTier(SENTINEL, 'Minimal')]),
      wave: { id: 'wave-2' },
      now: NOW + 1000,
    });

    expect(second.result.outcome).toEqual(waiting('streamSettling', at(3001)));
    const stored = await ledger.connectors.stored(WORKSPACE_ID);
    expect(stored.find(({ kind }) => kind === SENTINEL.kind)).toMatchObject({
      tier: 'Minimal',
      waveId: 'wave-2',
    });
  });

  it('stores the value and the trail before it writes', async () => {
    const { result } = await run({
      collections: fakeCollections([SENTINEL], { write: fail('notAuthorized', 'no') }),
    });

    expect(result.outcome).toMatchObject({ status: 'blocked', reason: 'connectorFailed', detail: 'no' });
    expect(await ledger.connectors.stored(WORKSPACE_ID)).toMatchObject([{ tier: 'Recommended' }]);
    expect((await trail()).map(({ event }) => event)).toEqual(['connector']);
  });

  it('is blocked when the switch cannot be read back', async () => {
    const { result } = await run({ collections: fakeCollections([SENTINEL], { forgetful: true }) });

    expect(result.outcome).toMatchObject({ status: 'blocked', reason: 'connectorFailed' });
  });

  it('a dry run counts and writes nothing at all', async () => {
    const { result, written } = await run({ wave: { dryRun: true } });

    expect(result.outcome).toMatchObject({ status: 'skipped', reason: 'dryRun' });
    expect(written).toEqual([]);
    expect(await ledger.connectors.stored(WORKSPACE_ID)).toEqual([]);
    expect(await trail()).toEqual([]);
  });

  it.each<[string, Run]>([
    ['the workspace', { collections: fakeCollections([], { read: fail('throttled', '429', 120_000) }) }],
    ['the heartbeats', { heard: fail('throttled', '429', 120_000) }],
    ['the write', { collections: fakeCollections([SENTINEL], { write: fail('throttled', '429', 120_000) }) }],
  ])('waits as long as it was told when Azure throttles %s', async (_, given) => {
    const { result } = await run(given);

    expect(result.outcome).toEqual({ status: 'waiting', reason: 'throttled', until: at(120), detail: '429' });
  });

  it('never waits for ever: the first look counts', async () => {
    const collections = fakeCollections([], { read: fail('throttled', '429') });
    const policy = { waitDeadlineSeconds: 600 };
    const first = await run({ collections, policy });
    const wave = { connectors: [first.result] };

    const before = await run({ collections, policy, wave, now: NOW + 599_000 });
    const after = await run({ collections, policy, wave, now: NOW + 600_000 });

    expect(before.result).toMatchObject({ outcome: { status: 'waiting' }, at: at(0) });
    expect(after.result).toMatchObject({
      outcome: { status: 'blocked', reason: 'connectorFailed' },
      at: at(0),
    });
  });

  it('does not take silence for an empty list when the workspace cannot be asked', async () => {
    const { result, written } = await run({ heard: fail('notAuthorized', 'no') });

    expect(result.outcome).toMatchObject({ status: 'blocked', reason: 'connectorFailed' });
    expect(written).toEqual([]);
  });
});

describe('the stream of Azure Monitor Agent after the switch', () => {
  const machine = vmResource('a').toLowerCase();
  const verified = () => ledger.migrated.put([{ machineId: machine, waveId: 'wave-1', verifiedAt: at(-60) }]);
  const wrote = (rowsBefore: number, rowsAfter: number) => [{ ResourceId: machine, rowsBefore, rowsAfter }];
  const HEARD = [{ ResourceId: machine, Category: 'Azure Monitor Agent', lastSeen: at(1500) }];

  /** A switch at NOW, and the look at which it can be judged. */
  async function judged(given: Run) {
    const collections = fakeCollections([SENTINEL]);
    await verified();
    await run({ collections });
    return run({ collections, now: NOW + 3_000_000, ...given });
  }

  it.each<[string, Run, object]>([
    ['goes on', { writers: wrote(300, 150) }, { status: 'done' }],
    ['is too thin to be judged', { writers: wrote(19, 0), alive: HEARD }, { status: 'done' }],
    ['cannot be read', { writers: fail('notAuthorized', 'no') }, { status: 'done' }],
    ['ends with a machine that was switched off', { writers: wrote(300, 0) }, { status: 'done' }],
    [
      'is lost on a machine that is heard',
      { writers: wrote(20, 0), alive: HEARD },
      { status: 'blocked', reason: 'streamLost', needs: 'securityTeam' },
    ],
    [
      'is asked of a busy workspace',
      { writers: fail('throttled', '429', 120_000) },
      { status: 'waiting', reason: 'throttled', until: at(3120) },
    ],
  ])('%s', async (_, given, outcome) => {
    const { result } = await judged(given);

    expect(result.outcome).toMatchObject(outcome);
  });

  it('is judged over two stretches of the same length, the switch and its propagation between them', async () => {
    const { asked } = await judged({ writers: wrote(300, 150) });

    expect(asked.map(({ query, parameters }) => [query, parameters])).toEqual([
      ['security-event-writers', { since: at(-1800), splitAt: at(0), resumeAt: at(900), until: at(2700) }],
    ]);
  });

  it('leaves verdict and evidence in the trail, once', async () => {
    const collections = fakeCollections([SENTINEL]);
    await verified();
    await run({ collections });
    const later = { collections, now: NOW + 3_000_000, writers: wrote(300, 0), alive: HEARD };
    await run(later);
    const again = await run({ ...later, now: NOW + 9_000_000 });

    expect(again.result.outcome).toMatchObject({ status: 'blocked', reason: 'streamLost' });
    const gates = (await trail()).filter(({ event }) => event === 'gate');
    expect(gates).toMatchObject([{ data: { result: 'fail', judged: 1, lost: 1, lostMachines: [machine] } }]);
  });

  it('is not asked before all rows of the stretch can be there, whatever the deadline', async () => {
    const collections = fakeCollections([SENTINEL]);
    const first = await run({ collections });
    const wave = { connectors: [first.result] };

    const early = await run({
      collections,
      wave,
      policy: { waitDeadlineSeconds: 600 },
      now: NOW + 2_999_000,
    });

    expect(early.result.outcome).toEqual(SETTLING);
    expect(early.asked).toEqual([]);
  });

  it.each([
    ['restored it', true],
    ['turned it on again by hand', false],
  ])('is left to the person who %s meanwhile', async (_, byApp) => {
    const collections = fakeCollections([SENTINEL]);
    await run({ collections });
    collections.set([SENTINEL]);
    const last = await ledger.connectors.switchOf(WORKSPACE_ID);
    if (last === undefined) throw new Error('no switch');
    if (byApp) await ledger.connectors.recordSwitch({ ...last, restoredAt: at(60) });

    const { result, written } = await run({ collections, now: NOW + 3_000_000 });

    expect(result.outcome).toMatchObject({ status: 'skipped', reason: 'connectorChanged' });
    expect(written).toHaveLength(1);
  });

  it('is judged after a kill between the last write and the note of it', async () => {
    const collections = fakeCollections([SENTINEL], { kill: { at: 1, after: true } });
    await verified();
    await expect(run({ collections })).rejects.toThrow('killed');

    const second = await run({ collections, now: NOW + 60_000 });
    const third = await run({ collections, now: NOW + 3_060_000, writers: wrote(300, 150) });

    expect(second.result.outcome).toEqual(waiting('streamSettling', at(3060)));
    expect(third.result.outcome).toMatchObject({ status: 'done' });
    expect(collections.written).toHaveLength(1);
  });
});

describe('somebody else at the same time', () => {
  it('is noticed before anything is written, and decided on at the next look', async () => {
    const collections = fakeCollections([SENTINEL], { meanwhile: [withTier(SENTINEL, 'Minimal')] });

    const first = await run({ collections });
    const stored = await ledger.connectors.stored(WORKSPACE_ID);
    const second = await run({ collections, now: NOW + 60_000 });

    expect(first.result.outcome).toMatchObject({ status: 'waiting', reason: 'connectorChanged' });
    expect(stored).toEqual([]);
    expect(second.result.outcome).toEqual(waiting('streamSettling', at(3060)));
    expect(await ledger.connectors.stored(WORKSPACE_ID)).toMatchObject([{ tier: 'Minimal' }]);
  });

  it('is noticed by the version when it happens between look and write', async () => {
    const collections = fakeCollections([SENTINEL]);
    const { write } = collections.gateway;
    collections.gateway.write = async (id, value) => {
      collections.set([withTier(SENTINEL, 'Minimal')]);
      return write(id, value);
    };

    const { result, written } = await run({ collections });

    expect(result.outcome).toMatchObject({ status: 'waiting', reason: 'connectorChanged' });
    expect(written).toEqual([]);
  });
});

describe('change windows', () => {
  const opensAt = (seconds: number) => ({
    windows: [{ start: at(seconds).slice(0, 19), timeZone: 'UTC', durationMinutes: 10 }],
  });

  it('waits for the window and writes nothing, however often it is asked', async () => {
    const waited = [
      { workspaceId: WORKSPACE_ID, outcome: waiting('throttled', at(0)), dependents: 0, at: at(-99_999) },
    ];

    for (const connectors of [[], waited]) {
      const { result, written } = await run({ policy: opensAt(3600), wave: { connectors } });

      expect(result.outcome).toEqual(waiting('outsideWindow', at(3600)));
      expect(written).toEqual([]);
    }
    expect(await trail()).toEqual([]);
  });

  it('switches off once it is open', async () => {
    const { result, written } = await run({ policy: opensAt(-60) });

    expect(result.outcome).toEqual(SETTLING);
    expect(written).toHaveLength(2);
  });

  it('is not thrown in a freeze, or when it would likely end in one', async () => {
    const freezes = [
      { name: 'audit', start: at(30).slice(0, 19), end: at(600).slice(0, 19), timeZone: 'UTC' },
    ];

    const soon = await run({ policy: { freezes } });
    const now = await run({ policy: { freezes: [{ ...freezes[0], start: at(-30).slice(0, 19) } as never] } });

    expect(soon.result.outcome).toEqual(
      waiting('outsideWindow', at(600), `It likely takes 60 s, and the freeze audit begins at ${at(30)}`),
    );
    expect(now.result.outcome).toEqual(waiting('outsideWindow', at(600), `Frozen until ${at(600)} by audit`));
    expect([...soon.written, ...now.written]).toEqual([]);
  });

  it('leaves the connector on when no window opens any more', async () => {
    const { result, written } = await run({ policy: opensAt(-3600) });

    expect(result.outcome).toMatchObject({ status: 'blocked', reason: 'windowsOver' });
    expect(written).toEqual([]);
  });
});
