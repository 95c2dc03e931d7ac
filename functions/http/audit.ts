import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import { TRAIL_FAULTS } from '../../shared/model/audit-seal.ts';
import type { AuditEntry } from '../../shared/model/wave.ts';
import { PageOfWaveTrail, Trail, TrailQuery } from './audit-queries.ts';
import { accepts, type CsvColumn, pageResponse } from './csv.ts';
import { type EndpointCall, endpoint, readQuery } from './endpoint.ts';
import { collectPage } from './pages.ts';
import { findWave } from './waves.ts';

const JSON_LINES = 'application/x-ndjson';
const MOST_FAULTS = 100;

/** `GET /audit`: the trail of what belongs to no wave, or of a wave or run; JSON, JSON lines or CSV by Accept. */
export const listAudit = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { trail: id, ...page } = readQuery(request, TrailQuery);
  return trailPage(request, app, id ?? null, page);
});

/** `GET /waves/{id}/audit` */
export const getWaveAudit = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { machine, ...page } = readQuery(request, PageOfWaveTrail);
  const { id } = await findWave(app, request.params['id'] ?? '');
  return trailPage(request, app, id, page, machine);
});

/** `GET /audit/check`: whether a trail is as it was when it was sealed, with the last seal to keep elsewhere. */
export const checkAudit = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { trail: id } = readQuery(request, Trail);
  const { faults, ...check } = await app.ledger.seals.verify(id ?? null);
  const shown = faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault, text: TRAIL_FAULTS[fault.code] }));
  return {
    jsonBody: {
      trail: id ?? null,
      intact: faults.length === 0,
      ...check,
      faultCount: faults.length,
      faults: shown,
    },
  };
});

type PageOf = Omit<z.infer<typeof PageOfWaveTrail>, 'machine'>;

async function trailPage(
  request: HttpRequest,
  { ledger }: EndpointCall['app'],
  id: string | null,
  page: PageOf,
  machine?: string,
): Promise<HttpResponseInit> {
  const { items: rows, next } =
    machine === undefined
      ? await wholePage(ledger, id, page)
      : await collectPage(
          page,
          async (limit, after) => {
            const found = await ledger.audit.page(id, { limit, after });
            return { found: found.rows.map((item) => ({ key: item.row, item })), next: found.next };
          },
          ({ entry }) => entry.machineId === machine,
        );
  const items = rows.map(({ row, entry }) => ({ row, ...entry }));
  if (!accepts(request, JSON_LINES))
    return pageResponse(request, { name: 'entries', items, next, about: { trail: id } }, COLUMNS);
  return {
    headers: {
      ...{ 'content-type': `${JSON_LINES}; charset=utf-8`, vary: 'accept' },
      ...(next !== undefined && { 'x-next': next }),
    },
    body: items.map((item) => `${JSON.stringify(item)}\n`).join(''),
  };
}

async function wholePage({ audit }: EndpointCall['app']['ledger'], id: string | null, page: PageOf) {
  const { rows, next } = await audit.page(id, page);
  return { items: rows, next };
}

const COLUMNS: readonly CsvColumn<AuditEntry & { readonly row: string }>[] = [
  { header: 'at', value: ({ at }) => at },
  { header: 'event', value: ({ event }) => event },
  { header: 'by', value: ({ by }) => by },
  { header: 'objectId', value: ({ origin }) => origin?.id },
  { header: 'onBehalfOf', value: ({ origin }) => origin?.onBehalfOf },
  { header: 'signedInBy', value: ({ origin }) => origin?.signedInBy },
  { header: 'channel', value: ({ origin }) => origin?.channel ?? 'app' },
  { header: 'address', value: ({ origin }) => origin?.address },
  { header: 'correlationId', value: ({ origin }) => origin?.correlationId },
  { header: 'wave', value: ({ waveId }) => waveId },
  { header: 'machine', value: ({ machineId }) => machineId },
  { header: 'stage', value: ({ stage }) => stage },
  { header: 'message', value: ({ message }) => message },
  { header: 'before', value: ({ before }) => jsonOf(before) },
  { header: 'after', value: ({ after }) => jsonOf(after) },
  { header: 'data', value: ({ data }) => jsonOf(data) },
  { header: 'row', value: ({ row }) => row },
];

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
