import { z } from 'zod';
import { normalizeId } from '../../model/ids.ts';
import type { QueryHolder } from './model.ts';
import type { alertRulesQuery } from './queries/alert-rules.ts';

/** Of a rule as the API has it since 2021. Source: bicep-types, microsoft.insights 2026-03-01. */
const Criteria = z.object({ allOf: z.array(z.object({ query: z.string().nullish() })) });
/** Of a rule of 2018-04-16, which Azure still keeps; that Resource Graph shows it in this form is not verified. */
const Source = z.object({ query: z.string(), dataSourceId: z.string().nullish() });
const Scopes = z.array(z.string());

/** Places of which the data is surely not that of a workspace of agents. */
const ELSEWHERE = /\/providers\/microsoft\.(operationalinsights\/workspaces|insights\/components)\/[^/]+$/;

/**
 * A log alert rule as a holder; undefined where all it looks at is other workspaces. A rule on a machine, a resource
 * group or a subscription reads every workspace that has their rows, so it may read this one.
 */
export function alertRuleHolder(
  row: (typeof alertRulesQuery)['row']['_output'],
  workspaceId: string,
): QueryHolder | undefined {
  const source = Source.safeParse(row.source).data;
  const scopes = Scopes.safeParse(row.scopes).data ?? (source?.dataSourceId ? [source.dataSourceId] : []);
  const concerned = scopes
    .map(normalizeId)
    .some((scope) => scope === normalizeId(workspaceId) || !ELSEWHERE.test(scope));
  if (scopes.length > 0 && !concerned) return undefined;
  const conditions = Criteria.safeParse(row.criteria).data?.allOf ?? (source === undefined ? [] : [source]);
  return {
    kind: 'alertRule',
    id: row.id,
    name: row.displayName || row.name,
    enabled: row.enabled ? row.enabled.toLowerCase() === 'true' : null,
    texts: conditions.flatMap(({ query }, i) =>
      query ? [{ place: conditions.length === 1 ? 'query' : `condition ${i + 1}`, text: query }] : [],
    ),
  };
}
