import { createRequire } from 'node:module';
import {
  type Binding,
  collectRegistrations,
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type ProgrammingModel,
} from './core-module.ts';

export type TriggerType = 'http' | 'timer' | 'orchestration' | 'activity' | 'entity' | 'other';

/** A function as the app registered it. */
export interface RegisteredFunction {
  readonly name: string;
  readonly trigger: TriggerType;
  readonly triggerName: string;
  readonly binding: Binding;
  /** Names of extra inputs that carry a durable client. */
  readonly clientInputs: readonly string[];
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

export interface LoadedEntry {
  readonly namespace: Readonly<Record<string, unknown>>;
  readonly functions: readonly RegisteredFunction[];
  readonly hooks: ReadonlyMap<string, ReadonlySet<HookCallback>>;
  readonly model: ProgrammingModel;
}

interface EntryCache {
  readonly loaded: Map<string, LoadedEntry>;
  last: Promise<unknown>;
}

const cacheKey = Symbol.for('ama-migration.host-entries');

const nativeImport = createRequire(import.meta.url)('./native-import.cjs') as (
  url: string,
) => Promise<Record<string, unknown>>;

/**
 * Imports the module that Azure would load and returns what it registered. Node runs a module once, so the
 * registrations of an entry are kept and given again when the same entry is hosted again.
 */
export function loadEntry(entry: URL): Promise<LoadedEntry> {
  const shared = globalThis as { [cacheKey]?: EntryCache };
  shared[cacheKey] ??= { loaded: new Map(), last: Promise.resolve() };
  const cache = shared[cacheKey];
  // One entry loads at a time: the core module cannot tell who registers.
  const loading = cache.last.then(() => cache.loaded.get(entry.href) ?? load(entry, cache));
  cache.last = loading.catch(() => undefined);
  return loading;
}

async function load(entry: URL, cache: EntryCache): Promise<LoadedEntry> {
  let namespace: Record<string, unknown> = {};
  const registrations = await collectRegistrations(async () => {
    try {
      namespace = await nativeImport(entry.href);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The entry ${entry.href} failed to load: ${reason}`, { cause });
    }
  });
  const { model, hooks } = registrations;
  if (model === undefined || registrations.functions.length === 0) {
    throw new Error(`The entry ${entry.href} registered no functions.`);
  }
  const functions = registrations.functions.map(({ metadata, callback }) => describe(metadata, callback));
  const loaded: LoadedEntry = { namespace, functions, hooks, model };
  cache.loaded.set(entry.href, loaded);
  return loaded;
}

function describe(metadata: FunctionMetadata, callback: FunctionCallback): RegisteredFunction {
  const bindings = Object.entries(metadata.bindings);
  const trigger = bindings.find(([, binding]) => /trigger$/i.test(binding.type ?? ''));
  if (trigger === undefined) throw new Error(`Function "${metadata.name}" has no trigger.`);
  const [triggerName, binding] = trigger;
  const clientInputs = bindings
    .filter(([, extra]) => extra.type === 'durableClient' || extra.type === 'orchestrationClient')
    .map(([name]) => name);
  const type = triggerTypes[(binding.type ?? '').toLowerCase()] ?? 'other';
  return { name: metadata.name, trigger: type, triggerName, binding, clientInputs, metadata, callback };
}

const triggerTypes: Readonly<Record<string, TriggerType>> = {
  httptrigger: 'http',
  timertrigger: 'timer',
  orchestrationtrigger: 'orchestration',
  activitytrigger: 'activity',
  entitytrigger: 'entity',
};
