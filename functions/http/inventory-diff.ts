import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { compareMachines, compareNames, type MachineChange } from '../../shared/inventory/diff.ts';
import type { EstateFinding } from '../../shared/model/findings.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Machine } from '../../shared/model/machine.ts';
import type { Runtime } from '../compose.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { MachinePageQuery } from './schemas.ts';

export const DiffQuery = MachinePageQuery.extend({ from: z.string().min(1) });

/** Machines of each inventory compared for one page. */
const SCANNED = 2000;

/** `GET /inventories/{id}/diff?from=OTHER`: what changed since another inventory; paged, JSON or CSV by Accept. */
export const getInventoryDiff = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { from, limit, after } = readQuery(request, DiffQuery);
  const to = await findCompleted(app, request.params['id'] ?? '');
  const base = await findCompleted(app, from);
  const { changes, next } = await comparePage(app, base, to, limit, after);
  const about = {
    from: { id: base.id, completedAt: base.completedAt, scope: base.scope },
    to: { id: to.id, completedAt: to.completedAt, scope: to.scope },
    counts: countChanges(base, to),
    // With the first page alone: the lists are short beside the machines.
    ...(after === undefined ? { estate: await compareEstates(app, base, to) } : {}),
  };
  return pageResponse(request, { name: 'changes', items: changes, next, about }, CHANGE_COLUMNS);
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

/** Rules, endpoints, workspaces and findings that came or went; a finding is named by its code and what it is about. */
async function compareEstates({ ledger: { inventories } }: Runtime, from: Inventory, to: Inventory) {
  const [old, now] = [await inventories.estate(from.id), await inventories.estate(to.id)];
  const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
  const findings = async ({ id }: Inventory) =>
    (await inventories.readPart<EstateFinding>(id, 'findings')).map(
      ({ code, subject }) => `${code} ${subject.id}`,
    );
  return {
    rules: compareNames(ids(old.rules), ids(now.rules)),
    endpoints: compareNames(ids(old.endpoints), ids(now.endpoints)),
    workspaces: compareNames(ids(old.workspaces), ids(now.workspaces)),
    unreadWorkspaces: compareNames(ids(old.unreadWorkspaces), ids(now.unreadWorkspaces)),
    findings: compareNames(await findings(from), await findings(to)),
  };
}

/** The difference of every count of the two summaries; those inside others are named `reasons.locked`. */
function countChanges(from: Inventory, to: Inventory) {
  const [before, after] = [flatCounts(from), flatCounts(to)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const [old, now] = [before.get(name) ?? 0, after.get(name) ?? 0];
      return old === now ? [] : [[name, { before: old, after: now }] as const];
    }),
  );
}

function flatCounts({ summary }: Inventory): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, value] of Object.entries(summary ?? {})) {
    if (typeof value === 'number') counts.set(name, value);
    else if (!Array.isArray(value))
      for (const [inner, count] of Object.entries<number>(value as Record<string, number>))
        counts.set(`${name}.${inner}`, count);
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
