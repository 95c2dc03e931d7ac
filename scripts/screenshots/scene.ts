import { readFileSync } from 'node:fs';
import { type EstateFile, parseEstate } from '../../rehearsal/estate/index.ts';
import { joinClock } from '../../rehearsal/participant.ts';
import { type Session, type SessionOptions, startSession } from '../../rehearsal/session.ts';

const SAMPLES = new URL('../../rehearsal/samples/', import.meta.url);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Simulated time after which a scene that waits for something gives up. */
const PATIENCE_MS = 20 * DAY;

export interface SceneOptions extends Partial<SessionOptions> {
  readonly estate?: EstateFile;
  /** Headers that stand for who is signed in, such as a principal. */
  readonly headers?: (role: 'operator' | 'approver') => Readonly<Record<string, string>>;
}

interface Shown {
  readonly id: string;
  readonly phase: string;
  readonly step: string;
  readonly finishedAt: string | null;
  readonly totals: { readonly inFlight: number };
}

/** The sample estate behind a port, with time that stands still until the scene lets it pass. */
export async function openScene({ estate, headers, ...options }: SceneOptions = {}) {
  const session: Session = await startSession({ file: estate ?? sample(), key: 'rehearsal', ...options });
  const person = joinClock(session.clock);
  const { origin } = await session.host.listen({ port: 0 });

  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    role: 'operator' | 'approver' = 'operator',
  ) {
    const request = new Request(`http://127.0.0.1/api${path}`, {
      method,
      headers: { 'x-functions-key': session.host.key, ...headers?.(role) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await session.host.fetch(request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async function until<T>(path: string, wanted: (answer: T) => boolean): Promise<T> {
    const limit = session.clock.now() + PATIENCE_MS;
    for (;;) {
      const answer = await call<T>('GET', path);
      if (wanted(answer)) return answer;
      if (session.clock.now() > limit) throw new Error(`${path} stays ${JSON.stringify(answer)}`);
      await person.sleep(5 * MINUTE);
    }
  }

  return {
    session,
    origin,
    call,
    pass: (ms: number) => person.sleep(ms),

    async inventory(): Promise<string> {
      const { id } = await call<{ id: string }>('POST', '/inventories', {});
      await until<{ status: string }>(`/inventories/${id}`, ({ status }) => status !== 'running');
      return id;
    },

    async plan(request: object = samplePlan()): Promise<string> {
      return (await call<{ id: string }>('POST', '/plans', request)).id;
    },

    async start(planId: string, wave: number, by: object = { by: 'olive operator' }): Promise<string> {
      return (await call<{ id: string }>('POST', '/waves', { planId, wave, ...by })).id;
    },

    reaches: (id: string, wanted: (wave: Shown) => boolean) => until<Shown>(`/waves/${id}`, wanted),

    approve: (id: string, by: object = { by: 'anna approver' }) =>
      call('POST', `/waves/${id}/approve`, by, 'approver'),

    async close(): Promise<void> {
      person.leave();
      await session.close();
    },
  };
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

export function sample(): EstateFile {
  const parsed = parseEstate(JSON.parse(readFileSync(new URL('contoso.json', SAMPLES), 'utf8')));
  if (!parsed.ok) throw new Error('the sample estate is not valid');
  return parsed.estate;
}

export function samplePlan(): object {
  return JSON.parse(readFileSync(new URL('contoso.plan.json', SAMPLES), 'utf8')) as object;
}

/** Lets a wave of the sample run on until it waits for somebody, or ends. */
export async function runOn(scene: Scene, id: string, by?: object): Promise<Shown> {
  const wave = await scene.reaches(
    id,
    ({ phase, finishedAt, totals }) =>
      finishedAt !== null || phase === 'awaitingApproval' || (phase === 'held' && totals.inFlight === 0),
  );
  if (wave.phase !== 'awaitingApproval') return wave;
  await scene.approve(id, by);
  return runOn(scene, id, by);
}
