import { drive } from '../../rehearsal/drive/drive.ts';
import { live } from './killable-life.ts';

/** A migration of a scale set whose instances the app upgrades itself, that can be killed. */
await live(async (api, participant) => {
  const { completed } = await drive({
    api,
    plan: {
      cohorts: { pilotSize: 0, firstSize: 100 },
      policy: {
        verification: { proof: 'presence' },
        scaleSets: { upgradeManual: true, batchPercent: 50 },
      },
    },
    requestedBy: 'operator',
    approveAs: 'approver',
    runId: 'killed',
    sleep: participant.sleep,
    onEvent: () => undefined,
  });
  return completed;
});
