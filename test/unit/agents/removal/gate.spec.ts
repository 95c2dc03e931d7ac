import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  MachineGateway,
  PowerGateway,
  RunCommand,
  RunCommandGateway,
} from '../../../../shared/agents/gateway.ts';
import { createUninstall } from '../../../../shared/agents/removal/uninstall.ts';
import type { DataException } from '../../../../shared/model/data-exception.ts';
import { waiting } from '../../../../shared/model/outcome.ts';
import { ok } from '../../../../shared/model/trouble.ts';
import type { Verdict } from '../../../../shared/model/verdict.ts';
import type { AssociationGateway } from '../../../../shared/rules/gateway.ts';
import {
  aContext,
  anAmaExtension,
  anExtension,
  aPolicy,
  aState,
  at,
  aWaveMachine,
  NOW,
  only,
  ruleResource,
  SUB,
  WORKSPACE_ID,
} from '../../../support/builders.ts';

const RULE = ruleResource('rule-windows').toLowerCase();
const MMA = anExtension();
const EVIDENCE = {
  ...{ query: 'q', workspaceId: 'w', table: 'Event', since: at(-9000), until: at(-60) },
  ...{ rows: 1, baselineRows: 0, lastRow: at(-60), result: 'pass' as const },
};
const PASS: Verdict = { result: 'pass', evidence: [EVIDENCE] };
const accepted = (expiresAt: string): Verdict => ({
  ...{ result: 'fail', reason: 'rowsLost', evidence: [{ ...EVIDENCE, result: 'fail' }] },
  accepted: { id: 'exception-1', by: 'anna', reason: 'known', expiresAt },
});

const EXCEPTION: DataException = {
  ...{ id: 'exception-1', machineIds: null, waveId: 'wave-1', workspaceId: null, tables: ['Event'] },
  ...{ by: 'anna', reason: 'known', createdAt: at(-900), expiresAt: at(60), revoked: null },
};

