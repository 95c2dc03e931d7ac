import type { Holds } from '../holds.ts';
import { clockTime, type DurableContext, type Effects, noEffects } from './context.ts';
import type { EntityRequest } from './rows.ts';

const batchLimit = 1000;
const parallelLimit = 50;

export interface EntityRunner {
  enqueue(entities: readonly string[]): void;
  running(): number;
  close(): void;
}

interface EntityState {
  readonly entityExists: boolean;
  readonly entityState?: string;
  readonly results: readonly (OperationResult | null)[];
  readonly signals: readonly Signal[];
}

interface OperationResult {
  readonly isError: boolean;
  readonly result?: string;
}

interface Signal {
  readonly target: { readonly name: string; readonly key: string };
  readonly name: string;
  readonly input: string;
}

/** Runs the operations of each entity in order of arrival, one batch of an entity at a time. */
export function createEntityRunner(
  ctx: DurableContext,
  holds: Holds,
  isDead: () => boolean,
  onDone: (effects: Effects, entity: string) => void,
): EntityRunner {
  const waiting = new Set<string>();
  const active = new Set<string>();
  let closed = false;

  function startNext(): void {
    for (const entity of waiting) {
      if (closed || active.size >= parallelLimit) return;
      if (active.has(entity)) continue;
      waiting.delete(entity);
      active.add(entity);
      void run(entity);
    }
  }

  async function run(entity: string): Promise<void> {
    const release = holds.take();
    const effects = await runBatch(ctx, entity, isDead);
    active.delete(entity);
    if (effects !== undefined) onDone(effects, entity);
    startNext();
    release();
  }

  return {
    enqueue(entities) {
      for (const entity of entities) waiting.add(entity);
      startNext();
    },
    running: () => active.size,
    close() {
      closed = true;
    },
  };
}

async function runBatch(
  ctx: DurableContext,
  entity: string,
  isDead: () => boolean,
): Promise<Effects | undefined> {
  const { store } = ctx;
  const rows = store.entityInbox(entity, batchLimit);
  if (rows.length === 0) return undefined;
  const separator = entity.indexOf('@', 1);
  const self = { name: entity.slice(1, separator), key: entity.slice(separator + 1) };
  const before = store.entity(entity);
  const requests = rows.map((row) => row.request);
  const after = await invokeEntity(ctx, self, before, requests);
  if (isDead()) return undefined;

  const now = clockTime(ctx);
  const effects = noEffects();
  store.db.transaction(now, () => {
    for (const row of rows) store.removeEntityRequest(row.seq);
    if (after.entityExists) store.putEntity(entity, after.entityState ?? null, now);
    else if (before !== undefined) store.removeEntity(entity);
    for (const [index, request] of requests.entries()) answer(ctx, effects, request, after.results[index]);
    for (const [index, signal] of after.signals.entries()) {
      const target = `@${signal.target.name.toLowerCase()}@${signal.target.key}`;
      const id = `${requests[0]?.id}:${index}`;
      const input = signal.input === '' ? {} : { input: signal.input };
      store.addEntityRequest(target, { id, operation: signal.name, ...input });
      effects.entities.push(target);
    }
  });
  ctx.counters.entityOperations += requests.length;
  ctx.counters.entityBatches += 1;
  effects.entities.push(entity);
  return effects;
}

async function invokeEntity(
  ctx: DurableContext,
  self: { name: string; key: string },
  before: { state: string | null } | undefined,
  requests: readonly EntityRequest[],
): Promise<EntityState> {
  const batch = requests.map(({ id, operation, input, replyTo }) => {
    return { id, name: operation, input, isSignal: replyTo === undefined };
  });
  const trigger = { self, exists: before !== undefined, state: before?.state ?? undefined, batch };
  try {
    const fn = ctx.findFunction('entity', self.name);
    if (fn === undefined) throw new Error(`There is no entity named '${self.name}'.`);
    const id = `@${self.name}@${self.key}`;
    const { response } = await ctx.invoke({ fn, data: { string: JSON.stringify(trigger) }, instanceId: id });
    return JSON.parse(response.returnValue?.json ?? 'null') as EntityState;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    ctx.log({ level: 'error', category: 'host', message, functionName: self.name });
    const result = { isError: true, result: JSON.stringify(message) };
    const state = before?.state ?? undefined;
    return {
      ...{ entityExists: before !== undefined, ...(state !== undefined && { entityState: state }) },
      ...{ results: requests.map(() => result), signals: [] },
    };
  }
}

function answer(
  ctx: DurableContext,
  effects: Effects,
  { id, replyTo }: EntityRequest,
  outcome: OperationResult | null | undefined,
): void {
  if (replyTo === undefined) return;
  const response = { result: outcome?.result, ...(outcome?.isError && { exceptionType: 'Error' }) };
  ctx.store.addMessage({
    ...{ instance: replyTo.instance, execution: replyTo.execution, kind: 'event', task: null },
    ...{ name: id, payload: JSON.stringify(response) },
  });
  effects.instances.push(replyTo.instance);
}
