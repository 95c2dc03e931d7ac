import { readFileSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import type { Store } from '../shared/ledger/store.ts';
import { type Clock, createSkippingClock } from './clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type Estate,
  type EstateFile,
  type Exchange,
} from './estate/index.ts';
import { type Disturb, type Host, type HostOptions, type LogEntry, startHost } from './host/index.ts';

/** The compiled entry that Azure would load, and the settings it would load it with. */
export const APP_ENTRY = new URL(`../${packageJson.main}`, import.meta.url);
const HOST_JSON = new URL('../host.json', import.meta.url);

export interface AppOptions {
  readonly clock: Clock;
  /** State of the host: a file, or memory when absent. */
  readonly hostStore?: string;
  /** State of the app's ledger: a file, the address of an emulated table service, or memory when absent. */
  readonly ledger?: string;
  readonly log?: (entry: LogEntry) => void;
  /** Function key to ask for; a random one when absent. */
  readonly key?: string;
  /** What the app is given in place of Azure's transport and sign-in. */
  readonly httpClient?: unknown;
  readonly credential?: unknown;
  /** The ledger's storage, in place of the file; it outlives the app. */
  readonly store?: Store;
  /** The app's own clock where it differs from everybody's. */
  readonly now?: () => number;
  /** host.json of another release; the project's when absent. */
  readonly hostJson?: object;
  readonly disturb?: Disturb;
  /** Runs the nightly drift check as well: a rehearsal is of the migration, which it would only slow down. */
  readonly nightly?: boolean;
  readonly onCommit?: HostOptions['onCommit'];
  readonly onInvoke?: HostOptions['onInvoke'];
}

/** The app in the embedded host, over whatever Azure its settings and options name. */
export async function startApp(options: AppOptions): Promise<{ host: Host; close(): Promise<void> }> {
  const { clock, httpClient, credential, store } = options;
  const now = options.now ?? (() => clock.now());
  nameLedger(options.ledger ?? ':memory:');
  process.env['AzureWebJobs.checkDrift.Disabled'] = options.nightly === true ? 'false' : 'true';
  const host = await startHost({
    entry: APP_ENTRY,
    hostJson: options.hostJson ?? (JSON.parse(readFileSync(HOST_JSON, 'utf8')) as object),
    store: options.hostStore ?? ':memory:',
    clock,
    // As Azure does for JavaScript: an app that relied on kept events would lose them there.
    keepUnprocessedEvents: false,
    // Before pending work of an earlier life starts: it must not run on Azure's own transport and clock.
    onLoaded: (exports) =>
      (exports as unknown as AppEntry).overrideRuntime({ httpClient, credential, store, now }),
    ...(options.log === undefined ? {} : { log: options.log }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.disturb === undefined ? {} : { disturb: options.disturb }),
    ...(options.onCommit === undefined ? {} : { onCommit: options.onCommit }),
    ...(options.onInvoke === undefined ? {} : { onInvoke: options.onInvoke }),
  });
  const { overrideRuntime } = host.entry as unknown as AppEntry;
  return {
    host,
    async close() {
      await host.stop();
      await overrideRuntime({});
    },
  };
}

function nameLedger(ledger: string): void {
  const isTable = ledger.startsWith('http:');
  process.env['AMA_LEDGER_TABLE_ENDPOINT'] = isTable ? ledger : '';
  process.env['AMA_LEDGER_PATH'] = isTable ? '' : ledger;
}

export interface SessionOptions extends Omit<AppOptions, 'clock' | 'httpClient' | 'credential'> {
  readonly file: EstateFile;
  readonly seed?: number;
  /** A skipping clock from the estate's start instant when absent. */
  readonly clock?: Clock;
  readonly requestLog?: 'entries' | 'counters';
  readonly onExchange?: (exchange: Exchange) => void;
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
  const app = await startApp({
    ...options,
    clock,
    httpClient: createInProcessHttpClient(estate),
    credential: createEstateCredential(estate),
  });
  release();
  return {
    clock,
    estate,
    host: app.host,
    async close() {
      await app.close();
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
    store?: unknown;
    now?: () => number;
  }): Promise<void>;
}
