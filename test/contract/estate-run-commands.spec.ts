import { describe, expect, it } from 'vitest';
import { createSkippingClock } from '../../rehearsal/clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type EstateFile,
  type Exchange,
} from '../../rehearsal/estate/index.ts';
import { scriptFor } from '../../shared/agents/removal/script.ts';
import { createArm } from '../../shared/azure/arm.ts';
import type { AzureContext } from '../../shared/azure/context.ts';
import { createMachineGateway } from '../../shared/azure/machines.ts';
import { createPowerGateway, createRunCommandGateway } from '../../shared/azure/run-commands.ts';
import { CLOUDS } from '../../shared/model/clouds.ts';
import { resourceShape, TYPES_PRESENT } from '../support/contract/bicep-types.ts';
import { apiVersion, resourceType } from '../support/contract/rest-specs.ts';
import { removalEstate } from '../support/removal-estate.ts';
import { ARC, CUSTOMER, LINUX_VM, START, VM } from '../support/small-estate.ts';

const MACHINES = [VM, LINUX_VM, ARC];
const MINUTE = 60_000;
const ref = (resourceId: string) => ({
  id: resourceId.toLowerCase(),
  resourceId,
  region: 'westeurope',
});

/** The app's gateways over a simulated estate, with everything they exchange. */
function rig(behaviour: NonNullable<EstateFile['behaviour']> = {}) {
  const exchanges: Exchange[] = [];
  const clock = createSkippingClock({ start: START });
  const manualAgents = MACHINES.map((machine) => ({ machine, workspaces: [CUSTOMER] }));
  const file = removalEstate({ withoutExtension: MACHINES, behaviour: { manualAgents, ...behaviour } });
  const estate = createEstate({ file, clock, onExchange: (exchange) => exchanges.push(exchange) });
  const context: AzureContext = {
    credential: createEstateCredential(estate),
    cloud: CLOUDS.public,
    httpClient: createInProcessHttpClient(estate),
  };
  const arm = createArm(context);
  return {
    ...{ estate, clock, exchanges, commands: createRunCommandGateway(arm), power: createPowerGateway(arm) },
    machines: createMachineGateway(context, arm),
  };
}

const must = <T>(result: { ok: true; value: T } | { ok: false; trouble: { code: string } }): T => {
  if (!result.ok) throw new Error(result.trouble.code);
  return result.value;
};
const removal = (machine: string) => scriptFor(machine === LINUX_VM ? 'linux' : 'windows', 'remove', []).text;

