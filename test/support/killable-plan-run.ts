import { z } from 'zod';
import { InventoryView, PlanView } from '../../rehearsal/drive/api.ts';
import { live } from './killable-life.ts';
import { startRun } from './plan-runs.ts';

/** A run of a whole plan that can be killed; says in the end how it stands. Every life asks for the same again. */
await live(async (api, participant) => {
  const Started = z.object({ id: z.string() });
  const { body: inventory } = await api.post('/inventories', Started, {}, 'killed-inventory');
  while ((await api.get(`/inventories/${inventory.id}`, InventoryView)).body.status === 'running') {
    await participant.sleep(1000);
  }
  const request = {
    inventoryId: inventory.id,
    cohorts: { pilotSize: 0, firstSize: 1, growth: 1 },
    policy: { approvals: { removal: false }, promotion: { automatic: true, waitSeconds: 600 } },
  };
  const { body: plan } = await api.post('/plans', PlanView, request, 'killed-plan');
  const run = await startRun(api, plan.id, { by: 'operator' }, 'killed-run');
  const { state, promotions, currentWave } = await run.reaches(
    participant,
    ({ finishedAt, holds }) => finishedAt !== null || holds.length > 0,
  );
  return { state, promoted: promotions.map(({ wave }) => wave), wave: currentWave.index };
});
