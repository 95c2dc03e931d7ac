import { describe, expect, it } from 'vitest';
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
