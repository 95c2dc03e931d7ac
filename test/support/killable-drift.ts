import { z } from 'zod';
import { type Api, InventoryView, PlanView, WaveView } from '../../rehearsal/drive/api.ts';
import type { Participant } from '../../rehearsal/participant.ts';
import { Finding, Run } from './drift.ts';
import { live } from './killable-life.ts';

const Started = z.object({ id: z.string() });
const DAY_MS = 24 * 3_600_000;

/**
 * A fleet that is migrated, a policy that brings an agent back, and a drift check that may remedy it, all of which can
 * be killed. Says in the end what the check found and did, and what the one after it finds. Every life asks the same.
 */
await live(async (api, participant) => {
  const { body: inventory } = await api.post('/inventories', Started, {}, 'killed-inventory');
  while ((await api.get(`/inventories/${inventory.id}`, InventoryView)).body.status === 'running')
    await participant.sleep(1000);
  const request = {
    inventoryId: inventory.id,
    cohorts: { pilotSize: 0, firstSize: 10 },
    policy: { approvals: { removal: false } },
  };
  const { body: plan } = await api.post('/plans', PlanView, request, 'killed-plan');
  const start = { planId: plan.id, wave: 0, by: 'operator' };
  const { body: wave } = await api.post('/waves', Started, start, 'killed-wave');
  await ended(api, participant, wave.id);
  // A later life waits again, which only makes the evidence older.
  await participant.sleep(DAY_MS);

  const policy = { automatic: ['legacyBack'], caps: { share: 1 } };
  await api.post('/drift-policy', z.unknown(), { by: 'approver', reason: 'agreed', policy });
  const first = await checked(api, participant, 'killed-check');
  const { body: page } = await api.get(
    `/drift/${first.id}/findings`,
    z.object({ findings: z.array(Finding) }),
  );
  const waves = first.remedies.flatMap(({ waveId }) => waveId ?? []);
  for (const id of waves) await ended(api, participant, id);
  const second = await checked(api, participant, 'killed-check-again');
  const { body: all } = await api.get('/waves', z.object({ waves: z.array(Started) }));
  return {
    findings: page.findings.map(({ code, subject }) => `${code} ${subject.id}`),
    remedies: first.remedies.map(({ kind, status, machines }) => ({ kind, status, machines })),
    after: second.counts,
    waves: all.waves.length,
  };
});

async function ended(api: Api, participant: Participant, id: string): Promise<WaveView> {
  for (;;) {
    const { body } = await api.get(`/waves/${id}`, WaveView);
    if (body.finishedAt !== null) return body;
    if (body.phase === 'held') throw new Error(`the wave is held: ${body.message}`);
    await participant.sleep(300_000);
  }
}

async function checked(api: Api, participant: Participant, key: string): Promise<Run> {
  const { body: started } = await api.post('/drift', Started, { by: 'operator' }, key);
  for (;;) {
    const { body } = await api.get(`/drift/${started.id}`, Run);
    if (body.status !== 'running') return body;
    await participant.sleep(30_000);
  }
}
