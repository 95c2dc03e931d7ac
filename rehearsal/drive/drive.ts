import { z } from 'zod';
import { type Api, InventoryView, PlanReportView, PlanView, WaveView } from './api.ts';
import { collectTroubled, type TroubledMachine } from './troubled.ts';

export interface DriveOptions {
  readonly api: Api;
  /** Body of `POST /plans`; the app's defaults fill what is missing. */
  readonly plan: unknown;
  readonly subscriptions?: readonly string[];
  readonly requestedBy: string;
  /** Who approves gates; undefined waits until someone else does. */
  readonly approveAs: string | undefined;
  /** Sets the run apart from others against the same app. */
  readonly runId: string;
  readonly onEvent: (event: DriveEvent) => void;
  sleep(ms: number): Promise<void>;
}

export type DriveEvent =
  | { readonly kind: 'inventory'; readonly inventory: InventoryView }
  | { readonly kind: 'plan'; readonly plan: PlanView }
  | { readonly kind: 'wave'; readonly wave: WaveView; readonly of: number }
  | { readonly kind: 'approved'; readonly wave: WaveView; readonly by: string };

export interface DriveResult {
  readonly inventory: InventoryView;
  readonly plan: PlanView;
  readonly waves: readonly WaveView[];
  /** Machines that waves could not finish, with the stage and reason. */
  readonly troubled: readonly TroubledMachine[];
  /** The app's own report of the plan. */
  readonly report: PlanReportView;
  /** True when every wave of the plan completed. */
  readonly completed: boolean;
}

const INVENTORY_POLL_MS = 5000;
const WAVE_POLL_MS = 15_000;
/** Longest wait between looks, so that progress is seen. */
const MAX_POLL_MS = 300_000;

/** Looks without any change after which the drive gives up: at five minutes a look, about a month. */
const MAX_SAME_LOOKS = 10_000;

/** Takes an app from inventory to finished waves over its HTTP API, as any client would. */
export async function drive(options: DriveOptions): Promise<DriveResult> {
  const { api, onEvent, runId } = options;
  const inventory = await takeInventory(options);
  onEvent({ kind: 'inventory', inventory });
  if (inventory.status === 'failed')
    throw new Error(`The inventory failed: ${inventory.problem ?? 'no reason given'}`);

  const request = { ...(options.plan as object), inventoryId: inventory.id };
  const { body: plan } = await api.post('/plans', PlanView, request, `${runId}-plan`);
  onEvent({ kind: 'plan', plan });

  const waves: WaveView[] = [];
  for (const { index } of plan.waves) {
    const wave = await runWave(options, plan, index);
    waves.push(wave);
    // The app refuses the next wave while this one is not completed; there is nothing more to do.
    if (wave.phase !== 'completed') break;
  }
  const troubled = await collectTroubled(api, waves);
  const { body: report } = await api.get(`/plans/${plan.id}/report`, PlanReportView);
  const completed = waves.length === plan.waves.length && waves.every(({ phase }) => phase === 'completed');
  return { inventory, plan, waves, troubled, report, completed };
}

async function takeInventory({
  api,
  sleep,
  subscriptions = [],
  runId,
}: DriveOptions): Promise<InventoryView> {
  const Started = z.object({ id: z.string() });
  const { body } = await api.post(
    '/inventories',
    Started,
    { scope: { subscriptions } },
    `${runId}-inventory`,
  );
  for (;;) {
    const { body: inventory, retryAfterMs } = await api.get(`/inventories/${body.id}`, InventoryView);
    if (inventory.status !== 'running') return inventory;
    await sleep(retryAfterMs ?? INVENTORY_POLL_MS);
  }
}

async function runWave(options: DriveOptions, plan: PlanView, index: number): Promise<WaveView> {
  const { api, onEvent, sleep, requestedBy, approveAs, runId } = options;
  const Started = z.object({ id: z.string() });
  const { body } = await api.post(
    '/waves',
    Started,
    { planId: plan.id, wave: index, by: requestedBy },
    `${runId}-wave-${index}`,
  );
  let last = '';
  let same = 0;
  for (;;) {
    const { body: wave, retryAfterMs } = await api.get(`/waves/${body.id}`, WaveView);
    onEvent({ kind: 'wave', wave, of: plan.waves.length });
    const seen = JSON.stringify(wave);
    same = seen === last ? same + 1 : 0;
    last = seen;
    if (same > MAX_SAME_LOOKS) throw new Error(`Wave ${wave.id} shows no change any more: ${wave.message}`);
    if (isOver(wave)) return wave;
    if (wave.phase === 'awaitingApproval' && approveAs !== undefined) {
      await api.post(`/waves/${wave.id}/approve`, WaveView, { by: approveAs });
      onEvent({ kind: 'approved', wave, by: approveAs });
      continue;
    }
    await sleep(Math.min(retryAfterMs ?? WAVE_POLL_MS, MAX_POLL_MS));
  }
}

/** Ended, or stopped by a gate or by the app itself with nothing in flight: only a person can go on from there. */
function isOver(wave: WaveView): boolean {
  if (wave.finishedAt !== null) return true;
  const byOperator = wave.holds.every(({ kind }) => kind === 'operator');
  return wave.phase === 'held' && !byOperator && wave.totals.inFlight === 0;
}
