/**
 * Loads an app's entry as Azure's worker would, with the smallest stand-in for its injected module, and prints
 * what was registered: `node list-functions.ts ENTRY`. Written apart from the rehearsal's host, so that the two
 * check each other.
 */
import Module from 'node:module';

interface Metadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const registered: unknown[] = [];

function register({ name, bindings }: Metadata): { dispose(): void } {
  const trigger = Object.values(bindings).find(({ type }) => /trigger$/i.test(String(type)));
  const { type, route, methods, authLevel, schedule } = trigger ?? {};
  registered.push({ name, trigger: type, route, methods, authLevel, schedule });
  return { dispose: () => undefined };
}

const core = {
  version: '4.0.0',
  hostVersion: '4.1037.0',
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => undefined,
  registerFunction: register,
  registerHook: () => ({ dispose: () => undefined }),
  log: () => undefined,
  Disposable: class {},
};

const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load;
loader._load = function withCore(request, ...rest) {
  return request === '@azure/functions-core' ? core : load.call(this, request, ...rest);
};

await import(process.argv[2] ?? '');
console.log(JSON.stringify(registered));
