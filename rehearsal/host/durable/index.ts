import type { Holds } from '../holds.ts';
import { type ClientApi, createClientApi } from './client-api.ts';
import type { ClientAddresses } from './client-data.ts';
import { createClientOperations } from './client-operations.ts';
import type { DurableContext } from './context.ts';
import { createEngine, type Engine } from './engine.ts';

export interface Durable {
  readonly engine: Engine;
  readonly api: ClientApi;
}

/** Everything durable of one host: the engine and the interface that clients use. */
export function createDurable(
  ctx: DurableContext,
  holds: Holds,
  key: string,
  addresses: () => ClientAddresses,
): Durable {
  const engine = createEngine(ctx, holds);
  const operations = createClientOperations(ctx, engine);
  return { engine, api: createClientApi({ ctx, operations, key, addresses }) };
}
