import { randomUUID } from 'node:crypto';
import { clockTime, type DurableContext } from './context.ts';
import type { Engine } from './engine.ts';
import { startInstance } from './instances.ts';
import { type InstanceRow, isFinal, type MessageKind } from './rows.ts';
import { findInstances, type InstanceFilter } from './status.ts';

/** What came of a request for one instance: done, no such instance, or one that has ended. */
export type Delivery = 'accepted' | 'unknown' | 'ended';

export type ClientOperations = ReturnType<typeof createClientOperations>;

/** The verbs of the durable client, each in one transaction. */
export function createClientOperations(ctx: DurableContext, engine: Engine) {
  const { store } = ctx;

  function send(id: string, kind: MessageKind, name: string | null, payload: string | null): Delivery {
    const row = store.instance(id);
    if (row === undefined) return 'unknown';
    if (isFinal(row.status)) return 'ended';
    engine.change(id, (effects) => {
      store.addMessage({ instance: id, execution: null, kind, task: null, name, payload });
      effects.instances.push(id);
    });
    return 'accepted';
  }

  function purge(rows: readonly InstanceRow[]): number {
    if (rows.length === 0) return 0;
    engine.change('', () => {
      for (const row of rows) store.purge(row.id);
    });
    return rows.length;
  }

  return {
    /** Throws a text when the function is unknown or the id is in use. */
    start(
      name: string,
      id: string | undefined,
      input: string | null,
      version: string | undefined,
    ): StartResult {
      if (ctx.findFunction('orchestration', name) === undefined) {
        const message = `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`;
        return { status: 'invalid', message };
      }
      const instance = {
        ...{ id: id || randomUUID().replaceAll('-', ''), name, input },
        version: version ?? ctx.settings.defaultVersion,
      };
      const refusal = engine.change(instance.id, (effects, now) =>
        startInstance(ctx, effects, instance, now),
      );
      if (refusal !== undefined) return { status: 'inUse', message: refusal };
      return { status: 'started', id: instance.id };
    },
    raiseEvent(id: string, name: string, payload: string | null): Delivery {
      const times = ctx.disturb.event?.({ name, instance: id }) ?? 1;
      const row = store.instance(id);
      if (times === 0 && row !== undefined && !isFinal(row.status)) return 'accepted';
      for (let n = 1; n < times; n += 1) send(id, 'event', name, payload);
      return send(id, 'event', name, payload);
    },
    control: (id: string, verb: 'terminate' | 'suspend' | 'resume', reason: string) =>
      send(id, verb, null, reason),
    purge: (id: string) => {
      const row = store.instance(id);
      return row === undefined || !isFinal(row.status) ? 0 : purge([row]);
    },
    purgeBy(filter: InstanceFilter): number {
      const to = filter.createdTo ?? clockTime(ctx);
      return purge(
        findInstances(store.db, { ...filter, createdTo: to }).filter((row) => isFinal(row.status)),
      );
    },
    signalEntity(entity: string, operation: string, input: string | undefined): void {
      engine.change(entity, (effects) => {
        const request = { id: randomUUID(), operation, ...(input !== undefined && { input }) };
        store.addEntityRequest(entity, request);
        effects.entities.push(entity);
      });
    },
  };
}

export type StartResult =
  | { readonly status: 'started'; readonly id: string }
  | { readonly status: 'inUse' | 'invalid'; readonly message: string };
