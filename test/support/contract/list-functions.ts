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

// The place where Azure's worker puts it (azure-functions-nodejs-worker, src/setupCoreModule.ts).
const { prototype } = Module as unknown as { prototype: { require(request: string): unknown } };
const load = prototype.require;
prototype.require = function withCore(request) {
  return request === '@azure/functions-core' ? core : load.call(this, request);
};

await import(process.argv[2] ?? '');
console.log(JSON.stringify(registered));
