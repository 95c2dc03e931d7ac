import { randomBytes } from 'node:crypto';
import { setSystemLog } from './core-module.ts';
import { createCounters } from './counters.ts';
import { clientDataJson } from './durable/client-data.ts';
import type { DurableContext } from './durable/context.ts';
import { type Database, openDatabase } from './durable/database.ts';
import type { HistoryEvent } from './durable/history.ts';
import { createDurable } from './durable/index.ts';
import { checkRecording, recordInstance } from './durable/recordings.ts';
import { findInstances } from './durable/status.ts';
import { createStore } from './durable/store.ts';
import { type LoadedEntry, loadEntry, type TriggerType } from './entry.ts';
import { createHolds, type Holds } from './holds.ts';
import { runHooks } from './hooks.ts';
import { createFetchHandler } from './http/handler.ts';
import { type Listener, listen } from './http/server.ts';
import { createInvoke, observed } from './invoke.ts';
import type { Host, HostOptions } from './options.ts';
import { startRpcListener } from './rpc-listener.ts';
import { readHostJson } from './settings.ts';
import { createTimers } from './timers.ts';

export type { Counters } from './counters.ts';
export type { ActivityFate, Disturb } from './disturb.ts';
export type { Commit } from './durable/context.ts';
export { readStoredTime } from './durable/database.ts';
export type { HistoryEvent } from './durable/history.ts';
export type { Recording } from './durable/recordings.ts';
export type { InstanceRow, RuntimeStatus } from './durable/rows.ts';
export type { InstanceFilter } from './durable/status.ts';
export type { RegisteredFunction, TriggerType } from './entry.ts';
export type { Execution, OnInvoke } from './invoke.ts';
export type { Log, LogEntry } from './logging.ts';
export { azureMaxBodyBytes, type Host, type HostOptions } from './options.ts';

/** Loads an app's entry and runs what it registered on the given clock and store. */
export async function startHost(options: HostOptions): Promise<Host> {
  const holds = createHolds(options.clock);
  const startup = holds.take();
  let db: Database | undefined;
  try {
    const entry = await loadEntry(options.entry);
    await options.onLoaded?.(entry.namespace);
    db = openDatabase(options.store);
    return await assemble(options, entry, db, holds);
  } catch (error) {
    db?.close();
    throw error;
  } finally {
    startup();
  }
}

async function assemble(options: HostOptions, entry: LoadedEntry, db: Database, holds: Holds): Promise<Host> {
  const { clock, log = () => undefined, key = randomBytes(32).toString('base64url') } = options;
  // Without it the library takes the host for Core Tools and rewrites addresses to port 7071.
  process.env.WEBSITE_HOSTNAME ??= 'localhost';
  setSystemLog((level, category, message) => log({ level: level as 'information', category, message }));

  const json = readHostJson(options.hostJson);
  const limit = options.maxConcurrentActivities ?? json.maxConcurrentActivities;
  const settings = { ...json, maxConcurrentActivities: limit };
  const { functions } = entry;
  const byName = new Map(functions.map((fn) => [`${fn.trigger}:${fn.name.toLowerCase()}`, fn]));
  const counters = createCounters();
  const addresses = { origin: 'http://localhost', rpcBaseUrl: '' };
  const plain = createInvoke({ entry, log, clientData: () => clientDataJson(settings, key, addresses) });
  const { onInvoke } = options;
  const invoke = onInvoke === undefined ? plain : observed(plain, () => clock.now(), onInvoke);
  const ctx: DurableContext = {
    ...{ store: createStore(db), clock, settings, counters, log, invoke },
    findFunction: (trigger: TriggerType, name: string) => byName.get(`${trigger}:${name.toLowerCase()}`),
    keepUnprocessedEvents: options.keepUnprocessedEvents ?? true,
    disturb: options.disturb ?? {},
    onCommit: options.onCommit ?? (() => undefined),
  };
  const durable = createDurable(ctx, holds, key, () => addresses);
  const timers = createTimers({ functions, clock, db, holds, counters, invoke, log });
  const fetch = createFetchHandler({
    ...{ functions, settings, key, holds, counters, invoke, log, clientApi: durable.api },
    maxBodyBytes: options.maxBodyBytes ?? 10 * 1024 * 1024,
  });
  await runHooks(entry, 'appStart', { hookData: {} });
  const rpc = await startRpcListener(durable.api, holds);
  addresses.rpcBaseUrl = rpc.baseUrl;
  const listeners: Listener[] = [];
  let requests = 0;
  let state: 'running' | 'stopping' | 'closed' = 'running';

  async function answer(request: Request): Promise<Response> {
    if (state !== 'running') return new Response(null, { status: 503 });
    requests += 1;
    return fetch(request).finally(() => {
      requests -= 1;
    });
  }

  durable.engine.start();
  timers.start();
  return {
    entry: entry.namespace,
    functions,
    key,
    fetch: answer,
    async listen(address) {
      const listener = await listen(answer, address);
      listeners.push(listener);
      addresses.origin = listener.origin;
      process.env.WEBSITE_HOSTNAME = new URL(listener.origin).host;
      return listener;
    },
    counters: () => structuredClone(counters),
    instances: (filter) => findInstances(db, filter),
    instance: (id) => ctx.store.instance(id),
    history: (id) => ctx.store.history(id).map((text) => JSON.parse(text) as HistoryEvent),
    record: (id) => recordInstance(ctx, id),
    checkRecording: (recording) => checkRecording(ctx, recording),
    entityState: (id) => JSON.parse(ctx.store.entity(id)?.state ?? 'null') ?? undefined,
    async stop() {
      if (state !== 'running') return;
      state = 'stopping';
      timers.close();
      while (requests > 0 || timers.running() > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await Promise.all(listeners.map((listener) => listener.close()));
      await durable.engine.stop();
      // A kill may have come in between.
      if ((state as string) === 'closed') return;
      state = 'closed';
      await runHooks(entry, 'appTerminate', { hookData: {} });
      await rpc.listener.close(true);
      holds.releaseAll();
      db.close();
    },
    kill() {
      if (state === 'closed') return;
      state = 'closed';
      timers.close();
      durable.engine.kill();
      for (const listener of [rpc.listener, ...listeners]) void listener.close(true);
      holds.releaseAll();
      db.close();
    },
  };
}
