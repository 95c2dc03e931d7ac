import { z } from 'zod';
import { ApiError, InventoryView, PlanView, WaveView } from '../../rehearsal/drive/api.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { World } from './world.ts';

const OPERATOR = 'olive operator';
const APPROVER = 'anna approver';
const LOOK_MS = 60_000;
const MAX_LOOK_MS = 15 * 60_000;
/** Simulated time after which a migration that does not end is given up. */
const PATIENCE_MS = 40 * 86_400_000;
/** Inventories that are taken until one is whole. */
const MAX_INVENTORIES = 30;
/** Holds of the app itself that a person lifts before giving up. */
const MAX_RESUMES = 40;

export interface Migration {
  readonly waves: readonly WaveView[];
  /** Sentences; empty when all went as it should. */
  readonly problems: readonly string[];
}

/** A migration from inventory to the last wave, with an operator who is hasty and a network that is not there. */
export async function migrate(
  world: World,
  plan: object,
  looks: FaultPlan['looks'] | undefined,
): Promise<Migration> {
  const { participant } = world;
  const found = await planned(world, plan);
  if (typeof found === 'string') return { waves: [], problems: [found] };
  const waves: WaveView[] = [];
  const problems: string[] = [];
  for (const { index } of found.waves) {
    const wave = await runWave(world, found.id, index, looks, problems);
    waves.push(wave);
    if (wave.phase !== 'completed') break;
  }
  // What is left over of earlier lives gets time to come to its end.
  await participant.sleep(2 * 3_600_000);
  return { waves, problems };
}

/** A plan from an inventory that is whole: where faults cost it a part it says so, and a person takes another. */
async function planned(world: World, plan: object): Promise<PlanView | string> {
  const { api } = world;
  for (let attempt = 0; ; attempt += 1) {
    const inventory = await takeInventory(world, attempt);
    const again = attempt < MAX_INVENTORIES;
    if (inventory.status !== 'completed') {
      if (again && isInjected(inventory.problem ?? '')) continue;
      return `the inventory ${inventory.status}: ${inventory.problem}`;
    }
    const request = { ...plan, inventoryId: inventory.id };
    const { body } = await api.post('/plans', PlanView, request, `plan-${attempt}`);
    const incomplete = body.blocked.some(({ reasons }) => reasons.some(({ code }) => /unread/i.test(code)));
    if (!incomplete || !again) return body;
    world.tally.add('inventory taken again');
  }
}

async function takeInventory({ api, participant }: World, attempt: number): Promise<InventoryView> {
  const Started = z.object({ id: z.string() });
  const { body } = await api.post('/inventories', Started, {}, `inventory-${attempt}`);
  for (;;) {
    const { body: inventory } = await api.get(`/inventories/${body.id}`, InventoryView);
    if (inventory.status !== 'running') return inventory;
    await participant.sleep(5000);
  }
}

async function runWave(
  world: World,
  planId: string,
  index: number,
  looks: FaultPlan['looks'] | undefined,
  problems: string[],
): Promise<WaveView> {
  const { api, participant, clock } = world;
  const Started = z.object({ id: z.string() });
  const { body } = await api.post('/waves', Started, { planId, wave: index, by: OPERATOR }, `wave-${index}`);
  const from = clock.now();
  let resumes = 0;
  for (;;) {
    const { body: wave } = await api.get(`/waves/${body.id}`, WaveView);
    if (wave.finishedAt !== null) return wave;
    if (clock.now() - from > PATIENCE_MS) {
      problems.push(`wave ${index} does not end: ${wave.phase}, ${wave.message}`);
      return wave;
    }
    if (wave.phase === 'awaitingApproval') await approve(world, wave.id, looks);
    else if (wave.holds.length > 0 && wave.totals.inFlight === 0) {
      const wrong = wave.holds.find(({ kind, reason }) => kind !== 'operator' && !isInjected(reason));
      if (wrong !== undefined) problems.push(`wave ${index} is held for no injected fault: ${wrong.reason}`);
      if (wrong !== undefined || resumes >= MAX_RESUMES) return wave;
      if (wave.holds.some(({ kind }) => kind === 'system')) world.tally.add('held by the app, resumed');
      resumes += 1;
      await verb(world, wave.id, 'resume', { by: APPROVER, reason: 'chaos' });
    } else await actRashly(world, wave, looks);
    const elapsed = clock.now() - from;
    await participant.sleep(Math.min(MAX_LOOK_MS, Math.max(LOOK_MS, elapsed / 60)));
  }
}

async function approve(world: World, waveId: string, looks: FaultPlan['looks'] | undefined): Promise<void> {
  const body = { by: APPROVER };
  const twice = looks !== undefined && world.dice.roll('approve', waveId) < looks.approvedTwice;
  if (!twice) return verb(world, waveId, 'approve', body);
  world.tally.add('operator: approved twice');
  await Promise.all([verb(world, waveId, 'approve', body), world.post(`/api/waves/${waveId}/approve`, body)]);
}

/** Holds the wave, ends its orchestration from outside, or lets time leap. */
async function actRashly(world: World, wave: WaveView, looks: FaultPlan['looks'] | undefined): Promise<void> {
  if (looks === undefined) return;
  const { dice, tally, clock } = world;
  if (dice.roll('hold', wave.id) < looks.held) {
    tally.add('operator: held and resumed');
    await verb(world, wave.id, 'hold', { by: OPERATOR, reason: 'chaos' });
  }
  if (dice.roll('terminate', wave.id) < looks.terminated) {
    tally.add('orchestration ended from outside');
    // Its cells and batches live on, and the watch starts another beside them.
    await world.post(`/runtime/webhooks/durabletask/instances/${wave.id}/terminate?reason=chaos`, {});
  }
  if (dice.roll('leap', wave.id) < looks.leap) {
    tally.add('clock: leap');
    clock.leap(Math.floor(dice.roll('leapLength') ** 3 * 6 * 3_600_000));
  }
}

/** A control verb; one that comes too late is refused with a code that says so. */
async function verb({ api }: World, waveId: string, name: string, body: object): Promise<void> {
  try {
    await api.post(`/waves/${waveId}/${name}`, WaveView, body);
  } catch (error) {
    const late = ['notAwaitingApproval', 'notHeld', 'waveFinished'];
    if (!(error instanceof ApiError) || !late.includes(error.code)) throw error;
  }
}

/** Whether a reason names a fault of ours. */
function isInjected(text: string): boolean {
  return (
    text.includes('injected') ||
    text.includes('Declared by the estate file') ||
    text.includes('The worker died after its work was done')
  );
}
