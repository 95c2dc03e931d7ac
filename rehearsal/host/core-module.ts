/**
 * Stands in for `@azure/functions-core`, the module that Azure's Node worker injects and `@azure/functions`
 * asks for. The state lives on `globalThis` because the library keeps the first core module it sees for the
 * life of the process, however often this file is loaded (vitest does so once per test file).
 */
import Module from 'node:module';

export interface Binding {
  readonly type?: string;
  readonly direction?: string;
  readonly [property: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Record<string, Binding>;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;

export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<InvocationResponse>;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
}

export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: object;
}

export interface ProgrammingModel {
  getInvocationModel(context: object): InvocationModel;
}

/** What one entry registered while it loaded. */
export interface Registrations {
  readonly functions: { metadata: FunctionMetadata; callback: FunctionCallback }[];
  readonly hooks: Map<string, Set<HookCallback>>;
  model: ProgrammingModel | undefined;
}

interface CoreState {
  loading: Registrations | undefined;
  lastModel: ProgrammingModel | undefined;
  log: (level: string, category: string, message: string) => void;
}

type Load = (request: string, ...rest: unknown[]) => unknown;

const stateKey = Symbol.for('ama-migration.functions-core');

/** Runs `load` and returns what it registered through the core module. */
export async function collectRegistrations(load: () => Promise<void>): Promise<Registrations> {
  const state = installCoreModule();
  const registrations: Registrations = { functions: [], hooks: new Map(), model: undefined };
  state.loading = registrations;
  try {
    await load();
  } finally {
    state.loading = undefined;
  }
  // The library announces its model once per process, so a second entry inherits the model of the first.
  registrations.model ??= state.lastModel;
  return registrations;
}

/** Sends what the library logs outside an invocation to `log`. */
export function setSystemLog(log: CoreState['log']): void {
  installCoreModule().log = log;
}

function installCoreModule(): CoreState {
  const shared = globalThis as { [stateKey]?: CoreState };
  const present = shared[stateKey];
  if (present !== undefined) return present;
  const state: CoreState = { loading: undefined, lastModel: undefined, log: () => undefined };
  shared[stateKey] = state;
  const core = createCoreModule(state);
  // `_load` is the one place that every require of the CommonJS library passes, also when an ES module imports it.
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function patchedLoad(this: unknown, request, ...rest) {
    return request === '@azure/functions-core' ? core : load.call(this, request, ...rest);
  };
  return state;
}

function createCoreModule(state: CoreState): object {
  function disposable(callback: () => void) {
    return { dispose: callback };
  }
  function current(what: string): Registrations {
    if (state.loading === undefined) throw new Error(`${what} is only possible while the app's entry loads.`);
    return state.loading;
  }
  return {
    version: '4.0.0',
    hostVersion: '4.1037.0',
    setProgrammingModel(model: ProgrammingModel) {
      state.lastModel = model;
      if (state.loading !== undefined) state.loading.model = model;
    },
    getProgrammingModel: () => state.loading?.model ?? state.lastModel,
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      const { functions } = current(`Registering function "${metadata.name}"`);
      if (functions.some((known) => known.metadata.name.toLowerCase() === metadata.name.toLowerCase())) {
        throw new Error(`A function named "${metadata.name}" is already registered.`);
      }
      functions.push({ metadata, callback });
      return disposable(() => undefined);
    },
    registerHook(name: string, callback: HookCallback) {
      const { hooks } = current(`Registering a ${name} hook`);
      const set = hooks.get(name) ?? new Set();
      hooks.set(name, set.add(callback));
      return disposable(() => set.delete(callback));
    },
    log: (level: string, category: string, message: string) => state.log(level, category, message),
    Disposable: class {
      readonly dispose: () => void;
      constructor(callback: () => void) {
        this.dispose = callback;
      }
    },
  };
}
