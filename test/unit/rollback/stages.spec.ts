import { describe, expect, it } from 'vitest';
import type { MachineGateway, SecretReader } from '../../../shared/agents/gateway.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import type { Association, Extension } from '../../../shared/model/machine.ts';
import type { MachineUndo, Rollback } from '../../../shared/model/rollback.ts';
import { fail, ok } from '../../../shared/model/trouble.ts';
import { returnLegacy } from '../../../shared/rollback/return-legacy.ts';
import { undoAssociate } from '../../../shared/rollback/undo-associate.ts';
import { undoInstall } from '../../../shared/rollback/undo-install.ts';
import { createUndoStage, type UndoWork } from '../../../shared/rollback/undo-stage.ts';
import { associationName } from '../../../shared/rules/associations.ts';
import type { AssociationGateway } from '../../../shared/rules/gateway.ts';
import {
  aContext,
  anAmaExtension,
  anAssignment,
  anExtension,
  aState,
  at,
  aWaveMachine,
  CUSTOMER_ID,
  must,
  only,
  WORKSPACE_ID,
} from '../../support/builders.ts';

const SECRET = 'https://kv.vault.azure.net/secrets/key';
const ALL = { connectors: true, legacyAgent: true, associations: true, agentSettings: true, agent: true };
const { ruleId } = anAssignment();
const OURS: Association = { name: associationName(ruleId), ruleId, endpointId: null };
const MMA = {
  name: 'MMA',
  publisher: 'Microsoft.EnterpriseCloud.Monitoring',
  type: 'MicrosoftMonitoringAgent',
};
const DELETED = { ...MMA, version: '10.20.18069.0', settings: { workspaceId: CUSTOMER_ID.toUpperCase() } };
const PROXY = { proxy: { mode: 'application', address: 'http://old:8080', auth: 'false' } };

interface Given {
  readonly work: UndoWork;
  readonly undo: MachineUndo;
  readonly machine?: Partial<WaveMachine['record']>;
  readonly extensions?: readonly Extension[];
  readonly associations?: readonly Association[];
  readonly rollback?: Partial<Rollback>;
  readonly heard?: {
    readonly legacy: string | null;
    readonly trouble?: { code: 'throttled'; message: string };
  };
  readonly gateway?: Partial<MachineGateway>;
  readonly rules?: Partial<AssociationGateway>;
  readonly secrets?: SecretReader;
  readonly provedBy?: string;
}

async function look({ work, undo, ...given }: Given) {
  const machine = aWaveMachine('web-01', {}, { undo, ...given.machine });
  const { id } = machine.planned;
  const stage = createUndoStage(
    {
      concurrency: 1,
      machines: only<MachineGateway>('machines', {
        read: async () => ok(aState({ extensions: given.extensions ?? [] })),
        locks: async () => ok([]),
        ...given.gateway,
      }),
      associations: only<AssociationGateway>('associations', {
        list: async () => ok(given.associations ?? []),
        ...given.rules,
      }),
      secrets: given.secrets ?? only<SecretReader>('secrets', {}),
      leases: { take: async () => 'wave-1' },
      migrated: {
        get: async () =>
          given.provedBy === undefined
            ? undefined
            : { machineId: id, waveId: given.provedBy, verifiedAt: at(-9) },
      },
      heard: async () =>
        new Map([[id, { ama: null, scom: null, trouble: null, ...(given.heard ?? { legacy: at(-30) }) }]]),
    },
    work,
  );
  const rollback: Rollback = {
    ...{ machineIds: null, undo: ALL, workspaceKeys: [{ workspaceId: WORKSPACE_ID, secret: SECRET }] },
    ...{ confirmation: null, reason: 'r', at: at(0), by: 'rick', preparedAt: at(0), connectors: [] },
    finishedAt: null,
    ...given.rollback,
  };
  return must((await stage(aContext({ stage: 'undoAssociate', rollback }), [machine]))[0]);
}

/** What comes of a look: the step, or that of its change. */
async function act(given: Given) {
  const decision = await look(given);
  return 'act' in decision ? decision.act() : decision.step;
}

