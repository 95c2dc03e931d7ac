import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import {
  type AffectedChange,
  type BlastRadius,
  blastRadius,
  type Reader,
} from '../../shared/rules/blast-radius/blast-radius.ts';
import type { QueryHolder } from '../../shared/rules/blast-radius/model.ts';
import { tableChanges } from '../../shared/rules/blast-radius/table-changes.ts';
import { azureProblem } from './azure-problem.ts';
import { type CsvColumn, csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findRuleSet } from './rulesets.ts';

export const BlastRadiusQuery = z.strictObject({
  /** Only changes of this table. */
  table: z.string().min(1).max(100).optional(),
});

/**
 * `GET /rulesets/{id}/blast-radius`: which analytics rules, alert rules, saved searches and workbooks read what
 * differs once the rule set collects. Read from Azure at every call. As CSV one line a reader, then what is
 * unresolved and unread.
 */
export const getRuleSetBlastRadius = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { table } = readQuery(request, BlastRadiusQuery);
  const { ruleSet, workspace } = await findRuleSet(app, request.params['id'] ?? '');
  const changes = tableChanges(ruleSet).filter(
    (change) => table === undefined || change.table.toLowerCase() === table.toLowerCase(),
  );
  const found = await blastRadius(app, workspace.resourceId, changes);
  if (!found.ok)
    throw azureProblem(found.trouble, 'The workspace cannot be read', { otherwise: 'workspaceNotReadable' });
  if (wantsCsv(request)) return csvResponse(COLUMNS, linesOf(found.value));
  return {
    headers: { vary: 'accept' },
    jsonBody: { id: ruleSet.id, workspaceId: workspace.resourceId, ...view(found.value) },
  };
});

export function view({ changes, unresolved, unread, holders }: BlastRadius) {
  const readers = new Set(changes.flatMap((change) => change.readers.map(({ holder }) => holder.id)));
  return {
    changes: changes.map((change) => ({ ...change, readers: change.readers.map(readerView) })),
    unresolved: unresolved.map(({ holder, place, why }) => ({ ...holderView(holder), place, why })),
    unread,
    counts: {
      changes: changes.length,
      holders,
      readers: readers.size,
      unresolved: unresolved.length,
      unread: unread.length,
    },
  };
}

function holderView({ kind, name, id, enabled }: QueryHolder) {
  return { kind, name, id, enabled };
}

function readerView({ holder, place, columns, how }: Reader) {
  return { ...holderView(holder), place, columns, how };
}

interface Line {
  readonly result: 'reader' | 'unresolved' | 'unread';
  readonly change?: AffectedChange;
  readonly holder?: QueryHolder;
  readonly place?: string;
  readonly reader?: Reader;
  readonly why: string;
}

function* linesOf({ changes, unresolved, unread }: BlastRadius): Generator<Line> {
  for (const change of changes) {
    for (const reader of change.readers) {
      const { holder, place } = reader;
      yield { result: 'reader', change, holder, place, reader, why: change.why };
    }
  }
  for (const one of unresolved) yield { result: 'unresolved', ...one };
  for (const { what, reason } of unread) yield { result: 'unread', place: what, why: reason };
}

const joined = (columns: readonly string[] | 'all' | undefined) =>
  columns === 'all' ? columns : columns?.join(' ');

const COLUMNS: readonly CsvColumn<Line>[] = [
  { header: 'result', value: ({ result }) => result },
  { header: 'table', value: ({ change }) => change?.table },
  { header: 'code', value: ({ change }) => change?.code },
  { header: 'changedColumns', value: ({ change }) => joined(change?.columns) },
  { header: 'kind', value: ({ holder }) => holder?.kind },
  { header: 'name', value: ({ holder }) => holder?.name },
  { header: 'enabled', value: ({ holder }) => holder?.enabled },
  { header: 'place', value: ({ place }) => place },
  { header: 'readColumns', value: ({ reader }) => joined(reader?.columns) },
  { header: 'how', value: ({ reader }) => reader?.how },
  { header: 'why', value: ({ why }) => why },
  { header: 'id', value: ({ holder }) => holder?.id },
];
