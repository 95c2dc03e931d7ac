import type { Clock } from '../clock.ts';
import { createRoutes } from './arm/routes.ts';
import { type DeskView, viewDesk } from './desks/desks.ts';
import { createFaults } from './faults.ts';
import type { EstateFile } from './file/schema.ts';
import { exchange, type Outcome, type Parts } from './handle.ts';
import { createIdentity } from './identity.ts';
import { createMutate, type Mutate } from './mutate.ts';
import { tellObservers } from './observers.ts';
import type { Received } from './receivers.ts';
import { toExchange } from './redact.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { type MachineSnapshot, snapshot } from './snapshot.ts';
import { loadState } from './state/load.ts';
import { createOtherLoad } from './throttle/other-load.ts';
import { type BucketReport, createThrottle } from './throttle/throttle.ts';
import type { Exchange, WireRequest, WireResponse } from './wire.ts';

export interface EstateOptions {
  readonly file: EstateFile;
  readonly clock: Clock;
  /** Decides every variation; default 1. */
  readonly seed?: number;
  /** Decides which exchanges declared faults strike; default the seed. */
  readonly faultSeed?: number;
  /** Divides durations, lags and intervals and multiplies refill rates; default 1. */
  readonly timeScale?: number;
  /** Secret that the token endpoint asks for; default random. A fixed one lets settings be written down beforehand. */
  readonly identityHeader?: string;
  /** Called with every exchange, secrets removed. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** `counters` keeps no entries, for fleets; default `entries`. */
  readonly log?: 'entries' | 'counters';
}

export interface Estate {
  /** Answers one request. Real addresses only: `https://management.azure.com/…`. */
  handle(request: WireRequest): Promise<WireResponse>;
  /** The same without a promise; for the in-process client. */
  handleNow(request: WireRequest): Outcome;
  readonly requestLog: RequestLog;
  throttleReport(): readonly BucketReport[];
  /** How often each declared fault struck, by its name. */
  faultReport(): ReadonlyMap<string, number>;
  snapshot(machineId: string): MachineSnapshot | undefined;
  machineIds(): readonly string[];
  /** What receivers outside of Azure got from the app, in order. */
  received(): readonly Received[];
  /** The ticket desk at a host; undefined: there is none. */
  desk(host: string): DeskView | undefined;
  readonly mutate: Mutate;
  /** A bearer token without the token endpoint, for tests. */
  issueToken(principal?: string, resource?: string): string;
  /** Environment of an app that shall use this estate; `url` is what `serveEstate` answered. */
  settings(url: string): Record<string, string>;
}

/** A simulated Azure from an estate file. DESIGN D1, section 6. */
export function createEstate(options: EstateOptions): Estate {
  const { file, clock, seed = 1, timeScale = 1, onExchange } = options;
  const state = loadState({ file, clock, seed, timeScale });
  const identity = createIdentity(options.identityHeader);
  const log = createRequestLog(options.log !== 'counters');
  const limits = file.behaviour?.limits;
  const throttle = createThrottle({
    factor: limits?.factor ?? 1,
    off: limits?.off ?? false,
    timeScale,
    loadsOn: createOtherLoad(file.behaviour?.otherLoad),
  });
  const parts: Parts = {
    state,
    routes: createRoutes(),
    identity,
    throttle,
    faults: createFaults(file.behaviour?.faults, options.faultSeed ?? seed),
    log: log.add,
  };

  function handleNow(request: WireRequest): Outcome {
    const outcome = exchange(parts, request);
    tellObservers(request, outcome.response.status);
    onExchange?.(toExchange(request, outcome.response));
    return outcome;
  }

  return {
    handleNow,
    async handle(request) {
      const { response, delayMs } = handleNow(request);
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return response;
    },
    requestLog: log,
    throttleReport: () => throttle.report(),
    faultReport: () => parts.faults.report(),
    snapshot: (machineId) => snapshot(state, machineId),
    received: () => state.received,
    machineIds: () => state.machineOrder.map((machine) => machine.id),
    desk(host) {
      const desk = state.desks.get(host);
      return desk === undefined ? undefined : viewDesk(desk, () => clock.now());
    },
    mutate: createMutate(state, file),
    issueToken: (principal = 'system', resource = 'https://management.azure.com') =>
      identity.issue(principal, resource).token,
    settings: (url) => ({
      IDENTITY_ENDPOINT: `${url}/identity/token`,
      IDENTITY_HEADER: identity.header,
      AMA_ESTATE_URL: url,
    }),
  };
}
