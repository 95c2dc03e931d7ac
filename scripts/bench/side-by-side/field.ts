import type { HttpClient } from '@azure/core-rest-pipeline';
import { type Clock, createSkippingClock } from '../../../rehearsal/clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type Estate,
  type EstateFile,
} from '../../../rehearsal/estate/index.ts';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { DEFAULT_START } from '../../../rehearsal/session.ts';

const SUBSCRIPTIONS_AND_REGIONS = 10;
/** Every so many machines one whose Azure Monitor Agent is there and never heard, and one whose removal sticks. */
const SILENT_EVERY = 50;
const STUCK_EVERY = 100;
/** What a call takes. Own estimate; without it any number of calls would fit into one instant. */
const CALL_SECONDS = 0.3;

/** Ready machines that have both agents, a few of them in trouble: the same for everyone who is compared. */
export function sideBySideEstate(machines: number): EstateFile {
  const options = {
    machines,
    seed: 1,
    cells: SUBSCRIPTIONS_AND_REGIONS,
    arcShare: 0.3,
    agents: 'both',
  } as const;
  const file = fleet(options);
  const ids = file.resources.map(({ id }) => String(id)).filter(isMachine);
  const every = (step: number, from: number) => ids.filter((_, i) => i % step === from);
  return {
    ...file,
    behaviour: {
      ...file.behaviour,
      silentAgents: every(SILENT_EVERY, 0).map((machine) => ({ machine, agent: 'ama' })),
      stuckExtensions: every(STUCK_EVERY, 7).map((machine) => ({ machine, agent: 'legacy' })),
    },
  };
}

function isMachine(id: string): boolean {
  return /\/(virtualMachines|machines)\/[^/]+$/i.test(id);
}

/** Machines on which no data of Azure Monitor Agent comes. */
export function silentMachines(file: EstateFile): ReadonlySet<string> {
  return new Set(file.behaviour?.silentAgents?.map(({ machine }) => machine.toLowerCase()));
}

export function hasLegacyAgent(estate: Estate, machineId: string): boolean {
  return estate.snapshot(machineId)?.extensions.some(({ agent }) => agent === 'legacy') ?? false;
}

/** Where a script runs: SDK options that lead to a simulated Azure, on a clock that skips. */
export interface Field {
  readonly estate: Estate;
  readonly clock: Clock;
  readonly credential: ReturnType<typeof createEstateCredential>;
  readonly options: { readonly httpClient: HttpClient };
  /** Machines for which Azure took a deletion. */
  readonly accepted: ReadonlySet<string>;
  /** The script's process has ended: nothing that it still had in hand is sent. */
  end(): void;
}

/**
 * A field for one script. Timers of this process run on its clock from here on, so that the SDKs' own retries and
 * polls pass in simulated time: a process for each field.
 */
export function openField(file: EstateFile): Field {
  const clock = createSkippingClock({ start: Date.parse(file.behaviour?.start ?? DEFAULT_START) });
  const estate = createEstate({ file, clock, seed: 1, log: 'counters' });
  const timers = globalThis as unknown as Record<string, unknown>;
  timers['setTimeout'] = (task: (...input: unknown[]) => void, ms = 0, ...input: unknown[]) =>
    clock.at(clock.now() + ms, () => task(...input));
  timers['clearTimeout'] = (cancel: (() => void) | undefined) => cancel?.();
  const accepted = new Set<string>();
  let ended = false;
  const azure = createInProcessHttpClient(estate);
  return {
    estate,
    clock,
    accepted,
    credential: createEstateCredential(estate),
    end() {
      ended = true;
    },
    options: {
      httpClient: {
        async sendRequest(request) {
          await clock.sleep(CALL_SECONDS * 1000);
          if (ended) throw new Error('the process has ended');
          const answer = await azure.sendRequest(request);
          const machine = /^https:\/\/[^/]+(\/subscriptions\/.+)\/extensions\/[^/]+$/i.exec(
            request.url.split('?')[0] ?? '',
          )?.[1];
          if (request.method === 'DELETE' && answer.status < 300 && machine !== undefined)
            accepted.add(machine.toLowerCase());
          return answer;
        },
      },
    },
  };
}
