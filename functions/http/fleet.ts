import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { currentDigest, fleetHistory } from '../../shared/digest/make-digest.ts';
import { DIGEST_PERIODS } from '../../shared/model/digest.ts';
import type { FleetSnapshot } from '../../shared/model/fleet.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';

/** Ten years of days are one answer. */
export const FleetQuery = z.strictObject({
  from: z.iso.date({ error: 'must be a day such as 2026-11-21' }).optional(),
});
export const DigestQuery = z.strictObject({ period: z.enum(DIGEST_PERIODS).default('daily') });

/** `GET /fleet/history`: the fleet by agent, a point a day on which an inventory was taken; JSON or CSV by Accept. */
export const getFleetHistory = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { from } = readQuery(request, FleetQuery);
  const items = await fleetHistory(app.ledger, from);
  return pageResponse(request, { name: 'items', items, next: undefined }, COLUMNS);
});

/** `GET /digest`: the period that ended last in one object. */
export const getDigest = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { period } = readQuery(request, DigestQuery);
  return { jsonBody: await currentDigest(app, period) };
});

const COLUMNS: readonly CsvColumn<FleetSnapshot>[] = [
  { header: 'at', value: ({ at }) => at },
  { header: 'legacyOnly', value: ({ legacyOnly }) => legacyOnly },
  { header: 'both', value: ({ both }) => both },
  { header: 'amaOnly', value: ({ amaOnly }) => amaOnly },
  { header: 'neither', value: ({ neither }) => neither },
  { header: 'total', value: ({ total }) => total },
];
