import { randomUUID } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import { FIRST_CURSOR } from '../../shared/model/discovery.ts';
import { shortHash } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Runtime } from '../compose.ts';
import { type DiscoveryInput, ORCHESTRATORS } from '../contracts/payloads.ts';
import { startOrchestration } from './durable-client.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { listPage } from './pages.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { ListQuery, NoQuery, StartInventory } from './schemas.ts';

/** `POST /inventories`: starts discovery. */
export const postInventory = startingEndpoint(
  async ({ request, context, app, key }): Promise<HttpResponseInit> => {
    const { scope } = await readBody(request, StartInventory);
    const id = `inv-${key === undefined ? randomUUID().replaceAll('-', '').slice(0, 16) : shortHash(key)}`;
    const inventory: Inventory = {
      id,
      scope,
      startedAt: new Date(app.now()).toISOString(),
      completedAt: null,
      status: 'running',
      problem: null,
      summary: null,
      resourceGraphPages: 0,
    };
    if ((await app.ledger.inventories.get(id)) === undefined) {
      await recordChange(app, 'inventory', {
        ...{ at: inventory.startedAt, by: app.calledBy, message: `asked for inventory ${id}` },
        ...{ before: null, after: { inventoryId: id, scope } },
      });
      await app.ledger.inventories.put(inventory);
    }
    await startOrchestration(context, ORCHESTRATORS.discovery, id, discoveryInput(app, inventory));
    return {
      status: 202,
      headers: { location: `/api/inventories/${id}` },
      jsonBody: { id, status: 'running' },
    };
  },
);

/** `GET /inventories`: newest first, paged. */
export const listInventories = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, ListQuery);
  const { items, next } = listPage(await app.ledger.inventories.list(), query);
  return { jsonBody: { inventories: items, ...(next !== undefined && { next }) } };
});

/** `GET /inventories/{id}`: summary; `latest` is the newest completed one. */
export const getInventory = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const inventory = await findInventory(app, request.params['id'] ?? '');
  return {
    jsonBody: inventory,
    ...(inventory.status === 'running' ? { headers: { 'retry-after': '5' } } : {}),
  };
});

/** Input of a discovery that starts from the beginning. */
export function discoveryInput({ settings }: Runtime, { id, startedAt }: Inventory): DiscoveryInput {
  const deadline = Date.parse(startedAt) + settings.discoveryDeadlineMinutes * 60_000;
  return { inventoryId: id, deadline: new Date(deadline).toISOString(), cursor: FIRST_CURSOR };
}

/** The inventory by id or `latest`, or a 404 problem. */
export async function findInventory(app: Runtime, id: string): Promise<Inventory> {
  const inventory =
    id === 'latest' ? await app.ledger.inventories.latest() : await app.ledger.inventories.get(id);
  if (inventory !== undefined) return inventory;
  throw new Problem(
    'inventoryNotFound',
    id === 'latest' ? 'There is no completed inventory yet.' : `There is no inventory "${id}".`,
  );
}

/** A completed inventory by id or `latest`, or a problem that says why there is none. */
export async function findCompleted(app: Runtime, id: string): Promise<Inventory> {
  const inventory = await findInventory(app, id);
  if (inventory.status === 'completed') return inventory;
  const why = inventory.problem === null ? '' : ` ${inventory.problem}`;
  throw new Problem('inventoryNotReady', `Inventory "${inventory.id}" is ${inventory.status}.${why}`);
}
