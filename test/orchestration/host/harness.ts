import { type Clock, createSkippingClock } from '../../../rehearsal/clock.ts';
import { type Host, type HostOptions, startHost } from '../../../rehearsal/host/index.ts';

export const appUrl = new URL('../../support/host-app/index.ts', import.meta.url);
export const began = Date.parse('2026-03-01T00:00:00Z');

export interface Harness {
  readonly host: Host;
  readonly clock: Clock;
  readonly app: { calls: string[]; fail: Map<string, number> };
  readonly logs: { level: string; message: string; functionName?: string; instanceId?: string }[];
  /** Calls a method of the durable client inside a function of the app. */
  client<T = unknown>(method: string, ...args: unknown[]): Promise<T>;
  /** Starts an orchestration and waits until it ended. */
  run(name: string, input?: unknown, options?: object): Promise<Ended>;
  /** Waits until the instance has one of the statuses. */
  until(id: string, ...statuses: string[]): Promise<Ended>;
}

export interface Ended {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
}

export const hostJson = {
  extensions: { durableTask: { hubName: 'TestHub', defaultVersion: '1.0' } },
};

/** Starts the fixture app on a skipping clock. The timer functions are off unless asked for. */
export async function startHarness(
  options: Partial<HostOptions> & { timers?: readonly string[] } = {},
): Promise<Harness> {
  const { timers = [], ...rest } = options;
  process.env['EVERY_HOUR'] = '0 0 * * * *';
  for (const name of ['everyHour', 'atStartup', 'overlapping']) {
    process.env[`AzureWebJobs.${name}.Disabled`] = String(!timers.includes(name));
  }
  const clock = options.clock ?? createSkippingClock({ start: began });
  const logs: Harness['logs'] = [];
  const settings = { entry: appUrl, hostJson, store: ':memory:', key: 'the-key', ...rest, clock };
  const host = await startHost({ log: (entry) => logs.push(entry), ...settings });
  const app = host.entry['record'] as Harness['app'];
  app.calls.length = 0;

  async function client<T>(method: string, ...args: unknown[]): Promise<T> {
    const body = JSON.stringify({ method, args });
    const response = await host.fetch(new Request('http://localhost/api/client', { method: 'POST', body }));
    const answer = (await response.json()) as { value?: T; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as T;
  }

  async function until(id: string, ...statuses: string[]): Promise<Ended> {
    const limit = Date.now() + 20_000;
    for (;;) {
      const row = host.instance(id);
      if (row !== undefined && statuses.includes(row.status)) {
        return { id, status: row.status, output: row.output === null ? null : JSON.parse(row.output) };
      }
      if (Date.now() > limit) throw new Error(`${id} is ${row?.status ?? 'unknown'}, not ${statuses}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function run(name: string, input?: unknown, startOptions: object = {}): Promise<Ended> {
    const id = await client<string>('startNew', name, { input, ...startOptions });
    return until(id, 'Completed', 'Failed', 'Terminated');
  }

  return { host, clock, app, logs, client, run, until };
}