/** Everything D7 asks for, each on its own right or wrong, and every form the agent can have. */
const world = fc.record({
  form: fc.constantFrom('extension', 'manual', 'scom', 'multiHomed', 'dependency'),
  verdict: fc.constantFrom<Verdict | null>(
    ...[PASS, PASS, PASS, accepted(at(60)), accepted(at(-60)), null],
    ...[{ result: 'fail', evidence: [] } as const, { result: 'inconclusive', evidence: [] } as const],
  ),
  exception: fc.constantFrom<DataException | undefined>(
    ...[EXCEPTION, EXCEPTION, undefined, { ...EXCEPTION, revoked: { by: 'bob', at: at(-1) } }],
    { ...EXCEPTION, tables: ['Perf'] },
  ),
  /** How data is judged anew where the verdict has grown old; undefined: it is young enough. */
  again: fc.constantFrom<Verdict | null | undefined>(
    ...[undefined, undefined, PASS, { result: 'fail', evidence: [] } as const],
    ...[{ result: 'inconclusive', evidence: [] } as const, null],
  ),
  approved: mostly(),
  lease: mostly(),
  amaInstalled: mostly(),
  amaHeard: mostly(),
  associated: mostly(),
  untagged: mostly(),
  running: mostly(),
  guestAgent: mostly(),
  unlocked: mostly(),
  sameMachine: mostly(),
  deallocated: fc.boolean(),
  startDeallocated: fc.boolean(),
  /** What an earlier look left behind. */
  command: fc.constantFrom<RunCommand | undefined>(undefined, undefined, {
    ...{ state: 'running', exitCode: null, output: '', error: '' },
  }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** True often enough that many worlds are right in all. */
function mostly() {
  return fc.integer({ min: 0, max: 11 }).map((n) => n > 0);
}

/** Old data proves nothing: what counts is how it is judged now. A person who accepts it does so until a date. */
function isProved(given: World): boolean {
  return hasProof(given) && (given.again === undefined || given.again === PASS);
}

function hasProof({ verdict, exception }: World): boolean {
  return verdict === PASS || (verdict?.accepted?.expiresAt === at(60) && exception === EXCEPTION);
}

function isEarned(given: World): boolean {
  const { approved, lease, amaInstalled, amaHeard, associated, untagged, running, guestAgent } = given;
  const all = [approved, lease, amaInstalled, amaHeard, associated, untagged, running, guestAgent];
  return isProved(given) && all.every(Boolean) && given.unlocked && given.sameMachine;
}

/** Runs one look and its act; returns the changes that were sent to Azure. */
async function changes(given: World): Promise<string[]> {
  const sent: string[] = [];
  const record = (what: string) => async () => {
    sent.push(what);
    return ok({ url: null, retryAfterMs: null });
  };
  const { form } = given;
  const dependency = anExtension({
    ...{ name: 'DA', publisher: 'Microsoft.Azure.Monitoring.DependencyAgent' },
    ...{ type: 'DependencyAgentWindows', settings: null },
  });
  const own = form === 'manual' ? [] : form === 'dependency' ? [dependency] : [MMA];
  const aged =
    given.again === undefined || given.verdict === null
      ? given.verdict
      : { ...given.verdict, evidence: given.verdict.evidence.map((one) => ({ ...one, until: at(-7200) })) };
  const handler = createUninstall({
    machines: only<MachineGateway>('machines', {
      read: async () =>
        ok(
          aState({
            extensions: given.amaInstalled ? [...own, anAmaExtension()] : own,
            tags: given.untagged ? {} : { 'ama-migration-hold': '' },
            availability: given.running ? 'running' : 'stopped',
            deallocated: !given.running && given.deallocated,
            guestAgent: given.guestAgent ? 'ready' : 'notReady',
            vmId: given.sameMachine ? 'planned' : 'another',
          }),
        ),
      locks: async () =>
        ok(
          given.unlocked
            ? []
            : [{ scope: `/subscriptions/${SUB}`, level: 'CanNotDelete' as const, name: 'l' }],
        ),
      deleteExtension: record('deleteExtension'),
      putExtension: record('putExtension'),
    }),
    runCommands: only<RunCommandGateway>('runCommands', {
      read: async () => ok(given.command),
      start: record('runScript'),
    }),
    power: only<PowerGateway>('power', { start: record('startVm') }),
    associations: only<AssociationGateway>('associations', {
      list: async () => ok(given.associated ? [{ name: 'a', ruleId: RULE, endpointId: null }] : []),
    }),
    leases: { holder: async () => (given.lease ? 'wave-1' : 'wave-2') },
    heard: async (_, asked) =>
      new Map(
        asked.map(({ planned }) => [
          planned.id,
          { ama: given.amaHeard ? at(-60) : at(-90_000), legacy: at(-60), scom: null, trouble: null },
        ]),
      ),
    judgeAgain: async (_, old) =>
      old.map(({ planned: { id } }) => ({
        machineId: id,
        step: {
          machineId: id,
          outcome: waiting('notSettled', at(600)),
          ...(given.again == null ? {} : { patch: { verdict: given.again } }),
        },
      })),
    concurrency: 1,
  });
  const removal = {
    manualInstalls: true,
    scom: 'detach' as const,
    dependencyAgent: 'amaMode' as const,
    startDeallocated: given.startDeallocated,
    ...(form === 'multiHomed' ? { keepWorkspaces: [`${WORKSPACE_ID}-kept`] } : {}),
  };
  const other = '33333333-3333-4333-8333-333333333333';
  const machine = aWaveMachine(
    'web-01',
    {
      vmId: 'planned',
      scomAttached: form === 'scom',
      ...(form === 'manual' ? { legacyForms: ['manual'] as const } : {}),
      ...(form === 'multiHomed'
        ? {
            legacyWorkspaces: [WORKSPACE_ID, `${WORKSPACE_ID}-kept`],
            legacyCustomerIds: ['22222222-2222-4222-8222-222222222222', other],
          }
        : {}),
    },
    { verdict: aged },
  );
  const known = aContext().workspaces;
  const context = aContext({
    stage: 'uninstall',
    policy: aPolicy({ removal }),
    removalApproved: given.approved,
    exceptions: given.exception === undefined ? [] : [given.exception],
    workspaces: new Map([
      ...known,
      [`${WORKSPACE_ID}-kept`, { resourceId: `${WORKSPACE_ID}-kept`, customerId: other }],
    ]),
    now: () => NOW,
  });
  const decisions = await handler(context, [machine]);
  expect(decisions).toHaveLength(1);
  for (const decision of decisions) if ('act' in decision) await decision.act();
  return sent;
}

describe('every way to remove or detach a legacy agent', () => {
  it('needs a passing verdict or a recorded exception, and all else that D7 asks for', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const sent = await changes(given);
        for (const change of sent) {
          seen.set(`${given.form} ${change}`, (seen.get(`${given.form} ${change}`) ?? 0) + 1);
          if (change === 'startVm') {
            expect(hasProof(given) && given.approved && given.lease && given.untagged).toBe(true);
            expect(given.startDeallocated && given.deallocated && given.sameMachine).toBe(true);
          } else expect(isEarned(given)).toBe(true);
        }
        if (isEarned(given) && given.command === undefined) expect(sent).toHaveLength(1);
      }),
      { numRuns: 3000, seed: 7 },
    );
    // Every form was removed or detached in some of the worlds, so that none is left out by mistake.
    expect([...seen.keys()].filter((key) => !key.endsWith('startVm')).sort()).toEqual([
      'dependency putExtension',
      'extension deleteExtension',
      'manual runScript',
      'multiHomed runScript',
      'scom runScript',
    ]);
    expect([...seen.keys()].some((key) => key.endsWith('startVm'))).toBe(true);
  });
});