describe('undoAssociate', () => {
  const undo = { associations: [OURS.name], agent: { name: 'AMA', before: null } };
  const given = { work: undoAssociate, undo, associations: [OURS], extensions: [anExtension()] };

  it('says what it is about to delete, ends the proof, and then forgets what is undone', async () => {
    const removed: string[] = [];
    const decision = await look({
      ...given,
      rules: { remove: async (_, name) => ok(void removed.push(name)) },
    });

    expect(decision).toMatchObject({ intent: expect.stringContaining(OURS.name), unproves: true });
    const step = 'act' in decision ? await decision.act() : undefined;
    expect(step).toMatchObject({
      outcome: { status: 'done' },
      patch: { undo: { agent: { name: 'AMA', before: null } }, verdict: null },
    });
    expect(step?.patch?.undo).not.toHaveProperty('associations');
    expect(removed).toEqual([OURS.name]);
  });

  it.each<[string, Partial<Given>, object]>([
    [
      'silence where the agent is there',
      { heard: { legacy: null } },
      { status: 'waiting', reason: 'wouldBlind' },
    ],
    ['an old heartbeat', { heard: { legacy: at(-86_000) } }, { status: 'waiting', reason: 'wouldBlind' }],
    [
      'a heartbeat from before its removal',
      { machine: { removedAt: at(-10) } },
      { status: 'waiting', reason: 'wouldBlind' },
    ],
    [
      'no agent at all, though it was heard just now',
      { extensions: [] },
      { status: 'blocked', reason: 'wouldBlind' },
    ],
    [
      'heartbeats that cannot be read',
      { heard: { legacy: null, trouble: { code: 'throttled', message: 'm' } } },
      { status: 'waiting', reason: 'queryFailed' },
    ],
    ['another wave that proved it', { provedBy: 'wave-2' }, { status: 'blocked', reason: 'laterWave' }],
    [
      'a rollback that leaves associations',
      { rollback: { undo: { ...ALL, associations: false } } },
      { status: 'skipped', reason: 'notRequested' },
    ],
    ['nothing created', { undo: {} }, { status: 'skipped', reason: 'nothingToUndo' }],
    [
      'another rule under the name',
      { associations: [{ ...OURS, ruleId: 'x' }] },
      { status: 'skipped', reason: 'changedSince' },
    ],
    ['none left', { associations: [] }, { status: 'alreadyDone' }],
  ])('deletes nothing: %s', async (_, changes, outcome) => {
    const decision = await look({ ...given, ...changes });
    expect('step' in decision ? decision.step.outcome : decision.intent).toMatchObject(outcome);
  });

  it('asks for no heartbeat where a person confirmed', async () => {
    const step = await act({
      ...given,
      ...{ extensions: [], heard: { legacy: null }, rollback: { confirmation: 'text' } },
      rules: { remove: async () => ok(undefined) },
    });
    expect(step.outcome).toEqual({ status: 'done' });
  });

  it('keeps what it must still undo when a deletion is refused', async () => {
    const step = await act({ ...given, rules: { remove: async () => fail('locked', 'scope') } });
    expect(step).toMatchObject({ outcome: { status: 'blocked', reason: 'locked' } });
    expect(step.patch).toBeUndefined();
  });
});

describe('returnLegacy', () => {
  const given = { work: returnLegacy, undo: { legacy: [DELETED] } };

  it('puts the extension back with the key, which it reads at the last moment', async () => {
    const bodies: unknown[] = [];
    const read: string[] = [];
    const decision = await look({
      ...given,
      secrets: { read: async (address) => ok(`value of ${read.push(address)}`) },
      gateway: {
        async putExtension(_, name, body) {
          bodies.push(name, body);
          return ok({ url: 'u', retryAfterMs: null });
        },
      },
    });
    expect(read).toEqual([]);
    expect(JSON.stringify(decision)).not.toContain('value of');
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(read).toEqual([SECRET]);
    expect(bodies).toEqual([
      'MMA',
      {
        location: 'westeurope',
        properties: {
          ...{ publisher: MMA.publisher, type: MMA.type, typeHandlerVersion: '10.20' },
          ...{ autoUpgradeMinorVersion: true, settings: DELETED.settings },
          protectedSettings: { workspaceKey: 'value of 1' },
        },
      },
    ]);
    expect(step).toMatchObject({
      outcome: { reason: 'operationInProgress' },
      patch: { operation: { extension: 'MMA' } },
    });
    expect(JSON.stringify(step)).not.toContain('value of');
  });

  const there = anExtension({ ...MMA, settings: DELETED.settings });
  it.each<[string, Partial<Given>, object]>([
    [
      'it is there again',
      { extensions: [there] },
      { status: 'alreadyDone', detail: expect.stringContaining('2026-03-02') },
    ],
    [
      'it is there under another name',
      { extensions: [{ ...there, name: 'other' }] },
      { status: 'alreadyDone' },
    ],
    [
      'somebody put another',
      { extensions: [{ ...there, settings: { workspaceId: 'x' } }] },
      { reason: 'changedSince' },
    ],
    [
      'its installation has not ended',
      { extensions: [{ ...there, provisioningState: 'Creating' }] },
      { reason: 'operationInProgress' },
    ],
    [
      'nobody named the key',
      { rollback: { workspaceKeys: [] } },
      { status: 'blocked', reason: 'workspaceKeyMissing' },
    ],
    ['a script did it', { undo: { manualInstall: true } }, { status: 'blocked', reason: 'scriptNotUndone' }],
    ['nobody asked', { rollback: { undo: { ...ALL, legacyAgent: false } } }, { reason: 'notRequested' }],
  ])('writes nothing: %s', async (_, changes, outcome) => {
    const decision = await look({ ...given, ...changes });
    expect('step' in decision ? decision.step.outcome : decision.intent).toMatchObject(outcome);
  });

  it('says that the key could not be read, and puts nothing', async () => {
    const step = await act({ ...given, secrets: { read: async () => fail('secretUnavailable', 'kv') } });
    expect(step).toMatchObject({ outcome: { reason: 'secretUnavailable' }, patch: { operation: null } });
  });
});

