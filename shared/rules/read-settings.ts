import pMap from 'p-map';
import type { GraphGateway, GraphScope } from '../inventory/gateway.ts';
import { solutionsQuery } from '../inventory/queries/solutions.ts';
import { normalizeId } from '../model/ids.ts';
import type { QueryDefinition, QueryParameters } from '../model/query.ts';
import { fail, isTransient, ok, type Result } from '../model/trouble.ts';
import { arrivalsIn, type ExistingRule } from './convert/existing.ts';
import { registeredConverters } from './convert/kinds/index.ts';
import type { SettingsSource, WorkspaceSettings } from './convert/model.ts';
import { ruleBodiesQuery } from './queries/rule-bodies.ts';
import type { SettingsGateway } from './settings-gateway.ts';

export interface ReadSettingsDependencies {
  readonly settings: SettingsGateway;
  readonly graph: GraphGateway;
}

/** Calls under way at the same time for one workspace. */
const CONCURRENT_READS = 4;
/** Pages of Resource Graph that one reading takes at most: a hundred thousand rules. */
const MAX_PAGES = 100;

/**
 * All that a conversion goes by. A kind that may not be read is recorded and the rest goes on; a service that
 * is only busy fails the reading, for half the settings would look like all of them.
 */
export async function readSettings(
  { settings, graph }: ReadSettingsDependencies,
  workspaceId: string,
): Promise<Result<{ settings: WorkspaceSettings; existingRules: ExistingRule[] }>> {
  const workspace = await settings.workspace(workspaceId);
  if (!workspace.ok) return workspace;
  const { resourceId, id } = workspace.value;
  const kinds = [...new Set(registeredConverters().flatMap((one) => one.kinds))].sort();
  const answers = await pMap(
    kinds,
    async (kind) => ({ kind, answer: await settings.sources(resourceId, kind) }),
    { concurrency: CONCURRENT_READS },
  );
  const sources: SettingsSource[] = [];
  const unread: { kind: string; reason: string }[] = [];
  for (const { kind, answer } of answers) {
    if (answer.ok) sources.push(...answer.value);
    else if (isTransient(answer.trouble.code)) return answer;
    else unread.push({ kind, reason: answer.trouble.message });
  }
  const scope = { managementGroups: [], subscriptions: [resourceId.split('/')[2] ?? ''] };
  const solutions = await allRows(graph, solutionsQuery, scope);
  if (!solutions.ok) return solutions;
  // Rules of any subscription can send here.
  const rules = await allRows(graph, ruleBodiesQuery, { managementGroups: [], subscriptions: [] });
  if (!rules.ok) return rules;
  const products = solutions.value
    .filter((solution) => normalizeId(solution.workspaceId ?? '') === id)
    .map(({ product, name }) => product || name);
  return ok({
    settings: { workspace: workspace.value, sources, solutions: [...new Set(products)].sort(), unread },
    existingRules: rules.value.map(existingRule).filter((rule) => arrivalsIn(rule, id).length > 0),
  });
}

function existingRule(row: (typeof ruleBodiesQuery)['row']['_output']): ExistingRule {
  const kind = row.kind?.toLowerCase();
  return {
    id: row.id,
    name: row.name,
    os: kind === 'windows' || kind === 'linux' ? kind : null,
    tags: row.tags ?? null,
    body: {
      dataSources: row.dataSources,
      dataFlows: row.dataFlows,
      destinations: row.destinations,
    } as ExistingRule['body'],
  };
}

/** Rows of all pages of a Resource Graph query; used-up quota is trouble like any other. */
export async function allRows<R>(
  graph: GraphGateway,
  query: QueryDefinition<Record<never, never>, R>,
  scope: GraphScope,
): Promise<Result<R[]>> {
  const rows: R[] = [];
  let skipToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await graph.page(
      query as unknown as QueryDefinition<QueryParameters, R>,
      scope,
      skipToken,
    );
    if (!answer.ok) return answer;
    rows.push(...answer.value.rows);
    skipToken = answer.value.skipToken;
    if (skipToken === undefined) return ok(rows);
    if (answer.value.waitMs > 0)
      return fail('throttled', 'Resource Graph is used up for the moment.', answer.value.waitMs);
  }
  return fail('resultTooLarge', `There are more than ${MAX_PAGES} pages of ${query.id}.`);
}
