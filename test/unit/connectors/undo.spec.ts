import { beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../../shared/connectors/gateway.ts';
import { switchOff } from '../../../shared/connectors/switch-off.ts';
import { undoConnector } from '../../../shared/connectors/undo.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Rollback } from '../../../shared/model/rollback.ts';
import { fail } from '../../../shared/model/trouble.ts';
import type { AuditEntry } from '../../../shared/model/wave.ts';
import {
  aPlan,
  aPlannedWave,
  at,
  aWave,
  NOW,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';
import { fakeCollections, SENTINEL, withTier } from './fake-collections.ts';

const UNDO = { connectors: true, legacyAgent: false, associations: true, agentSettings: true, agent: false };
const ROLLBACK: Rollback = {
  ...{ machineIds: null, undo: UNDO, workspaceKeys: [], confirmation: null, reason: 'wrong rules' },
  ...{ at: at(0), by: 'rick', preparedAt: at(0), connectors: [], finishedAt: null },
};
const WAVE = aWave({ step: 'rollback', rollback: ROLLBACK });
const PLAN = aPlan({ waves: [aPlannedWave(0)] });

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

type Fake = ReturnType<typeof fakeCollections>;

async function switchedOff(fake: Fake, waveId: string | null = WAVE.id): Promise<void> {
  const workspace = { id: WORKSPACE_ID, resourceId: workspaceResource('law-main') };
  const rest = { impact: [], waveId, by: 'app', reason: null, ingestionLagSeconds: 300 };
  const active: Collection[] = [SENTINEL];
  const gateway = { ledger, collections: fake.gateway, now: () => NOW };
  expect(await switchOff(gateway, { workspace, active, ...rest })).toMatchObject({ ok: true });
}

const undo = (collections: Fake['gateway'], wave = WAVE, now = NOW) =>
  undoConnector({ ledger, collections, now: () => now }, wave, PLAN, WORKSPACE_ID);

describe('undoConnector', () => {
  it('puts back what the wave switched off, says so in its trail, and repeats nothing', async () => {
    const fake = fakeCollections([SENTINEL]);
    await switchedOff(fake);

    expect(await undo(fake.gateway)).toMatchObject({ outcome: { status: 'done' } });
    expect(await undo(fake.gateway)).toMatchObject({ outcome: { status: 'alreadyDone' } });

    expect(await fake.gateway.read(workspaceResource('law-main'))).toMatchObject({
      value: [{ tier: SENTINEL.tier }],
    });
    const trail: AuditEntry[] = [];
    for await (const entry of ledger.audit.read(WAVE.id)) trail.push(entry);
    const restored = trail.filter(({ by }) => by === 'rick');
    expect(restored.map(({ event }) => event)).toEqual(['connector', 'effect']);
    expect(restored[0]?.message).toContain('wrong rules');
  });

  it.each(['wave-2', null])('leaves what somebody else switched off (%s)', async (waveId) => {
    const fake = fakeCollections([SENTINEL]);
    await switchedOff(fake, waveId);
    const writes = fake.written.length;

    expect(await undo(fake.gateway)).toMatchObject({
      outcome: { status: 'skipped', reason: 'nothingToUndo' },
    });
    expect(fake.written).toHaveLength(writes);
  });

  it('leaves what somebody set since, and says what it is', async () => {
    const fake = fakeCollections([SENTINEL]);
    await switchedOff(fake);
    await fake.gateway.write(workspaceResource('law-main'), withTier(SENTINEL, 'Minimal'));

    const { outcome } = await undo(fake.gateway);

    expect(outcome).toMatchObject({ status: 'skipped', reason: 'connectorChanged' });
    expect(outcome.detail).toContain('tier Minimal');
  });

  it('waits out an outage until the deadline, and is blocked by a refusal at once', async () => {
    const fake = fakeCollections([SENTINEL]);
    await switchedOff(fake);
    const down = fakeCollections([SENTINEL], { read: fail('serviceUnavailable', 'down') });
    const first = await undo(down.gateway);
    expect(first.outcome).toMatchObject({ status: 'waiting', reason: 'serviceUnavailable' });

    const later = aWave({ ...WAVE, rollback: { ...ROLLBACK, connectors: [first] } });
    const atDeadline = NOW + PLAN.policy.waitDeadlineSeconds * 1000;
    expect(await undo(down.gateway, later, atDeadline)).toMatchObject({
      outcome: { status: 'blocked', reason: 'connectorFailed' },
      at: first.at,
    });
    const refused = fakeCollections([SENTINEL], { read: fail('notAuthorized', 'no') });
    expect((await undo(refused.gateway)).outcome).toMatchObject({
      status: 'blocked',
      reason: 'connectorFailed',
    });
  });
});
