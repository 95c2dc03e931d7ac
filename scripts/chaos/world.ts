import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSkippingClock, type SkippingClock } from '../../rehearsal/clock.ts';
import { type Api, createApi } from '../../rehearsal/drive/api.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type Estate,
  type EstateFile,
} from '../../rehearsal/estate/index.ts';
import { share } from '../../rehearsal/estate/random.ts';
import type { Host } from '../../rehearsal/host/index.ts';
import { joinClock, type Participant } from '../../rehearsal/participant.ts';
import { DEFAULT_START, startApp } from '../../rehearsal/session.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { createDice, type Dice } from './dice.ts';
import { disturbances } from './disturbances.ts';
import type { FaultPlan } from './fault-plan.ts';
import { faulty, type Journaled, journaling, mortal, never } from './stores.ts';
import { createTally, type Tally } from './tally.ts';

/** An estate, a ledger and an app over them whose process dies and comes back. */
export interface World {
  readonly clock: SkippingClock;
  readonly estate: Estate;
  /** The ledger's storage without any trouble, for those who judge. */
  readonly store: Store;
  readonly journal: readonly Journaled[];
  /** Legacy extensions that machines carried at first, by normalised id. */
  readonly legacyExtensions: ReadonlySet<string>;
  readonly participant: Participant;
  /** Repeats what is not answered, as a patient client does. */
  readonly api: Api;
  /** A request that nobody repeats, whatever comes of it. */
  post(path: string, body: object): Promise<void>;
  readonly tally: Tally;
  readonly dice: Dice;
  /** Exchanges, writes and commits so far: what places of kills are counted in. */
  steps(): number;
  /** The host that lives now; waits for it while there is none. */
  host(): Promise<Host>;
  /** Errors that the host itself, not the app, reported. */
  readonly hostErrors: readonly string[];
  close(): Promise<void>;
}

interface Life {
  alive: boolean;
  host: Host | undefined;
  readonly died: Promise<undefined>;
  die(): void;
}

const KEY = 'chaos';
const ADDRESS = 'http://127.0.0.1';
/** How often a client sends a request that is not answered well. */
const PATIENCE = 60;

/** `stepsInAll` is how many steps a run without trouble takes; kills are spread over them. */
export async function createWorld(
  file: EstateFile,
  faults: FaultPlan | undefined,
  stepsInAll: number,
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const clock = createSkippingClock({ start: Date.parse(file.behaviour?.start ?? DEFAULT_START) });
  const participant = joinClock(clock);
  const tally = createTally();
  const dice = createDice(faults?.seed ?? 0);
  const wire = faults?.wire ?? [];
  const estate = createEstate({
    file: { ...file, behaviour: { ...file.behaviour, faults: [...wire] } },
    clock,
    ...(faults === undefined ? {} : { faultSeed: faults.seed }),
  });
  const journal: Journaled[] = [];
  const store = journaling(await openSqliteStore(':memory:'), () => estate.requestLog.total(), journal);
  const troubled = faults === undefined ? store : faulty(store, faults.ledger, dice, tally);
  const points = (faults?.kills ?? []).map((share) => Math.ceil(share * stepsInAll));
  const hostErrors: string[] = [];
  let steps = 0;
  let kills = 0;
  let life = newLife();
  let starting = start(life);

  async function start(next: Life): Promise<void> {
    const isAlive = () => next.alive;
    const app = await startApp({
      clock,
      key: KEY,
      hostStore: join(folder, 'host'),
      store: mortal(troubled, isAlive, () => step(next)),
      httpClient: transport(next),
      credential: createEstateCredential(estate),
      onCommit: () => step(next),
      now: () => clock.now() + skew(),
      log: ({ level, category, message }) => {
        if (next.alive && category === 'host' && (level === 'error' || level === 'critical'))
          hostErrors.push(message);
      },
      ...(faults === undefined ? {} : { disturb: disturbances(faults, dice, tally) }),
    });
    next.host = app.host;
  }

  /** The app's clock runs ahead of everybody else's by a time that changes every hour, forth and back. */
  function skew(): number {
    if (faults === undefined) return 0;
    const hour = Math.floor(clock.now() / 3_600_000);
    return Math.round(faults.skewMs * share(faults.seed, 'skew', hour));
  }

  function step({ alive, host }: Life): void {
    steps += 1;
    const next = points[kills];
    if (next === undefined || steps < next || !alive || host === undefined || host !== life.host) return;
    kills += 1;
    tally.add('kill of the process');
    kill();
  }

  function kill(): void {
    const release = clock.hold();
    const victim = life;
    life = newLife();
    const successor = life;
    const downMs = Math.floor(dice.roll('down') ** 4 * 2 * 3_600_000);
    starting = (async () => {
      // What was running gets to its next wait, where it ends.
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
      const down = clock.sleep(downMs);
      release();
      await down;
      const awake = clock.hold();
      await start(successor);
      awake();
    })();
    victim.alive = false;
    victim.host?.kill();
    victim.die();
  }

  function transport(owner: Life) {
    const inner = createInProcessHttpClient(estate);
    return {
      async sendRequest(request: Parameters<typeof inner.sendRequest>[0]) {
        if (!owner.alive) return never<never>();
        const answer = await inner.sendRequest(request).catch((error: unknown) => ({ error }));
        if (faults !== undefined && dice.roll('slow', request.method, request.url) < faults.slow) {
          tally.add('wire: slow answer');
          clock.leap(5000 + Math.floor(dice.roll('slowness') * 235_000));
        }
        step(owner);
        if (!owner.alive) return never<never>();
        if ('error' in answer) throw answer.error;
        return answer;
      },
    };
  }

  /** One request, without patience: undefined when the process died over it. */
  async function send(request: Request): Promise<Response | undefined> {
    const { host, died } = life;
    return host === undefined ? undefined : Promise.race([host.fetch(request), died]);
  }

  /** A client that repeats what was not answered, over deaths and errors. */
  async function fetch(request: Request): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      while (life.host === undefined) await participant.sleep(5000);
      const answer = await send(request.clone());
      if (answer !== undefined && (answer.status < 500 || attempt === PATIENCE)) return answer;
      await participant.sleep(5000);
    }
  }

  await starting;
  return {
    ...{
      clock,
      estate,
      store,
      journal,
      legacyExtensions: legacyOf(estate),
      participant,
      tally,
      dice,
      hostErrors,
    },
    api: createApi({ url: ADDRESS, key: KEY, fetch }),
    async post(path, body) {
      const headers = { 'content-type': 'application/json', 'x-functions-key': KEY };
      await send(
        new Request(new URL(path, ADDRESS), { method: 'POST', headers, body: JSON.stringify(body) }),
      );
    },
    steps: () => steps,
    async host() {
      while (life.host === undefined) await participant.sleep(1000);
      return life.host;
    },
    async close() {
      participant.leave();
      await starting;
      life.alive = false;
      life.host?.kill();
      clock.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function legacyOf(estate: Estate): Set<string> {
  const extensions = estate
    .machineIds()
    .flatMap((id) =>
      (estate.snapshot(id)?.extensions ?? [])
        .filter(({ agent }) => agent === 'legacy')
        .map(({ name }) => `${id}/extensions/${name}`.toLowerCase()),
    );
  return new Set(extensions);
}

function newLife(): Life {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { alive: true, host: undefined, died: promise, die: () => resolve(undefined) };
}
