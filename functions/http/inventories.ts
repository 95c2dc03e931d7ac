import { randomUUID } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import type { Inventory } from '../../shared/ledger/inventories.ts';
import { shortHash } from '../../shared/model/ids.ts';
import type { Runtime } from '../compose.ts';
import { type DiscoveryInput, ORCHESTRATORS } from '../contracts/payloads.ts';
import { startOrchestration } from './durable-client.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { PageQuery, StartInventory } from './schemas.ts';

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
      rules: [],
      endpoints: [],
      workspaces: [],
      unreadWorkspaces: [],
    };
    if ((await app.ledger.inventories.get(id)) === undefined) await app.ledger.inventories.put(inventory);
    await startOrchestration(context, ORCHESTRATORS.discovery, id, discoveryInput(app, inventory));
    return {
      status: 202,
      headers: { location: `/api/inventories/${id}` },
      jsonBody: { id, status: 'running' },
    };
  },
);

/** `GET /inventories/{id}`: summary; `latest` is the newest completed one. */
export const getInventory = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const inventory = await findInventory(app, request.params['id'] ?? '');
  const { rules, endpoints, workspaces, ...rest } = inventory;
  return {
    jsonBody: {
      ...rest,
      rules: rules.length,
      endpoints: endpoints.length,
      workspaces: workspaces.map(({ resourceId, name, region }) => ({ resourceId, name, region })),
    },
    ...(inventory.status === 'running' ? { headers: { 'retry-after': '5' } } : {}),
  };
});

/** `GET /inventories/{id}/machines`: paged. */
export const getInventoryMachines = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const inventory = await findInventory(app, request.params['id'] ?? '');
  const { limit, after } = readQuery(request, PageQuery);
  const page = await app.ledger.inventories.machinePage(inventory.id, limit, after);
  return { jsonBody: { machines: page.machines, ...(page.next === undefined ? {} : { next: page.next }) } };
});

/** Input of a discovery that starts from the beginning. */
export function discoveryInput({ settings }: Runtime, { id, scope, startedAt }: Inventory): DiscoveryInput {
  const deadline = Date.parse(startedAt) + settings.discoveryDeadlineMinutes * 60_000;
  return {
    inventoryId: id,
    subscriptions: scope.subscriptions,
    deadline: new Date(deadline).toISOString(),
    cursor: { kindIndex: 0, page: 0, skipToken: null, pages: 0 },
  };
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
