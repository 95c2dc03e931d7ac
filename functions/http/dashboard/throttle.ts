import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import pMap from 'p-map';
import { queryUse, throttleOf } from '../../../shared/dashboard/throttle.ts';
import { subscriptionOfCell } from '../../../shared/model/ids.ts';
import type { Budget } from '../../../shared/waves/queues.ts';
import { BUDGET_ENTITY } from '../../contracts/payloads.ts';
import { polledEndpoint, readQuery } from '../endpoint.ts';
import { NoQuery } from '../schemas.ts';

/** Cells shown; each subscription takes a read of its entity. */
const MOST_CELLS = 200;
const MOST_SUBSCRIPTIONS = 50;

/** `GET /throttle`: how much of Azure's limits is spoken for, cell by cell of the waves that run. */
export const getThrottle = polledEndpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const waves = (await app.ledger.waves.list()).filter(({ step }) => step !== 'finished');
  const all = [...new Set(waves.flatMap(({ cells }) => cells.map(({ cell }) => cell)))].sort();
  const subscriptions = [...new Set(all.map(subscriptionOfCell))].slice(0, MOST_SUBSCRIPTIONS);
  const cells = all.filter((cell) => subscriptions.includes(subscriptionOfCell(cell))).slice(0, MOST_CELLS);
  const budgets = await readBudgets(context, cells.length === 0 ? [] : [...subscriptions, 'queries']);
  const nowMs = app.now();
  return {
    jsonBody: {
      cells: throttleOf(cells, budgets, nowMs),
      queries: queryUse(budgets, nowMs),
      notShown: all.length - cells.length,
    },
  };
});

async function readBudgets(
  context: InvocationContext,
  names: readonly string[],
): Promise<Map<string, Budget>> {
  const client = df.getClient(context);
  const read = await pMap(
    names,
    async (name) => {
      const id = new df.EntityId(BUDGET_ENTITY, name);
      const { entityExists, entityState } = await client.readEntityState<Budget>(id);
      return entityExists && entityState !== undefined ? [[name, entityState] as const] : [];
    },
    { concurrency: 8 },
  );
  return new Map(read.flat());
}