describe('undoInstall', () => {
  const before = { ...MMA, name: 'AMA', version: '1.2', settings: PROXY };
  const repaired = { work: undoInstall, undo: { agent: { name: 'AMA', before } } };
  const installed = { work: undoInstall, undo: { agent: { name: 'AMA', before: null } } };
  const ama = anAmaExtension({ name: 'AMA' });

  it('puts former settings back over its own', async () => {
    let sent: unknown;
    await act({
      ...repaired,
      extensions: [ama, anExtension()],
      gateway: {
        async putExtension(_, __, body) {
          sent = body;
          return ok({ url: null, retryAfterMs: null });
        },
      },
    });
    expect(sent).toMatchObject({ properties: { type: 'AzureMonitorWindowsAgent', settings: PROXY } });
    expect(sent).not.toHaveProperty('properties.protectedSettings');
  });

  it.each<[string, Given, object]>([
    [
      'former settings are there',
      { ...repaired, extensions: [{ ...ama, settings: PROXY }] },
      { status: 'alreadyDone' },
    ],
    [
      'somebody set others',
      { ...repaired, extensions: [{ ...ama, settings: { proxy: { mode: 'none' } } }] },
      { reason: 'changedSince' },
    ],
    ['the repaired agent is gone', repaired, { reason: 'changedSince' }],
    [
      'credentials nobody knows',
      {
        ...repaired,
        undo: {
          agent: {
            name: 'AMA',
            before: { ...before, settings: { proxy: { ...PROXY.proxy, auth: 'true' } } },
          },
        },
        extensions: [ama],
      },
      { reason: 'credentialsUnknown' },
    ],
    [
      'former settings might not work, and nothing else is heard',
      { ...repaired, extensions: [ama] },
      { status: 'blocked', reason: 'wouldBlind' },
    ],
    ['the installed agent is gone', installed, { status: 'alreadyDone' }],
    [
      'the installed agent has other settings',
      { ...installed, extensions: [{ ...ama, settings: PROXY }] },
      { reason: 'changedSince' },
    ],
    [
      'rules of others use it',
      { ...installed, extensions: [ama], associations: [OURS] },
      { status: 'skipped', reason: 'agentInUse' },
    ],
    [
      'it is being deleted',
      { ...installed, extensions: [{ ...ama, provisioningState: 'Deleting' }] },
      { reason: 'operationInProgress' },
    ],
    ['it would blind', { ...installed, extensions: [ama] }, { status: 'blocked', reason: 'wouldBlind' }],
    [
      'nobody asked',
      { ...installed, extensions: [ama], rollback: { undo: { ...ALL, agent: false } } },
      { reason: 'notRequested' },
    ],
  ])('changes nothing: %s', async (_, given, outcome) => {
    const decision = await look(given);
    expect('step' in decision ? decision.step.outcome : decision.intent).toMatchObject(outcome);
  });

  it('removes an agent it installed where the legacy agent is heard', async () => {
    const decision = await look({
      ...installed,
      extensions: [ama, anExtension()],
      gateway: { deleteExtension: async () => ok({ url: null, retryAfterMs: null }) },
    });
    expect(decision).toMatchObject({ unproves: true, change: { kind: 'deleteExtension', extension: 'AMA' } });
  });
});
