import { z } from 'zod';
import { drive } from '../../rehearsal/drive/drive.ts';
import { HOOK_SECRET, URL_SECRET } from './event-estate.ts';
import { live } from './killable-life.ts';

/** A whole migration that somebody listens to; says in the end how far the listener is. */
await live(async (api, participant) => {
  // Another life's subscription has another id, and there is one already.
  const { body } = await api.get('/subscriptions', z.object({ subscriptions: z.array(z.unknown()) }));
  if (body.subscriptions.length === 0)
    await api.post('/subscriptions', z.unknown(), { callbackUrl: URL_SECRET, signingSecret: HOOK_SECRET });
  const { completed } = await drive({
    api,
    plan: { cohorts: { pilotSize: 0, firstSize: 100 } },
    requestedBy: 'operator',
    approveAs: 'approver',
    runId: 'killed',
    sleep: participant.sleep,
    onEvent: () => undefined,
  });
  // Longer than the watch takes to find what a kill left.
  await participant.sleep(2 * 3_600_000);
  const Health = z.object({ subscriptions: z.array(z.object({ health: z.string() })) });
  const { body: after } = await api.get('/subscriptions', Health);
  return { completed, health: after.subscriptions.map(({ health }) => health) };
});
