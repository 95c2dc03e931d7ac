import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { compareMachines, type MachineChange } from '../../shared/inventory/diff.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Machine } from '../../shared/model/machine.ts';
import type { Runtime } from '../compose.ts';
import { type CsvColumn, csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { MachinePageQuery } from './schemas.ts';

const DiffQuery = MachinePageQuery.extend({ from: z.string().min(1) });

/** Machines of each inventory compared for one page. */
const SCANNED = 2000;

/** `GET /inventories/{id}/diff?from=OTHER`: what changed since another inventory; paged, JSON or CSV by Accept. */
export const getInventoryDiff = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { from, limit, after } = readQuery(request, DiffQuery);
  const to = await findCompleted(app, request.params['id'] ?? '');
  const base = await findCompleted(app, from);
  const { changes, next } = await comparePage(app, base, to, limit, after);
  if (wantsCsv(request)) {
    const answer = csvResponse(CHANGE_COLUMNS, changes);
    return { ...answer, headers: { ...answer.headers, ...(next && { 'x-next': next }) } };
  }
  return {
    headers: { vary: 'accept' },
    jsonBody: {
      from: { id: base.id, completedAt: base.completedAt, scope: base.scope },
      to: { id: to.id, completedAt: to.completedAt, scope: to.scope },
      counts: countChanges(base, to),
      changes,
      ...(next && { next }),
    },
  };
});

/** Both are kept in the order of the same key, so they are merged page by page. */
async function comparePage(
  { ledger: { inventories } }: Runtime,
  from: Inventory,
  to: Inventory,
  limit: number,
  after: string | undefined,
): Promise<{ changes: MachineChange[]; next: string | undefined }> {
  const [old, now] = [
    await inventories.machinePage(from.id, SCANNED, after),
    await inventories.machinePage(to.id, SCANNED, after),
  ];
  // Beyond the end of the shorter page the other inventory may have rows that were not read.
  const ends = [old, now].flatMap(({ next }) => next ?? []).sort();
  const end = ends[0];
  const pairs = new Map<string, { before?: Machine; after?: Machine }>();
  for (const { key, machine } of old.machines) pairs.set(key, { before: machine });
  for (const { key, machine } of now.machines) pairs.set(key, { ...pairs.get(key), after: machine });
  const changes: MachineChange[] = [];
  for (const [key, pair] of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (end !== undefined && key > end) break;
    const change = compareMachines(pair.before, pair.after);
    if (change === undefined) continue;
    changes.push(change);
    if (changes.length === limit) return { changes, next: key };
  }
  return { changes, next: end };
}

/** The difference of every count of the two summaries. */
function countChanges(from: Inventory, to: Inventory) {
  const counts: Record<string, { before: number; after: number }> = {};
  for (const [name, after] of Object.entries(to.summary ?? {})) {
    const before = from.summary?.[name as keyof typeof from.summary];
    if (typeof after !== 'number' || typeof before !== 'number' || before === after) continue;
    counts[name] = { before, after };
  }
  return counts;
}

const CHANGE_COLUMNS: readonly CsvColumn<MachineChange>[] = [
  { header: 'change', value: ({ change }) => change },
  { header: 'id', value: ({ machineId }) => machineId },
  { header: 'name', value: ({ name }) => name },
  {
    header: 'fields',
    value: (change) =>
      change.change === 'changed'
        ? change.fields
            .map(
              ({ field, before, after }) => `${field}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
            )
            .join('; ')
        : '',
  },
];
