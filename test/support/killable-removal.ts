import { drive } from '../../rehearsal/drive/drive.ts';
import { live } from './killable-life.ts';

/** A migration whose legacy agents go by scripts, are detached or come with a dependency agent, that can be killed. */
await live(async (api, participant) => {
  const { completed } = await drive({
    api,
    plan: {
      cohorts: { pilotSize: 0, firstSize: 100 },
      policy: {
        scom: [{ tag: { name: 'role', value: 'web' } }],
        removal: { manualInstalls: true, scom: 'detach', dependencyAgent: 'amaMode' },
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
