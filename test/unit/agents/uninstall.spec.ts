import { describe, expect, it } from 'vitest';
import type {
  MachineGateway,
  MachineState,
  PowerGateway,
  RunCommandGateway,
} from '../../../shared/agents/gateway.ts';
import { createUninstall } from '../../../shared/agents/removal/uninstall.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import type { Lock } from '../../../shared/model/machine.ts';
import type { PlannedMachine } from '../../../shared/model/plan.ts';
import { fail, ok } from '../../../shared/model/trouble.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import type { MachineRecord } from '../../../shared/model/wave.ts';
import type { AssociationGateway } from '../../../shared/rules/gateway.ts';
import type { HeardAgents } from '../../../shared/verification/heartbeats.ts';
import type { Decision, StageContext, StageHandler } from '../../../shared/waves/stage.ts';
import {
  aContext,
  anAmaExtension,
  anExtension,
  aState,
  at,
  aWaveMachine,
  must,
  only,
  ruleResource,
  SUB,
} from '../../support/builders.ts';

const URL = 'https://management.azure.com/operations/2';
const MMA = anExtension({ name: 'MMAExtension' });
const MMA2 = anExtension({ name: 'OMSExtension' });
const AMA = anAmaExtension();
const DELETING = {
  kind: 'deleteExtension',
  extension: 'MMAExtension',
  url: URL,
  startedAt: at(-60),
} as const;

/** A passing verdict whose judged window ended at an instant. */
function passing(until: string): Verdict {
  const evidence = {
    ...{ query: 'table-rows-Event', workspaceId: 'w', table: 'Event', since: at(-9000), until },
    ...{ rows: 10, baselineRows: 0, lastRow: until, result: 'pass' as const },
  };
  return { result: 'pass', evidence: [evidence] };
}

/** A world in which the agent may be removed; a test changes what it is about. */
interface World {
  readonly state?: Partial<MachineState>;
  readonly planned?: Partial<PlannedMachine>;
  readonly record?: Partial<MachineRecord>;
  readonly locks?: readonly Lock[];
  readonly heard?: Partial<HeardAgents>;
  readonly rules?: readonly string[];
  readonly holder?: string | undefined;
  readonly context?: Partial<StageContext>;
  /** Whether anything was heard of the machine at all. */
  readonly silent?: boolean;
  readonly machines?: Partial<MachineGateway>;
  /** Judges a verdict that has grown old; a test that expects none fails when it is asked. */
  readonly judgeAgain?: StageHandler;
}

function machineOf(world: World): WaveMachine {
  const record = { verdict: passing(at(-300)), ...world.record } as const;
  return aWaveMachine('web-01', world.planned, record);
}

async function decide(world: World = {}): Promise<{ decision: Decision; deleted: string[] }> {
  const deleted: string[] = [];
  const machine = machineOf(world);
  const machines: Partial<MachineGateway> = {
    read: async () => ok(aState({ extensions: [MMA, AMA], ...world.state })),
    locks: async () => ok(world.locks ?? []),
    deleteExtension: async (_, name) => {
      deleted.push(name);
      return ok({ url: URL, retryAfterMs: null });
    },
    ...world.machines,
  };
  const rules = world.rules ?? [ruleResource('rule-windows').toLowerCase()];
  const handler = createUninstall({
    machines: only<MachineGateway>('machines', machines),
    runCommands: only<RunCommandGateway>('runCommands', {}),
    power: only<PowerGateway>('power', {}),
    associations: only<AssociationGateway>('associations', {
      list: async () => ok(rules.map((ruleId) => ({ name: 'any', ruleId, endpointId: null }))),
    }),
    judgeAgain:
      world.judgeAgain ??
      (async () => {
        throw new Error('no verdict here is old');
      }),
    leases: { holder: async () => ('holder' in world ? world.holder : 'wave-1') },
    heard: async (_, asked) =>
      new Map(
        world.silent
          ? []
          : asked.map(({ planned }) => [
              planned.id,
              { ama: at(-60), legacy: at(-60), scom: null, trouble: null, ...world.heard },
            ]),
      ),
    concurrency: 2,
  });
  const decisions = await handler(aContext({ stage: 'uninstall', ...world.context }), [machine]);
  return { decision: must(decisions[0]), deleted };
}

