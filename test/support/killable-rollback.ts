import { z } from 'zod';
import { WaveView } from '../../rehearsal/drive/api.ts';
import { drive } from '../../rehearsal/drive/drive.ts';
import { live } from './killable-life.ts';
import { KEY_SECRET } from './rollback-scenario.ts';
import { WORKSPACE } from './small-estate.ts';

const WhatIf = z.object({ confirmation: z.string() });
const Waves = z.object({ waves: z.array(WaveView) });
const REQUEST = {
  by: 'operator',
  reason: 'killed',
  undo: { legacyAgent: true, agent: true },
  workspaceKeys: [{ workspaceId: WORKSPACE, secret: KEY_SECRET }],
};

/** A whole migration and the rollback of its wave that can be killed; says what the rollback came to. */
await live(async (api, participant) => {
  await drive({
    api,
    plan: { cohorts: { pilotSize: 0, firstSize: 100 }, policy: { verification: { proof: 'presence' } } },
    requestedBy: 'operator',
    approveAs: 'approver',
    runId: 'killed',
    sleep: participant.sleep,
    onEvent: () => undefined,
  });
  const wave = async () => (await api.get('/waves', Waves)).body.waves[0] as WaveView;
  const { id, rollback } = await wave();
  if (rollback === undefined) {
    const { body } = await api.post(`/waves/${id}/rollback`, WhatIf, REQUEST);
    await api.post(`/waves/${id}/rollback`, WaveView, { ...REQUEST, ...body, whatIf: false });
  }
  for (;;) {
    const { step, message } = await wave();
    if (step === 'finished') return message;
    await participant.sleep(60_000);
  }
});
