import { drive } from '../../rehearsal/drive/drive.ts';
import { live } from './killable-life.ts';

/** A whole migration that can be killed; says in the end whether every wave completed. */
await live(async (api, participant) => {
  const { completed } = await drive({
    api,
    plan: { cohorts: { pilotSize: 0, firstSize: 100 } },
    requestedBy: 'operator',
    approveAs: 'approver',
    runId: 'killed',
    sleep: participant.sleep,
    onEvent: () => undefined,
  });
  return completed;
});
