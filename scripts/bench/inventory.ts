import { z } from 'zod';
import { type Api, createApi } from '../../rehearsal/drive/api.ts';
import { joinClock } from '../../rehearsal/participant.ts';
import { fleet } from '../../rehearsal/samples/build-fleet.ts';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { peakMemoryMiB } from './fleets.ts';

/** What taking an inventory cost, simulated Azure in the same process included. */
export interface InventoryResult {
  readonly machines: number;
  readonly wallSeconds: number;
  /** Time the quotas of Resource Graph make it take. */
  readonly simulatedSeconds: number;
  readonly peakMemoryMiB: number;
  readonly graphQueries: number;
  readonly logQueries: number;
  /** ARM calls beside Resource Graph: lists per subscription, none per machine. */
  readonly otherCalls: number;
  readonly throttled: number;
  readonly activities: number;
}

/** What a process that only has the ledger needs to plan, and how fast it answers. */
export interface PlanResult {
  readonly machines: number;
  readonly planned: number;
  readonly waves: number;
  readonly planSeconds: number;
  readonly peakMemoryMiB: number;
  /** The slowest of several answers, milliseconds. */
  readonly endpoints: Readonly<Record<string, number>>;
}

const Inventory = z.object({ id: z.string(), status: z.string(), problem: z.string().nullish() });
const Started = z.object({ id: z.string() });
const Any = z.unknown();

/** Takes the inventory of a large mixed estate into a ledger file. */
export async function benchInventory(machines: number, ledger: string): Promise<InventoryResult> {
  const file = fleet({ machines, seed: 1, cells: 20, arcShare: 0.3, extras: true });
  const session = await startSession({ file, seed: 1, requestLog: 'counters', ledger });
  const participant = joinClock(session.clock);
  try {
    const began = performance.now();
    const from = session.clock.now();
    const api = apiOf(session);
    const { body } = await api.post('/inventories', Started, {});
    await completed(api, body.id, participant.sleep);
    const log = session.estate.requestLog;
    const [graph, logs] = [log.count('graph.query'), log.count('logs.query')];
    return {
      machines,
      wallSeconds: seconds(began),
      simulatedSeconds: Math.round((session.clock.now() - from) / 1000),
      peakMemoryMiB: peakMemoryMiB(),
      graphQueries: graph,
      logQueries: logs,
      otherCalls: log.total() - graph - logs - log.count('token.read'),
      throttled: session.estate.throttleReport().reduce((n, { refused }) => n + refused, 0),
      activities: session.host.counters().activities,
    };
  } finally {
    participant.leave();
    await session.close();
  }
}

async function completed(api: Api, id: string, sleep: (ms: number) => Promise<void>): Promise<void> {
  for (let look = 0; look < 10_000; look += 1) {
    const { body, retryAfterMs } = await api.get(`/inventories/${id}`, Inventory);
    if (body.status === 'completed') return;
    if (body.status !== 'running') throw new Error(`the inventory ${body.status}: ${body.problem}`);
    await sleep(retryAfterMs ?? 5000);
  }
  throw new Error('the inventory did not end');
}

/** Plans from a ledger file and asks the endpoints, without any Azure. */
export async function benchPlan(machines: number, ledger: string): Promise<PlanResult> {
  const session = await startSession({ file: { resources: [] }, ledger });
  try {
    const api = apiOf(session);
    const began = performance.now();
    const Plan = z.object({
      id: z.string(),
      counts: z.object({ planned: z.number() }),
      waves: z.array(z.unknown()),
    });
    // One machine of every combination of so mixed an estate would be more than a wave may hold.
    const { body: plan } = await api.post('/plans', Plan, { cohorts: { pilotSize: 200 } });
    const planSeconds = seconds(began);
    const page = await api.get('/inventories/latest/machines', z.object({ next: z.string() }));
    const paths = [
      '/inventories/latest',
      '/inventories/latest/machines?limit=100',
      `/inventories/latest/machines?limit=100&after=${page.body.next}`,
      '/inventories/latest/machines?limit=1000',
      '/inventories/latest/machines?limit=100&reason=unsupportedOs',
      // Nothing fits: the request looks at as many rows as one may.
      '/inventories/latest/machines?limit=100&reason=locked',
      '/inventories/latest/findings',
      '/inventories/latest/workspaces',
      '/inventories/latest/diff?from=latest',
      `/plans/${plan.id}`,
      `/plans/${plan.id}/blocked?limit=100`,
      `/plans/${plan.id}/waves/1/machines?limit=100`,
    ];
    const endpoints: Record<string, number> = {};
    for (const path of paths)
      endpoints[path.replace(plan.id, '{id}').replace(/after=[^&]+/, 'after=…')] = await slowest(api, path);
    return {
      machines,
      planned: plan.counts.planned,
      waves: plan.waves.length,
      planSeconds,
      peakMemoryMiB: peakMemoryMiB(),
      endpoints,
    };
  } finally {
    await session.close();
  }
}

async function slowest(api: Api, path: string): Promise<number> {
  let most = 0;
  for (let i = 0; i < 10; i += 1) {
    const began = performance.now();
    await api.get(path, Any);
    most = Math.max(most, performance.now() - began);
  }
  return Math.round(most);
}

function apiOf({ host }: Session): Api {
  return createApi({ url: 'http://127.0.0.1', key: host.key, fetch: host.fetch });
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}

export function printInventories(
  results: readonly { readonly inventory: InventoryResult; readonly plan: PlanResult }[],
): void {
  const header = ['machines', 'queries', 'logs', 'other', '429', 'sim s', 'wall s', 'MiB', 'plan s', 'MiB'];
  const rows = results.map(({ inventory, plan }) => [
    inventory.machines,
    inventory.graphQueries,
    inventory.logQueries,
    inventory.otherCalls,
    inventory.throttled,
    inventory.simulatedSeconds,
    inventory.wallSeconds.toFixed(1),
    inventory.peakMemoryMiB,
    plan.planSeconds.toFixed(1),
    plan.peakMemoryMiB,
  ]);
  process.stdout.write(
    '\nInventory (simulated Azure in the same process) and plan (a process of its own):\n',
  );
  for (const row of [header, ...rows])
    process.stdout.write(`${row.map((cell) => String(cell).padStart(9)).join('')}\n`);
  process.stdout.write(
    'Goals at 100,000 machines: under 600 queries, none refused; plan under 30 s and 2,048 MiB; endpoints under 200 ms.\n',
  );
  const largest = results.at(-1)?.plan;
  for (const [path, ms] of Object.entries(largest?.endpoints ?? {}))
    process.stdout.write(`${String(ms).padStart(6)} ms  ${path}\n`);
}
