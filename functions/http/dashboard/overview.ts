import type { HttpResponseInit } from '@azure/functions';
import { fleetHistory } from '../../../shared/dashboard/fleet.ts';
import { planProgress } from '../../../shared/dashboard/likely-end.ts';
import { needsPerson } from '../../../shared/dashboard/needs-person.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import type { CalledApp } from '../caller.ts';
import { polledEndpoint, readQuery } from '../endpoint.ts';
import { NoQuery } from '../schemas.ts';
import { waveView } from '../wave-view.ts';

/** A fleet that is reckoned is told to the minute, so that an answer that says the same is the same. */
const MINUTE_MS = 60_000;

/** `GET /overview`: how the whole migration stands, in one call. */
export const getOverview = polledEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const [inventories, all] = await Promise.all([app.ledger.inventories.list(), app.ledger.waves.list()]);
  const waves = all.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const shown = await Promise.all(waves.map((wave) => viewOf(app, wave)));
  const now = new Date(Math.floor(app.now() / MINUTE_MS) * MINUTE_MS).toISOString();
  const counted = waves.map((wave, i) => ({ wave, counts: shown[i]?.counts ?? {} }));
  return {
    jsonBody: {
      inventory: latestOf(inventories),
      fleet: fleetHistory(inventories, counted, now),
      waves: shown.map(lineOf),
      needs: needsPerson(shown, inventories[0]),
      plan: await progressOf(app, waves),
    },
  };
});

/** Views of waves that have ended, which change only with their record. */
const ended = new WeakMap<CalledApp['ledger']['waves'], Map<string, [string, ReturnType<typeof waveView>]>>();

function viewOf(app: CalledApp, wave: Wave): ReturnType<typeof waveView> {
  if (wave.step !== 'finished') return waveView(app, wave);
  const known = ended.get(app.ledger.waves) ?? new Map<string, [string, ReturnType<typeof waveView>]>();
  ended.set(app.ledger.waves, known);
  const as = JSON.stringify(wave);
  const [was, view] = known.get(wave.id) ?? [];
  if (was === as && view !== undefined) return view;
  const fresh = waveView(app, wave);
  known.set(wave.id, [as, fresh]);
  fresh.catch(() => known.delete(wave.id));
  return fresh;
}

function lineOf(view: Awaited<ReturnType<typeof waveView>>) {
  const { id, planId, index, dryRun, phase, message, step, machineCount, totals, counts } = view;
  const { createdAt, finishedAt, requestedBy, soakUntil } = view;
  const through = (counts.confirm?.done ?? 0) + (counts.confirm?.alreadyDone ?? 0);
  return {
    ...{ id, planId, index, dryRun, phase, message, step, machineCount, totals },
    ...{ migrated: through, createdAt, finishedAt, requestedBy, soakUntil },
  };
}

function latestOf(inventories: readonly Inventory[]) {
  const completed = inventories
    .filter(({ status }) => status === 'completed')
    .toSorted((a, b) => ((a.completedAt ?? '') < (b.completedAt ?? '') ? 1 : -1))[0];
  const running = inventories.find(({ status }) => status === 'running');
  return {
    id: completed?.id ?? null,
    completedAt: completed?.completedAt ?? null,
    machines: completed?.summary?.machines ?? null,
    assessment: completed?.summary?.assessment ?? null,
    running: running?.id ?? null,
  };
}

/** The plan that is under way: of the newest wave that is no dry run, else the newest. */
async function progressOf(app: CalledApp, waves: readonly Wave[]) {
  const real = waves.filter(({ dryRun }) => !dryRun);
  const planId = real[0]?.planId ?? (await app.ledger.plans.list())[0]?.id;
  if (planId === undefined) return null;
  const { id, name, counts, waves: planned } = await app.plan(planId);
  const own = real.filter((wave) => wave.planId === id);
  return { id, name, counts, ...planProgress(planned, own, app.now()) };
}
