import { describe, expect, it } from 'vitest';
import type { MachineGateway, PowerGateway } from '../../../../shared/agents/gateway.ts';
import { withStartedVm } from '../../../../shared/agents/removal/started-vm.ts';
import { blocked, type Outcome, skipped, waiting } from '../../../../shared/model/outcome.ts';
import { fail, ok } from '../../../../shared/model/trouble.ts';
import type { MachineRecord } from '../../../../shared/model/wave.ts';
import type { StageContext, StageHandler } from '../../../../shared/waves/stage.ts';
import { aContext, aState, at, aWaveMachine, must, only } from '../../../support/builders.ts';

const STARTED = { removal: { startedVm: { at: at(-600), outcome: null } } };
const URL = 'https://management.azure.com/operations/9';

interface World {
  readonly record?: Partial<MachineRecord>;
  readonly outcome?: Outcome;
  readonly context?: Partial<StageContext>;
  readonly machines?: Partial<MachineGateway>;
  readonly power?: Partial<PowerGateway>;
}

async function look({ record = STARTED, outcome, context, machines, power }: World) {
  const stopped: string[] = [];
  const inner: StageHandler = async (_, batch) =>
    batch.map(({ planned }) => ({
      machineId: planned.id,
      step: { machineId: planned.id, outcome: outcome ?? { status: 'done' }, patch: { removedAt: at(0) } },
    }));
  const handler = withStartedVm(
    {
      machines: only<MachineGateway>('machines', machines ?? {}),
      power: only<PowerGateway>(
        'power',
        power ?? {
          deallocate: async ({ id }) => {
            stopped.push(id);
            return ok({ url: URL, retryAfterMs: null });
          },
        },
      ),
      concurrency: 1,
    },
    inner,
  );
  const decisions = await handler(aContext({ stage: 'confirm', ...context }), [
    aWaveMachine('web-01', {}, record),
  ]);
  const decision = must(decisions[0]);
  return { step: 'act' in decision ? await decision.act() : decision.step, stopped, decision };
}

describe('withStartedVm', () => {
  it('never stops a VM the app did not start', async () => {
    for (const outcome of [{ status: 'done' } as const, blocked('locked'), skipped('scomAttached')]) {
      const { step, stopped } = await look({ record: {}, outcome });
      expect(step.outcome).toEqual(outcome);
      expect(stopped).toEqual([]);
    }
  });

  it.each([
    ['confirm', { status: 'done' }, 1],
    ['confirm', blocked('legacyReturned'), 1],
    ['confirm', skipped('scomAttached'), 1],
    ['confirm', waiting('dataNotYet', at(60)), 0],
    ['uninstall', { status: 'done' }, 0],
    ['uninstall', skipped('scomAttached'), 0],
    ['uninstall', blocked('locked'), 1],
    ['uninstall', waiting('noHeartbeat', at(60)), 0],
  ] as const)('in %s after %o deallocates it %i times', async (stage, outcome, times) => {
    const { step, stopped } = await look({ outcome, context: { stage } });

    expect(stopped).toHaveLength(times);
    expect(step.patch?.removedAt).toBe(at(0));
    expect(step.patch?.removal?.startedVm).toEqual({
      at: at(-600),
      outcome: times === 1 ? outcome : null,
    });
    if (times === 1) {
      expect(step.outcome).toMatchObject({ status: 'waiting', reason: 'operationInProgress' });
      expect(step.patch?.operation).toMatchObject({ kind: 'deallocateVm', url: URL });
    }
  });

  it('deallocates it at a deadline that the wave would put to the wait', async () => {
    const { stopped, step } = await look({
      outcome: waiting('noHeartbeat', at(60)),
      record: { ...STARTED, stageStarted: { uninstall: at(-86_400) } },
      context: { stage: 'uninstall' },
    });

    expect(stopped).toHaveLength(1);
    expect(step.patch?.removal?.startedVm?.outcome).toMatchObject({
      status: 'blocked',
      reason: 'noHeartbeat',
    });
  });

  const stopping = {
    operation: { kind: 'deallocateVm', extension: 'web-01', url: URL, startedAt: at(-60) },
    removal: { scomFound: true, startedVm: { at: at(-600), outcome: blocked('locked') } },
  } as const;

  it('settles what was to be said once the VM is off, and forgets that it was its own', async () => {
    const { step } = await look({
      record: stopping,
      machines: { operation: async () => ok({ status: 'succeeded', retryAfterMs: null, error: null }) },
    });

    expect(step).toMatchObject({ outcome: blocked('locked'), patch: { operation: null } });
    expect(step.patch?.removal).toEqual({ scomFound: true });
  });

  it('tries again when the operation is lost and the VM still runs', async () => {
    const again = await look({
      record: stopping,
      machines: { operation: async () => fail('notFound', ''), read: async () => ok(aState()) },
    });
    const off = await look({
      record: stopping,
      machines: {
        operation: async () => fail('notFound', ''),
        read: async () => ok(aState({ availability: 'stopped' })),
      },
    });

    expect(again.stopped).toHaveLength(1);
    expect(off.stopped).toEqual([]);
    expect(off.step.outcome).toEqual(blocked('locked'));
  });

  it('knows a VM as its own when it was killed before it could note so', async () => {
    const operation = { kind: 'startVm', extension: 'web-01', url: null, startedAt: at(-30) } as const;

    const { stopped, step } = await look({ record: { operation } });

    expect(stopped).toHaveLength(1);
    expect(step.patch?.removal?.startedVm?.at).toBe(at(-30));
  });

  it('says when the VM could not be deallocated, and tries again when Azure is only busy', async () => {
    const denied = await look({ power: { deallocate: async () => fail('notAuthorized', 'no right') } });
    const busy = await look({ power: { deallocate: async () => fail('throttled', 'slow') } });

    expect(denied.step.outcome).toEqual({
      status: 'done',
      detail: 'the VM could not be deallocated again: no right',
    });
    expect(busy.step.outcome).toMatchObject({ status: 'waiting', reason: 'throttled' });
    expect(busy.step.patch?.removal?.startedVm?.outcome).toEqual({ status: 'done' });
  });
});