describe('run commands of the simulated estate', () => {
  it.each(MACHINES)('run to their end and are forgotten: %s', async (machine) => {
    const { commands, machines, clock, exchanges, estate } = rig();

    const started = must(await commands.start(ref(machine), 'try', removal(machine)));
    const early = must(await commands.read(ref(machine), 'try'));
    const status = must(await machines.operation(started.url ?? ''));
    await clock.sleep(5 * MINUTE);
    const end = must(await machines.operation(started.url ?? ''));
    const read = must(await commands.read(ref(machine), 'try'));
    const deleted = must(await commands.remove(ref(machine), 'try'));
    await clock.sleep(MINUTE);
    const after = must(await commands.read(ref(machine), 'try'));

    expect(early).toMatchObject({ state: 'running', exitCode: null });
    expect([status.status, end.status]).toEqual(['inProgress', 'succeeded']);
    expect(read).toMatchObject({ state: 'succeeded', exitCode: 0, error: '' });
    expect(JSON.parse(read?.output ?? '')).toMatchObject({
      result: 'removed',
      before: [CUSTOMER],
      after: [],
    });
    expect(deleted.url).toContain('/providers/Microsoft.');
    expect(after).toBeUndefined();
    expect(estate.snapshot(machine)?.legacyWorkspaces).toEqual([]);
    expect(new Set(exchanges.map(({ liveRequest }) => resourceType(liveRequest.url))).size).toBeGreaterThan(
      1,
    );
  });

  it.skipIf(!TYPES_PRESENT)('have the bodies of the resource types of today, both ways', async () => {
    const { commands, exchanges, clock } = rig();
    for (const machine of MACHINES) {
      await commands.start(ref(machine), 'try', removal(machine));
      await clock.sleep(5 * MINUTE);
      await commands.read(ref(machine), 'try');
    }
    const faults: string[] = [];
    let checked = 0;
    for (const { liveRequest, liveResponse } of exchanges) {
      const shape = resourceShape(resourceType(liveRequest.url), apiVersion(liveRequest.url));
      if (shape === undefined) continue;
      checked += 1;
      if (liveRequest.body !== undefined) faults.push(...shape.check(liveRequest.body, 'request'));
      faults.push(...shape.check(liveResponse.body, 'response'));
    }
    expect(checked).toBe(6);
    expect(faults).toEqual([]);
  });

  it('refuse a VM that is off, a second write at once and a body Azure would not read', async () => {
    const { commands, estate } = rig();
    estate.mutate.setPower(LINUX_VM, 'deallocated');

    const off = await commands.start(ref(LINUX_VM), 'try', removal(LINUX_VM));
    await commands.start(ref(VM), 'try', removal(VM));
    const again = await commands.start(ref(VM), 'try', removal(VM));
    const empty = await commands.start(ref(ARC), 'try', '');

    expect([off, again, empty].map((answer) => !answer.ok && answer.trouble.code)).toEqual([
      'notRunning',
      'extensionBusy',
      'requestRefused',
    ]);
  });

  it('wait for an Arc server that is away, until Azure gives up', async () => {
    const { commands, machines, clock, estate } = rig();
    estate.mutate.setPower(ARC, 'disconnected');

    const started = must(await commands.start(ref(ARC), 'try', removal(ARC)));
    await clock.sleep(80 * MINUTE);
    const waiting = must(await machines.operation(started.url ?? ''));
    await clock.sleep(20 * MINUTE);
    const end = must(await machines.operation(started.url ?? ''));

    expect([waiting.status, end.status]).toEqual(['inProgress', 'failed']);
    expect(must(await commands.read(ref(ARC), 'try'))).toMatchObject({ state: 'failed', exitCode: null });
  });

  it('run no script but those of the app, and those on their own system only', async () => {
    const { commands, clock } = rig();
    await commands.start(ref(VM), 'other', 'Write-Host hello');
    await commands.start(ref(LINUX_VM), 'other', removal(VM));
    await clock.sleep(5 * MINUTE);

    for (const machine of [VM, LINUX_VM])
      expect(must(await commands.read(ref(machine), 'other'))).toMatchObject({
        state: 'failed',
        exitCode: 127,
      });
  });
});

describe('power of VMs in the simulated estate', () => {
  it('starts and deallocates by operations that take time', async () => {
    const { power, machines, clock, estate } = rig();
    estate.mutate.setPower(VM, 'deallocated');
    const state = async () => {
      const { availability, deallocated, guestAgent } = must(await machines.read(ref(VM)));
      return [availability, deallocated, guestAgent];
    };

    expect(await state()).toEqual(['stopped', true, undefined]);
    const started = must(await power.start(ref(VM)));
    expect(must(await machines.operation(started.url ?? '')).status).toBe('inProgress');
    await clock.sleep(4 * MINUTE);
    expect(must(await machines.operation(started.url ?? '')).status).toBe('succeeded');
    expect(await state()).toEqual(['running', false, 'ready']);
    await power.deallocate(ref(VM));
    await clock.sleep(4 * MINUTE);
    expect(await state()).toEqual(['stopped', true, undefined]);
    expect(must(await power.deallocate(ref(VM))).url).toBeNull();
  });

  it('tells a guest agent that does not answer', async () => {
    const { machines, estate } = rig();
    estate.mutate.setPower(VM, 'agentNotReady');

    expect(must(await machines.read(ref(VM)))).toMatchObject({
      availability: 'running',
      guestAgent: 'notReady',
    });
  });

  it('is refused without the permission', async () => {
    const { power } = rig({
      permissions: [
        { scope: '/', actions: ['*'], notActions: ['Microsoft.Compute/virtualMachines/start/action'] },
      ],
    });

    expect(await power.start(ref(VM))).toMatchObject({ ok: false, trouble: { code: 'notAuthorized' } });
  });
});
