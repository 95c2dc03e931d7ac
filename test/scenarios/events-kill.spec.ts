import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Estate } from '../../rehearsal/estate/index.ts';
import { EVENT_SETTINGS, Event, eventEstate } from '../support/event-estate.ts';
import { runKilled } from '../support/killed.ts';

const app = new URL('../support/killable-events.ts', import.meta.url).pathname;
const KILLS = 8;

describe('a process that is killed while it tells', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('loses no event, keeps their order, and repeats one only under its id', async () => {
    for (const [name, value] of Object.entries(EVENT_SETTINGS)) vi.stubEnv(name, value);
    const undisturbed = await runKilled({ app, file: eventEstate(), points: [] });
    const total = undisturbed.estate.requestLog.total();
    // Half strike anywhere, half when an event was taken and nobody has heard of it.
    const points = Array.from({ length: KILLS }, (_, i) =>
      i % 2 === 0 ? ('event.receive' as const) : Math.ceil(((i + 1) * total) / (KILLS + 1)),
    );

    const killed = await runKilled({ app, file: eventEstate(), points });

    expect(undisturbed.done).toEqual({ completed: true, health: ['healthy'] });
    expect(killed.kills).toBe(KILLS);
    expect(killed.done).toEqual({ completed: true, health: ['healthy'] });
    const [whole, interrupted] = [waveEvents(undisturbed.estate), waveEvents(killed.estate)];
    expect(whole.length).toBeGreaterThan(10);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    const first = interrupted.filter(({ id }, i) => interrupted.findIndex((one) => one.id === id) === i);
    expect(first.map(({ type }) => type)).toEqual(whole.map(({ type }) => type));
    expect(interrupted.map(({ id }) => id)).toEqual(interrupted.map(({ id }) => id).sort());
    // A kill after an answer costs a repetition at the most.
    expect(interrupted.length - first.length).toBeGreaterThan(0);
    expect(interrupted.length - first.length).toBeLessThanOrEqual(KILLS);
  }, 180_000);
});

function waveEvents(estate: Estate) {
  const all = estate.received().map(({ body }) => Event.parse(JSON.parse(body)));
  return all.filter(({ type }) => type.startsWith('ama-migration.wave.') || type.includes('connector'));
}
