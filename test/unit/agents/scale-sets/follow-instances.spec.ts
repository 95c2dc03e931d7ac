import { describe, expect, it } from 'vitest';
import type { MachineGateway } from '../../../../shared/agents/gateway.ts';
import { followInstances } from '../../../../shared/agents/scale-sets/follow-instances.ts';
import type { Instance, ScaleSetGateway } from '../../../../shared/agents/scale-sets/gateway.ts';
import type { DataException } from '../../../../shared/model/data-exception.ts';
import { fail, ok, type Result } from '../../../../shared/model/trouble.ts';
import type { Verdict } from '../../../../shared/model/verdict.ts';
import {
  aContext,
  anAmaExtension,
  anExtension,
  aPolicy,
  at,
  aWaveMachine,
  only,
} from '../../../support/builders.ts';

const EVIDENCE = {
  ...{ query: 'q', workspaceId: 'w', table: 'Event', since: at(-9000), until: at(-60) },
  ...{ rows: 1, baselineRows: 9, lastRow: at(-60) },
};
const PASS: Verdict = { result: 'pass', evidence: [{ ...EVIDENCE, result: 'pass' }] };
const ACCEPTED: Verdict = {
  ...{ result: 'fail', reason: 'rowsLost', evidence: [{ ...EVIDENCE, result: 'fail' }] },
  accepted: { id: 'exception-1', by: 'ann', reason: 'known', expiresAt: at(60) },
};
const EXCEPTION: DataException = {
  ...{ id: 'exception-1', machineIds: null, waveId: 'wave-1', workspaceId: null, tables: null },
  ...{ by: 'ann', reason: 'known', createdAt: at(-60), expiresAt: at(60), revoked: null },
};
const instance = (instanceId: string, legacy: boolean): Instance => ({
  ...{ instanceId, latestModel: !legacy, running: true, provisioningState: 'Succeeded' },
  ...{ healthy: true, isProtected: false },
  extensions: legacy ? [anExtension(), anAmaExtension()] : [anAmaExtension()],
});

/** The next step of a set whose model lost the legacy agent, and one of whose two instances still has it. */
async function look(
  verdict: Verdict | null,
  exceptions: readonly DataException[],
  tags: Result<Readonly<Record<string, string>>> = ok({}),
) {
  const set = aWaveMachine(
    'set-01',
    { kind: 'scaleSet' },
    { verdict, scaleSet: { stage: 'uninstall', phase: 'instances', changedAt: at(-60) } },
  );
  const instances = [instance('0', false), instance('1', true)];
  const decision = await followInstances(
    {
      machines: only<MachineGateway>('machines', { tags: async () => tags }),
      scaleSets: only<ScaleSetGateway>('scaleSets', {
        read: async () => ok({ upgradePolicy: 'manual', instances, rollingUpgrade: null, sequence: [] }),
      }),
      heardInstances: async () => ok(2),
      concurrency: 1,
    },
    aContext({
      ...{ stage: 'uninstall', exceptions },
      policy: aPolicy({ scaleSets: { upgradeManual: true } }),
    }),
    'uninstall',
    set,
  );
  return 'act' in decision ? 'upgrades' : decision.step.outcome;
}

describe('the instances of a set, one batch after another', () => {
  it.each<[string, Verdict, readonly DataException[]]>([
    ['a passing verdict', PASS, []],
    ['a verdict that a person accepted', ACCEPTED, [EXCEPTION]],
  ])('lose their legacy agent under %s', async (_, verdict, exceptions) => {
    expect(await look(verdict, exceptions)).toBe('upgrades');
  });

  it('wait while the set carries a hold tag, or cannot be asked for its tags', async () => {
    expect(await look(PASS, [], ok({ 'AMA-Migration-Hold': 'ask ann' }))).toMatchObject({
      ...{ status: 'waiting', reason: 'heldTag' },
    });
    expect(await look(PASS, [], fail('throttled', 'busy'))).toMatchObject({
      ...{ status: 'waiting', reason: 'throttled' },
    });
  });

  it.each<[string, Verdict | null, readonly DataException[]]>([
    ['was revoked', ACCEPTED, [{ ...EXCEPTION, revoked: { by: 'bob', at: at(-1) } }]],
    ['has expired', ACCEPTED, [{ ...EXCEPTION, expiresAt: at(0) }]],
    ['never was', null, [EXCEPTION]],
  ])('keep it from where the acceptance %s', async (_, verdict, exceptions) => {
    expect(await look(verdict, exceptions)).toMatchObject({ status: 'blocked', reason: 'notVerified' });
  });
});
