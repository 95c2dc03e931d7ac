import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Workspace } from '../../shared/model/machine.ts';
import { isTransient } from '../../shared/model/trouble.ts';
import { readDuplicates } from '../../shared/verification/duplicates/duplicates.ts';
import type { Duplicates, TableDuplicates } from '../../shared/verification/duplicates/model.ts';
import { azureProblem } from './azure-problem.ts';
import { findWorkspace } from './connector-parts.ts';
import { type CsvColumn, csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { listPage } from './pages.ts';
import { ListQuery } from './schemas.ts';

/** Each workspace of a page takes a query, and one more a table where both agents were heard. */
export const DuplicateIngestionQuery = ListQuery.extend({
  limit: z.coerce.number().int().min(1).max(20).default(5),
  inventory: z.string().min(1).default('latest'),
  workspace: z.string().min(1).optional().describe('Customer id of one workspace.'),
  /** What a gigabyte (10^9 bytes) costs; without it nothing is said of money. */
  pricePerGb: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,6})?$/, 'must be a price from 0 to 1000, such as 2.3')
    .transform(Number)
    .pipe(z.number().max(1000))
    .optional(),
});

/**
 * `GET /duplicate-ingestion`: what is paid twice now, by workspace and table, and what removal saves; JSON or CSV by
 * Accept. Measured at every call. 503 where nothing of a page could be measured and time may cure it.
 */
export const getDuplicateIngestion = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { inventory: wanted, workspace, pricePerGb, ...query } = readQuery(request, DuplicateIngestionQuery);
  const inventory = await findCompleted(app, wanted);
  const all =
    workspace === undefined
      ? await app.ledger.inventories.readPart<Workspace>(inventory.id, 'workspaces')
      : [(await findWorkspace(app, workspace, inventory.id)).workspace];
  const { items, next } = listPage(all, query);
  const answers = [];
  // One workspace after the other: each asks for several tables at once.
  for (const item of items)
    answers.push(await readDuplicates({ logs: app.logs, now: () => app.now() }, item, pricePerGb));
  const troubles = answers.flatMap(({ trouble }) => trouble ?? []);
  const busy = troubles.find(({ code }) => isTransient(code));
  if (busy !== undefined && troubles.length === answers.length)
    throw azureProblem(busy, 'What is paid twice could not be measured');
  const workspaces = answers.map(({ duplicates }) => duplicates);
  if (wantsCsv(request)) {
    const answer = csvResponse(COLUMNS, workspaces.flatMap(linesOf));
    return { ...answer, headers: { ...answer.headers, ...(next !== undefined && { 'x-next': next }) } };
  }
  return {
    headers: { vary: 'accept' },
    jsonBody: {
      inventoryId: inventory.id,
      inventoryCompletedAt: inventory.completedAt,
      pricePerGb: pricePerGb ?? null,
      workspaces,
      ...(next !== undefined && { next }),
    },
  };
});

interface Line {
  readonly result: 'table' | 'nothing' | 'unread';
  readonly of: Duplicates;
  readonly table?: TableDuplicates;
  readonly what?: string;
  readonly reason?: string;
}

/** A line a table, then what could not be read; one line where nothing is paid twice. */
function linesOf(of: Duplicates): Line[] {
  const tables = of.tables.map((table): Line => ({ result: 'table', of, table, what: table.table }));
  const unread = of.unread.map((one): Line => ({ result: 'unread', of, ...one }));
  return tables.length + unread.length === 0 ? [{ result: 'nothing', of }] : [...tables, ...unread];
}

const COLUMNS: readonly CsvColumn<Line>[] = [
  { header: 'workspace', value: ({ of }) => of.workspace },
  { header: 'name', value: ({ of }) => of.name },
  { header: 'result', value: ({ result }) => result },
  { header: 'table', value: ({ what }) => what },
  { header: 'machines', value: ({ table }) => table?.machines },
  { header: 'billedGb', value: ({ table }) => table?.billedGb },
  { header: 'twiceGbPerDay', value: ({ table }) => table?.twiceGbPerDay },
  { header: 'removalSavesGbPerDay', value: ({ table }) => table?.removalSavesGbPerDay },
  { header: 'removalSavesGbPerMonth', value: ({ table }) => table?.removalSavesGbPerMonth },
  { header: 'twiceMoneyPerDay', value: ({ table }) => table?.money?.twicePerDay },
  { header: 'removalSavesMoneyPerDay', value: ({ table }) => table?.money?.removalSavesPerDay },
  { header: 'removalSavesMoneyPerMonth', value: ({ table }) => table?.money?.removalSavesPerMonth },
  { header: 'halvedShare', value: ({ table }) => table?.halvedShare },
  { header: 'query', value: ({ table }) => table?.evidence.query },
  { header: 'since', value: ({ of }) => of.window.since },
  { header: 'until', value: ({ of }) => of.window.until },
  { header: 'reason', value: ({ reason }) => reason },
];
