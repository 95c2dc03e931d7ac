/** The parts of host.json that the embedded host honours. */
export interface HostSettings {
  readonly routePrefix: string;
  readonly hubName: string;
  readonly defaultVersion: string;
  readonly maxConcurrentActivities: number;
}

export function readHostJson(hostJson: object): HostSettings {
  const http = section(hostJson, 'extensions', 'http');
  const durable = section(hostJson, 'extensions', 'durableTask');
  return {
    routePrefix: text(http['routePrefix'], 'api').replace(/^\/+|\/+$/g, ''),
    hubName: text(durable['hubName'], 'EmbeddedHub'),
    defaultVersion: text(durable['defaultVersion'], ''),
    maxConcurrentActivities: count(durable['maxConcurrentActivityFunctions'], 20),
  };
}

/** Replaces `%NAME%` by the app setting of that name, as Azure does in trigger properties. */
export function resolveSettings(value: string): string {
  return value.replace(/%([^%]+)%/g, (whole, name: string) => process.env[name] ?? whole);
}

function section(value: unknown, ...path: string[]): Record<string, unknown> {
  let current: unknown = value;
  for (const key of path) current = isRecord(current) ? current[key] : undefined;
  return isRecord(current) ? current : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

function count(value: unknown, fallback: number): number {
  return typeof value === 'number' && value > 0 ? value : fallback;
}
