import pMap from 'p-map';
import type { GraphGateway } from '../../inventory/gateway.ts';
import { normalizeId } from '../../model/ids.ts';
import { isTransient, ok, type Result } from '../../model/trouble.ts';
import { allRows } from '../read-settings.ts';
import { alertRuleHolder } from './alert-rule-holders.ts';
import type { QueryHolderGateway } from './gateway.ts';
import type { QueryHolder, TableSchema } from './model.ts';
import { alertRulesQuery } from './queries/alert-rules.ts';
import { workbooksQuery } from './queries/workbooks.ts';
import { workbookQueries } from './workbook-queries.ts';

export interface ReadHoldersDependencies {
  readonly queryHolders: QueryHolderGateway;
  readonly graph: GraphGateway;
}

/** Something that may hold queries and was not looked into. */
export interface Unread {
  readonly what: string;
  readonly reason: string;
}

export interface HeldQueries {
  readonly holders: readonly QueryHolder[];
  readonly schemas: readonly TableSchema[];
  readonly unread: readonly Unread[];
}

/** Workbooks read at the same time; ARM gives 25 reads a second (facts file 3.11). */
const CONCURRENT_READS = 5;
/** Everything the app may read: rules and workbooks of any subscription can look at a workspace. */
const EVERYWHERE = { managementGroups: [], subscriptions: [] };

/**
 * Everything that holds queries over a workspace, and the tables they can be over. What may not be read is
 * recorded and the rest goes on; a service that is only busy fails the reading, for half the readers would look
 * like all of them. Without the tables nothing can be told, so any trouble with them fails it as well.
 */
export async function readHolders(
  dependencies: ReadHoldersDependencies,
  workspaceResourceId: string,
): Promise<Result<HeldQueries>> {
  const { queryHolders } = dependencies;
  const schemas = await queryHolders.tables(workspaceResourceId);
  if (!schemas.ok) return schemas;
  const parts = [
    withoutSilent(await part('analytics rules', () => queryHolders.analyticsRules(workspaceResourceId))),
    await part('saved searches', () => queryHolders.savedSearches(workspaceResourceId)),
    await part('log alert rules', () => alertRules(dependencies, workspaceResourceId)),
    await workbooks(dependencies, workspaceResourceId),
  ];
  const holders: QueryHolder[] = [];
  const unread: Unread[] = [];
  for (const one of parts) {
    if (!one.ok) return one;
    holders.push(...one.value.holders);
    unread.push(...one.value.unread);
  }
  return ok({ holders, schemas: schemas.value, unread });
}

type Part = Omit<HeldQueries, 'schemas'>;

async function part(
  what: string,
  read: () => Promise<Result<readonly QueryHolder[]>>,
): Promise<Result<Part>> {
  const answer = await read();
  if (answer.ok) return ok({ holders: answer.value, unread: [] });
  if (isTransient(answer.trouble.code)) return answer;
  return ok({ holders: [], unread: [{ what, reason: answer.trouble.message }] });
}

/** A detection that shows no query reads tables all the same, so it is named and not left out. */
function withoutSilent(read: Result<Part>): Result<Part> {
  if (!read.ok) return read;
  const { holders, unread } = read.value;
  const reason = 'It shows no query: which tables and events it reads cannot be told.';
  const silent = holders
    .filter(({ texts }) => texts.length === 0)
    .map(({ name, id }) => ({ what: `analytics rule ${name} (${id})`, reason }));
  return ok({ holders: holders.filter(({ texts }) => texts.length > 0), unread: [...unread, ...silent] });
}

async function alertRules(
  { graph }: ReadHoldersDependencies,
  workspaceId: string,
): Promise<Result<readonly QueryHolder[]>> {
  const rows = await allRows(graph, alertRulesQuery, EVERYWHERE);
  if (!rows.ok) return rows;
  return ok(rows.value.flatMap((row) => alertRuleHolder(row, workspaceId) ?? []));
}

/**
 * Workbooks that belong to the workspace, and those of its subscription that belong to no workspace, such as the
 * ones of Azure Monitor, where a workspace is picked by a parameter.
 */
async function workbooks(
  { graph, queryHolders }: ReadHoldersDependencies,
  workspaceResourceId: string,
): Promise<Result<Part>> {
  const rows = await allRows(graph, workbooksQuery, EVERYWHERE);
  if (!rows.ok) {
    if (isTransient(rows.trouble.code)) return rows;
    return ok({ holders: [], unread: [{ what: 'workbooks', reason: rows.trouble.message }] });
  }
  const id = normalizeId(workspaceResourceId);
  const ofWorkspace = rows.value.filter(({ sourceId }) => normalizeId(sourceId ?? '') === id);
  const general = rows.value.filter(({ sourceId }) => !/\/workspaces\/[^/]+$/i.test(sourceId ?? ''));
  const near = general.filter(({ subscriptionId }) => subscriptionId.toLowerCase() === id.split('/')[2]);
  const far = general.length - near.length;
  // A service that is busy is not asked for the hundreds that are left.
  let busy: Result<never> | undefined;
  const read = await pMap(
    [...ofWorkspace, ...near],
    async (row) => {
      if (busy !== undefined) return { row, content: busy };
      const content = await queryHolders.workbook(row.id);
      if (!content.ok && isTransient(content.trouble.code)) busy = content;
      return { row, content };
    },
    { concurrency: CONCURRENT_READS },
  );
  if (busy !== undefined) return busy;
  const holders: QueryHolder[] = [];
  const unread: Unread[] = [];
  for (const { row, content } of read) {
    const name = row.displayName || row.name;
    const texts = content.ok ? workbookQueries(content.value, id) : undefined;
    if (texts !== undefined) holders.push({ kind: 'workbook', id: row.id, name, enabled: null, texts });
    else unread.push({ what: `workbook ${name} (${row.id})`, reason: reasonOf(content) });
  }
  if (far > 0) {
    const reason = 'They belong to no workspace and lie in other subscriptions; they were not looked into.';
    unread.push({ what: `${far} workbooks`, reason });
  }
  return ok({ holders, unread });
}

function reasonOf(content: Result<string>): string {
  return content.ok ? 'Its content is not that of a workbook.' : content.trouble.message;
}
