import type { Clock } from '../clock.ts';
import type { Counters } from './counters.ts';
import type { Disturb } from './disturb.ts';
import type { Commit } from './durable/context.ts';
import type { HistoryEvent } from './durable/history.ts';
import type { Recording } from './durable/recordings.ts';
import type { InstanceRow } from './durable/rows.ts';
import type { InstanceFilter } from './durable/status.ts';
import type { RegisteredFunction } from './entry.ts';
import type { FetchHandler } from './http/handler.ts';
import type { Listener } from './http/server.ts';
import type { OnInvoke } from './invoke.ts';
import type { Log } from './logging.ts';

export interface HostOptions {
  /** The module that Azure would load: `main` of package.json. */
  readonly entry: URL;
  /** host.json, parsed. */
  readonly hostJson: object;
  /** Path of the SQLite file that holds all state, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  /** The function key; a random one when absent. */
  readonly key?: string;
  /** `maxConcurrentActivityFunctions` of host.json when absent. */
  readonly maxConcurrentActivities?: number;
  /** Larger request bodies answer 413; 10 MiB when absent (Azure allows `azureMaxBodyBytes`). */
  readonly maxBodyBytes?: number;
  /** False drops delivered but unconsumed events on continue-as-new, as Azure does for JavaScript apps. */
  readonly keepUnprocessedEvents?: boolean;
  readonly log?: Log;
  /** Called with the entry's exports when it is loaded and before anything of it runs. */
  readonly onLoaded?: (exports: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Trouble to put the app to; none when absent. */
  readonly disturb?: Disturb;
  /** Called after every commit. */
  readonly onCommit?: (commit: Commit) => void;
  /** Runs every execution of a function, for measurements. */
  readonly onInvoke?: OnInvoke;
}

export interface Host {
  /** What the entry module exports. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly functions: readonly RegisteredFunction[];
  readonly key: string;
  readonly fetch: FetchHandler;
  listen(address?: { port?: number; hostname?: string }): Promise<Listener>;
  counters(): Counters;
  instances(filter?: InstanceFilter): InstanceRow[];
  instance(id: string): InstanceRow | undefined;
  history(id: string): HistoryEvent[];
  /** An orchestration with its events and actions, to be replayed by later code. */
  record(id: string): Promise<Recording | undefined>;
  /** Where the code at hand would act differently from a recording; undefined when it would not. */
  checkRecording(recording: Recording): Promise<string | undefined>;
  /** The state of an entity such as `@counter@a`, or undefined. */
  entityState(id: string): unknown;
  /** Finishes what runs and closes. */
  stop(): Promise<void>;
  /** As if the process had died: nothing more is committed or started. */
  kill(): void;
}

/** The largest request body that Azure accepts. */
export const azureMaxBodyBytes = 104_857_600;
