import { describe, expect, it } from 'vitest';
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
