import type { HttpResponseInit } from '@azure/functions';
import { waveBatches } from '../../shared/model/wave.ts';
import { VERDICT_COLUMNS } from '../../shared/verification/verdicts/columns.ts';
import { countMachine, newTally } from '../../shared/verification/verdicts/tally.ts';
import { tableVerdicts, workspaceVerdicts } from '../../shared/verification/verdicts/view.ts';
import { pageResponse } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { listPage } from './pages.ts';
import { ListQuery } from './schemas.ts';
import { findWave, withDetails } from './waves.ts';

/**
 * `GET /waves/{id}/verdicts`: what the verdicts of a wave say by table and workspace, with counts of machines; JSON
 * or CSV by Accept. Batches are read and added up one after the other, so memory does not grow with the wave.
 */
export const getWaveVerdicts = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, ListQuery);
  const wave = withDetails(await findWave(app, request.params['id'] ?? ''));
  const tally = newTally();
  const nowMs = app.now();
  for (const id of waveBatches(wave))
    for (const machine of await app.ledger.waves.batch(wave.id, id)) countMachine(tally, machine, nowMs);
  const { items, next } = listPage(tableVerdicts(tally), query);
  const about = { waveId: wave.id, machines: tally.machines, workspaces: workspaceVerdicts(tally) };
  return pageResponse(request, { name: 'tables', items, next, about }, VERDICT_COLUMNS);
});