const outcomeOf = (decision: Decision) => ('step' in decision ? decision.step.outcome : undefined);

describe('createUninstall', () => {
  it('in a dry run says what stands in the way by itself, and deletes nothing', async () => {
    const context = { dryRun: true, removalApproved: false };
    const bare = { record: { verdict: null }, heard: { ama: null }, rules: [], holder: undefined, context };

    const free = await decide(bare);
    const locked = await decide({ ...bare, state: { availability: 'stopped' } });

    expect('act' in free.decision).toBe(true);
    expect(outcomeOf(locked.decision)).toMatchObject({ reason: 'notRunning' });
    expect([free.deleted, locked.deleted]).toEqual([[], []]);
  });

  it('deletes the legacy extension by its name on the machine, only when told to act', async () => {
    const { decision, deleted } = await decide();

    expect(deleted).toEqual([]);
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(deleted).toEqual(['MMAExtension']);
    expect('intent' in decision && decision.intent).toContain('MMAExtension');
    expect(step).toMatchObject({
      outcome: { status: 'waiting', reason: 'operationInProgress', until: at(120) },
      patch: {
        operation: { kind: 'deleteExtension', extension: 'MMAExtension', url: URL },
        legacyExtensions: ['MMAExtension'],
      },
    });
  });

  /** What a person or time must change is looked at less often than what Azure is busy with. */
  const waits = (reason: string) => ({ status: 'waiting', reason, until: at(600) });
  const asksAgain = (detail: string, until = 60) => ({
    status: 'waiting',
    reason: 'queryFailed',
    until: at(until),
    detail,
  });
  const stops = (reason: string) => ({ status: 'blocked', reason });
  const obstacles: readonly [string, World, object][] = [
    ['SCOM planned', { planned: { scomAttached: true } }, { status: 'skipped', reason: 'scomAttached' }],
    ['SCOM heard', { heard: { scom: at(-3600) } }, { status: 'skipped', reason: 'scomAttached' }],
    ['no verdict', { record: { verdict: null } }, stops('notVerified')],
    ['inconclusive', { record: { verdict: { result: 'inconclusive', evidence: [] } } }, stops('notVerified')],
    ['not approved', { context: { removalApproved: false } }, stops('notApproved')],
    ['another wave', { holder: 'wave-9' }, stops('leaseTaken')],
    ['no lease', { holder: undefined }, stops('leaseTaken')],
    ['no AMA', { state: { extensions: [MMA] } }, stops('amaNotInstalled')],
    ['never heard', { heard: { ama: null } }, waits('noHeartbeat')],
    ['nothing heard of it at all', { silent: true }, waits('noHeartbeat')],
    [
      'a workspace could not be asked whether SCOM uses the agent',
      { heard: { trouble: { code: 'throttled', message: 'slow down' } } },
      asksAgain('slow down'),
    ],
    [
      'a workspace that asked to wait longer',
      { heard: { trouble: { code: 'throttled', message: 'slower', retryAfterMs: 900_000 } } },
      asksAgain('slower', 900),
    ],
    ['heard too long ago', { heard: { ama: at(-1201) } }, waits('noHeartbeat')],
    ['rule gone', { rules: [] }, stops('rulesNotAssociated')],
    ['hold tag', { state: { tags: { 'ama-migration-hold': '' } } }, waits('heldTag')],
    ['stopped', { state: { availability: 'stopped' } }, waits('notRunning')],
    ['disconnected', { state: { availability: 'disconnected' } }, waits('arcDisconnected')],
    [
      'locked',
      { locks: [{ scope: `/subscriptions/${SUB}/resourcegroups/rg-app`, level: 'CanNotDelete', name: 'l' }] },
      stops('locked'),
    ],
    [
      'locks cannot be read',
      { machines: { locks: async () => fail('notAuthorized', 'no') } },
      stops('notAuthorized'),
    ],
  ];

  it.each(obstacles)('does not delete: %s', async (_, world, expected) => {
    const { decision, deleted } = await decide(world);

    expect('act' in decision).toBe(false);
    expect(outcomeOf(decision)).toMatchObject(expected);
    expect(deleted).toEqual([]);
  });

  it('takes a heartbeat as fresh up to the limit plus the lag of ingestion (900 + 300 s)', async () => {
    const { decision } = await decide({ heard: { ama: at(-1200) } });

    expect('act' in decision).toBe(true);
  });

  it('is not stopped by a lock on a group whose name begins alike', async () => {
    const scope = `/subscriptions/${SUB}/resourcegroups/rg-ap`;

    const { decision } = await decide({ locks: [{ scope, level: 'CanNotDelete', name: 'l' }] });

    expect('act' in decision).toBe(true);
  });

  it('is already done when no legacy extension is there, and asks for nothing more', async () => {
    const { decision } = await decide({ state: { extensions: [AMA] }, record: { verdict: null } });

    expect(outcomeOf(decision)).toEqual({ status: 'alreadyDone' });
    expect('step' in decision && decision.step.patch).toMatchObject({ removedAt: at(0) });
  });

  it('never takes a stranger for the legacy agent by its name', async () => {
    const stranger = anExtension({ name: 'MicrosoftMonitoringAgent', publisher: 'Contoso' });

    const { decision } = await decide({ state: { extensions: [stranger, AMA] } });

    expect(outcomeOf(decision)).toEqual({ status: 'alreadyDone' });
  });

  it.each([
    ['marked for deletion', 'extensionStuck', 600],
    ['another operation', 'extensionBusy', 60],
  ] as const)('waits when Azure answers 409 %s', async (message, code, seconds) => {
    const machines: Partial<MachineGateway> = { deleteExtension: async () => fail(code, message) };

    const { decision } = await decide({ machines });
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(step?.outcome).toEqual({ status: 'waiting', reason: code, until: at(seconds), detail: message });
    expect(step?.patch).toEqual({ operation: null });
  });

  it('is blocked when Azure reports a lock at the delete', async () => {
    const { decision } = await decide({
      machines: { deleteExtension: async () => fail('locked', 'ScopeLocked') },
    });
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(step?.outcome).toMatchObject({ status: 'blocked', reason: 'locked' });
  });

  it('follows a deletion it did not start', async () => {
    const { decision } = await decide({
      state: { extensions: [{ ...MMA, provisioningState: 'Deleting' }, AMA] },
    });

    expect('step' in decision && decision.step).toMatchObject({
      outcome: { status: 'waiting', reason: 'operationInProgress' },
      patch: { operation: { kind: 'deleteExtension', extension: 'MMAExtension', url: null } },
    });
  });

  it('follows its operation by url and is done without another read', async () => {
    const unused = async () => Promise.reject(new Error('unexpected read'));
    const machines: Partial<MachineGateway> = {
      read: unused,
      locks: unused,
      operation: async () => ok({ status: 'succeeded', retryAfterMs: null, error: null }),
    };

    const { decision } = await decide({
      machines,
      record: { operation: DELETING, legacyExtensions: ['MMAExtension'] },
    });

    expect('step' in decision && decision.step).toMatchObject({
      outcome: { status: 'done' },
      patch: { operation: null, legacyExtensions: [], removedAt: at(0) },
    });
  });

  it('finds out by reading when Azure has forgotten the operation', async () => {
    const machines: Partial<MachineGateway> = { operation: async () => fail('notFound', 'gone') };

    const { decision } = await decide({
      machines,
      state: { extensions: [AMA] },
      record: { operation: DELETING, legacyExtensions: ['MMAExtension'] },
    });

    expect('step' in decision && decision.step).toMatchObject({
      outcome: { status: 'done' },
      patch: { operation: null, removedAt: at(0) },
    });
  });

  it('a deletion somebody else started is timed from when it was first seen', async () => {
    const known = { ...DELETING, url: null, startedAt: at(-3000) };

    const { decision } = await decide({
      state: { extensions: [{ ...MMA, provisioningState: 'Deleting' }, AMA] },
      record: { operation: known, legacyExtensions: ['MMAExtension'] },
    });

    expect('step' in decision && decision.step.patch).toEqual({ operation: known });
  });

  it('an operation Azure has forgotten keeps its start when it goes on being followed by reading', async () => {
    const { decision } = await decide({
      machines: { operation: async () => fail('notFound', 'gone') },
      state: { extensions: [{ ...MMA, provisioningState: 'Deleting' }, AMA] },
      record: { operation: DELETING, legacyExtensions: ['MMAExtension'] },
    });

    expect('step' in decision && decision.step.patch).toEqual({ operation: { ...DELETING, url: null } });
  });

  // "Its time counts from the first look" (followOperation): the deletion that ended is no measure for the next.
  it('a second deletion somebody else started is not timed from the first', async () => {
    const { decision } = await decide({
      machines: { operation: async () => ok({ status: 'succeeded', retryAfterMs: null, error: null }) },
      state: { extensions: [{ ...MMA2, provisioningState: 'Deleting' }, AMA] },
      record: {
        operation: { ...DELETING, startedAt: at(-5000) },
        legacyExtensions: ['MMAExtension', 'OMSExtension'],
      },
    });

    expect('step' in decision && decision.step.patch).toEqual({
      operation: { kind: 'deleteExtension', extension: 'OMSExtension', url: null, startedAt: at(0) },
    });
  });

  it('removes several legacy extensions one at a time, each after a fresh check', async () => {
    const succeeded: Partial<MachineGateway> = {
      operation: async () => ok({ status: 'succeeded', retryAfterMs: null, error: null }),
    };
    const afterFirst: World = {
      state: { extensions: [MMA2, AMA] },
      record: { operation: DELETING, legacyExtensions: ['MMAExtension', 'OMSExtension'] },
      machines: succeeded,
    };

    const first = await decide({ state: { extensions: [MMA, MMA2, AMA] } });
    const started = 'act' in first.decision ? await first.decision.act() : undefined;
    const second = await decide(afterFirst);
    const next = 'act' in second.decision ? await second.decision.act() : undefined;
    const held = await decide({
      ...afterFirst,
      state: { extensions: [MMA2, AMA], tags: { 'ama-migration-hold': '' } },
    });
    const last = await decide({ ...afterFirst, state: { extensions: [AMA] } });

    expect(first.deleted).toEqual(['MMAExtension']);
    expect(started?.patch?.legacyExtensions).toEqual(['MMAExtension', 'OMSExtension']);
    expect(second.deleted).toEqual(['OMSExtension']);
    expect(next?.patch).toMatchObject({
      operation: { extension: 'OMSExtension', startedAt: at(0) },
      legacyExtensions: ['OMSExtension'],
    });
    expect('step' in held.decision && held.decision.step).toMatchObject({
      outcome: { status: 'waiting', reason: 'heldTag' },
      patch: { operation: null },
    });
    expect(held.deleted).toEqual([]);
    expect('step' in last.decision && last.decision.step).toMatchObject({
      outcome: { status: 'done' },
      patch: { operation: null, legacyExtensions: [], removedAt: at(0) },
    });
  });

  it('judges data anew before a delete on an old verdict, and deletes on the new one', async () => {
    const judged: string[] = [];
    const { decision } = await decide({
      record: { verdict: passing(at(-4000)) },
      judgeAgain: async (_, machines) =>
        machines.map(({ planned: { id } }) => {
          judged.push(id);
          const verdict = passing(at(-300));
          return {
            machineId: id,
            step: { machineId: id, outcome: { status: 'done' as const }, patch: { verdict } },
          };
        }),
    });

    expect(judged).toHaveLength(1);
    expect('act' in decision).toBe(true);
    // What the removal rests on is what the record keeps.
    expect('act' in decision && (await decision.act()).patch?.verdict).toEqual(passing(at(-300)));
  });

  it('keeps a renewed verdict over an obstacle, so that it is not judged again at every look', async () => {
    const { decision } = await decide({
      record: { verdict: passing(at(-4000)) },
      locks: [{ scope: `/subscriptions/${SUB}`, level: 'CanNotDelete', name: 'l' }],
      judgeAgain: async (_, machines) =>
        machines.map(({ planned: { id } }) => ({
          machineId: id,
          step: { machineId: id, outcome: { status: 'done' }, patch: { verdict: passing(at(-300)) } },
        })),
    });

    expect('step' in decision && decision.step).toMatchObject({
      outcome: { reason: 'locked' },
      patch: { verdict: passing(at(-300)), operation: null },
    });
  });

  it('deletes nothing on an old verdict when data is missing now', async () => {
    const { decision, deleted } = await decide({
      record: { verdict: passing(at(-4000)) },
      judgeAgain: async (_, machines) =>
        machines.map(({ planned: { id } }) => {
          const outcome = { status: 'waiting', reason: 'dataNotYet', until: at(300) } as const;
          const verdict: Verdict = { result: 'inconclusive', reason: 'dataNotYet', evidence: [] };
          return { machineId: id, step: { machineId: id, outcome, patch: { verdict } } };
        }),
    });

    expect('step' in decision && decision.step.outcome).toMatchObject({
      status: 'waiting',
      reason: 'dataNotYet',
    });
    expect(deleted).toEqual([]);
  });

  it('asks for heartbeats and locks once, of the machines a delete is considered for', async () => {
    const asked: string[] = [];
    const names: string[][] = [];
    const gone = aWaveMachine('gone');
    const flying = aWaveMachine('flying', {}, { operation: DELETING });
    const dark = aWaveMachine('dark');
    const lost = aWaveMachine('lost', {}, { operation: { ...DELETING, url: null } });
    const handler = createUninstall({
      machines: only<MachineGateway>('machines', {
        read: async ({ id }) => {
          if (id === gone.planned.id) return ok(aState({ extensions: [AMA] }));
          if (id === dark.planned.id) return fail('serviceUnavailable', '503');
          return ok(aState({ extensions: [MMA, AMA] }));
        },
        operation: async () => ok({ status: 'inProgress', retryAfterMs: null, error: null }),
        locks: async (subscription) => {
          asked.push(subscription);
          return ok([]);
        },
      }),
      runCommands: only<RunCommandGateway>('runCommands', {}),
      power: only<PowerGateway>('power', {}),
      associations: only<AssociationGateway>('associations', { list: async () => ok([]) }),
      judgeAgain: async () => [],
      leases: { holder: async () => 'wave-1' },
      heard: async (_, machines) => {
        names.push(machines.map(({ planned }) => planned.id.split('/').at(-1) ?? ''));
        return new Map();
      },
      concurrency: 2,
    });
    const batch = [gone, aWaveMachine('a'), flying, aWaveMachine('b'), dark, lost];

    const decisions = await handler(aContext(), batch);

    expect(asked).toEqual([SUB]);
    expect(names).toEqual([['a', 'b', 'lost']]);
    expect(decisions.map(({ machineId }) => machineId).sort()).toEqual(
      batch.map(({ planned }) => planned.id).sort(),
    );
  });

  it('asks for neither when no delete is considered', async () => {
    const { decision } = await decide({
      state: { extensions: [AMA] },
      machines: { locks: async () => Promise.reject(new Error('unexpected')) },
    });

    expect(outcomeOf(decision)).toEqual({ status: 'alreadyDone' });
  });

  it.each([
    ['the url is gone', { operation: async () => fail('notFound', 'gone') } as Partial<MachineGateway>, URL],
    ['it was followed by reading', {} as Partial<MachineGateway>, null],
  ])('starts over when the extension is still there after its operation: %s', async (_, machines, url) => {
    const { decision, deleted } = await decide({
      machines,
      record: { operation: { ...DELETING, url }, legacyExtensions: ['MMAExtension'] },
    });
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(deleted).toEqual(['MMAExtension']);
    expect(step?.patch?.operation).toMatchObject({ url: URL, startedAt: at(0) });
  });
});
