import { readFileSync } from 'node:fs';
import { type Clock, createSkippingClock } from './clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type Estate,
  type EstateFile,
  type Exchange,
} from './estate/index.ts';
import { type Host, type LogEntry, startHost } from './host/index.ts';

/** The compiled entry that Azure would load, and the settings it would load it with. */
export const APP_ENTRY = new URL('../dist/functions/index.js', import.meta.url);
const HOST_JSON = new URL('../host.json', import.meta.url);

export interface SessionOptions {
  readonly file: EstateFile;
  readonly seed?: number;
  /** A skipping clock from the estate's start instant when absent. */
  readonly clock?: Clock;
  /** State of the host: a file, or memory when absent. */
  readonly hostStore?: string;
  /** State of the app's ledger: a file, or memory when absent. */
  readonly ledger?: string;
  readonly requestLog?: 'entries' | 'counters';
  readonly onExchange?: (exchange: Exchange) => void;
  readonly log?: (entry: LogEntry) => void;
  readonly entry?: URL;
  /** Function key to ask for; a random one when absent. */
  readonly key?: string;
}

/** App, host and simulated Azure in one process on one clock. */
export interface Session {
  readonly clock: Clock;
  readonly estate: Estate;
  readonly host: Host;
  close(): Promise<void>;
}

/** Starts the very app that Azure would run over a simulated estate. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const start = options.file.behaviour?.start ?? DEFAULT_START;
  const clock = options.clock ?? createSkippingClock({ start: Date.parse(start) });
  const release = clock.hold();
  const estate = createEstate({
    file: options.file,
    clock,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.requestLog === undefined ? {} : { log: options.requestLog }),
    ...(options.onExchange === undefined ? {} : { onExchange: options.onExchange }),
  });
  process.env['AMA_LEDGER_PATH'] = options.ledger ?? ':memory:';
  const host = await startHost({
    entry: options.entry ?? APP_ENTRY,
    hostJson: JSON.parse(readFileSync(HOST_JSON, 'utf8')) as object,
    store: options.hostStore ?? ':memory:',
    clock,
    // As Azure does for JavaScript: an app that relied on kept events would lose them there.
    keepUnprocessedEvents: false,
    ...(options.log === undefined ? {} : { log: options.log }),
    ...(options.key === undefined ? {} : { key: options.key }),
  });
  const { overrideRuntime } = host.entry as unknown as AppEntry;
  await overrideRuntime({
    httpClient: createInProcessHttpClient(estate),
    credential: createEstateCredential(estate),
    now: () => clock.now(),
  });
  release();
  return {
    clock,
    estate,
    host,
    async close() {
      await host.stop();
      await overrideRuntime({});
      clock.stop();
    },
  };
}

/** Where an estate file says nothing, a rehearsal starts here: after the legacy service ended. */
export const DEFAULT_START = '2026-11-21T08:00:00Z';

interface AppEntry {
  overrideRuntime(overrides: {
    httpClient?: unknown;
    credential?: unknown;
    now?: () => number;
  }): Promise<void>;
}
