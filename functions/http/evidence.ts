import type { HttpResponseInit } from '@azure/functions';
import { contentDigest } from '../../shared/reports/archive.ts';
import { waveEvidence } from '../../shared/reports/evidence.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { EvidenceQuery } from './report-queries.ts';
import { findWave, withDetails } from './waves.ts';

/** `GET /waves/{id}/evidence`: a zip with hashes; the next part of a large wave is named in a header. */
export const getWaveEvidence = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { after } = readQuery(request, EvidenceQuery);
  const wave = withDetails(await findWave(app, request.params['id'] ?? ''));
  const { name, zip, next } = await waveEvidence(app, wave, { after });
  return {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}"`,
      'content-digest': contentDigest(zip),
      ...(next !== undefined && { 'x-next': next }),
    },
    body: zip,
  };
});
