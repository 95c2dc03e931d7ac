import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { WaveView } from '../../rehearsal/drive/api.ts';
import { scenario } from '../support/scenario.ts';
import { smallEstate } from '../support/small-estate.ts';

const DAY = 24 * 60;

describe('the clean-up timer', () => {
  const { given, when, then, here } = scenario();

  it('purges durable histories after their retention, and the ledger still tells what happened', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    const { session, waveId } = here();

    await when.timePasses({ minutes: 29 * DAY });
    expect(session.host.instance(waveId)?.status).toBe('Completed');

    await when.timePasses({ minutes: 3 * DAY });

    expect(session.host.instance(waveId)).toBeUndefined();
    await then.theWaveIs('completed');
    expect((await then.records()).size).toBe(3);
  });

  it('deletes old inventories and the machines of old waves, and keeps what is still needed', async () => {
    vi.stubEnv('AMA_INVENTORY_RETENTION_DAYS', '10');
    vi.stubEnv('AMA_WAVE_RETENTION_DAYS', '20');
    await given.anEstate(smallEstate());
    const unused = await given.anInventory();
    await when.timePasses({ minutes: 1 });
    const plan = await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    const newest = await given.anInventory();
    const { api, waveId } = here();
    const { body: made } = await api.get(`/plans/${plan.id}`, z.object({ inventoryId: z.string() }));
    const statusOf = (path: string) =>
      api.get(path, z.unknown()).then(
        () => 200,
        (error: { status?: number }) => error.status,
      );

    await when.timePasses({ minutes: 12 * DAY });

    expect(await statusOf(`/inventories/${unused.id}`)).toBe(404);
    expect(await statusOf(`/inventories/${made.inventoryId}/machines`)).toBe(200);
    expect(await statusOf(`/inventories/${newest.id}/machines`)).toBe(200);
    expect((await then.records()).size).toBe(3);

    await when.timePasses({ minutes: 10 * DAY });

    expect(await statusOf(`/waves/${waveId}/machines`)).toBe(410);
    expect(await statusOf(`/waves/${waveId}/verdicts`)).toBe(410);
    await then.theWaveIs('completed');
    expect((await then.theWave()).totals).toMatchObject({ machines: 3 });
  });

  it('leaves the history of a wave that still waits alone', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    await when.timePasses({ minutes: 32 * DAY });
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
  });
});

describe('the watch timer', () => {
  const { given, when, here } = scenario();

  it('says how each wave stands, until an hour after its end, and nothing that persons wrote', async () => {
    const lines: string[] = [];
    await given.anEstate(smallEstate(), { log: ({ message }) => lines.push(message) });
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    const { api, waveId } = here();
    await api.post(`/waves/${waveId}/hold`, WaveView, { by: 'olive operator', reason: 'secret of olive' });
    await when.timePasses({ minutes: 6 });
    await api.post(`/waves/${waveId}/resume`, WaveView, { by: 'olive operator' });
    await when.theWaveRunsToItsEnd();
    await when.timePasses({ minutes: 70 });
    const told = standings(lines);
    await when.timePasses({ minutes: 30 });

    const phases = told.map(({ phase }) => phase);
    expect(phases).toEqual(expect.arrayContaining(['held', 'progressing']));
    expect(told.at(-1)).toEqual({
      ...{ event: 'waveStanding', waveId, planId: here().planId, wave: 0, dryRun: false },
      ...{
        phase: 'completed',
        step: 'finished',
        machines: 3,
        inFlight: 0,
        verified: 3,
        failed: 0,
        holds: '',
      },
    });
    expect(told.find(({ phase }) => phase === 'held')).toMatchObject({ holds: 'operator' });
    expect(standings(lines)).toHaveLength(told.length);
    expect(JSON.stringify(told)).not.toContain('olive');
  });
});

function standings(lines: readonly string[]): Record<string, unknown>[] {
  return lines.flatMap((line) => (line.includes('"waveStanding"') ? [JSON.parse(line)] : []));
}
