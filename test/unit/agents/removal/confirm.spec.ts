import { describe, expect, it } from 'vitest';
import { createRemovalConfirm } from '../../../../shared/agents/removal/confirm.ts';
import type { WaveMachine } from '../../../../shared/ledger/waves.ts';
import type { Outcome } from '../../../../shared/model/outcome.ts';
import type { ScriptResult } from '../../../../shared/model/removal.ts';
import type { StageHandler } from '../../../../shared/waves/stage.ts';
import { aContext, aPolicy, at, aWaveMachine, WORKSPACE_ID } from '../../../support/builders.ts';

const OTHER = `${WORKSPACE_ID}-other`;
const done: Outcome = { status: 'done' };
const script = (action: ScriptResult['action']): ScriptResult => ({
  ...{ schema: 1, action, result: 'absent', reason: '', before: [], after: [] },
});

async function confirm(machine: WaveMachine, heardAt: string | null, outcome = done, keep: string[] = []) {
  const asked: WaveMachine[] = [];
  const by: string[] = [];
  const handler =
    (name: string): StageHandler =>
    async (_, batch) => {
      by.push(name);
      return batch.map(({ planned: { id } }) => ({ machineId: id, step: { machineId: id, outcome } }));
    };
  const confirmAll = createRemovalConfirm({
    gone: handler('gone'),
    stays: handler('stays'),
    heard: async (_, machines) => {
      asked.push(...machines);
      return new Map(
        machines.map(({ planned }) => [
          planned.id,
          { ama: at(0), legacy: heardAt, scom: null, trouble: null },
        ]),
      );
    },
  });
  const policy = aPolicy({ removal: { keepWorkspaces: keep } });
  const [decision] = await confirmAll(aContext({ stage: 'confirm', policy }), [machine]);
  return {
    asked,
    by,
    outcome: decision !== undefined && 'step' in decision ? decision.step.outcome : undefined,
  };
}

const removed = (action?: ScriptResult['action'], outcomes: WaveMachine['record']['outcomes'] = {}) =>
  aWaveMachine(
    'web-01',
    { legacyWorkspaces: [WORKSPACE_ID, OTHER] },
    {
      removedAt: at(-600),
      outcomes: { uninstall: done, ...outcomes },
      ...(action === undefined ? {} : { removal: { script: script(action) } }),
    },
  );

describe('createRemovalConfirm', () => {
  it('asks for nothing more where an extension was removed', async () => {
    expect(await confirm(removed(), at(0))).toEqual({ asked: [], by: ['gone'], outcome: done });
  });

  it.each([
    ['silent since', at(-660), done],
    ['never heard', null, done],
    ['heard again', at(-60), { status: 'blocked', reason: 'legacyReturned' }],
  ])('looks for heartbeats of an agent that a script removed: %s', async (_, heardAt, expected) => {
    const { outcome, by } = await confirm(removed('remove'), heardAt);

    expect(outcome).toMatchObject(expected);
    expect(by).toEqual(['gone']);
  });

  it('asks only in the workspaces that the agent was taken off', async () => {
    const { asked, by } = await confirm(removed('detach'), null, done, [OTHER]);

    expect(by).toEqual(['stays']);
    expect(asked.map(({ planned }) => [planned.legacyWorkspaces, planned.rules])).toEqual([
      [[WORKSPACE_ID], []],
    ]);
  });

  it('leaves an agent that was kept to the stage it knows', async () => {
    const kept = removed('detach', { uninstall: { status: 'skipped', reason: 'scomAttached' } });

    expect((await confirm(kept, null)).by).toEqual(['gone']);
  });

  it('does not ask while the data is not confirmed', async () => {
    const waiting: Outcome = { status: 'waiting', reason: 'dataNotYet', until: at(60) };

    expect(await confirm(removed('remove'), at(0), waiting)).toEqual({
      asked: [],
      by: ['gone'],
      outcome: waiting,
    });
  });
});
