import { normalizeId } from '../../model/ids.ts';
import type { QueryHolder } from './model.ts';

/** `queryType` of queries over logs; absent means the same. Other types are Resource Graph, ARM, metrics, JSON … */
const LOGS = 0;
const WORKSPACE = '/providers/microsoft.operationalinsights/workspaces/';

/**
 * The log queries of a workbook that may read a workspace, with those of its parameters, at any depth of groups and
 * tabs. Left out are queries of other types, those over Application Insights, and those that name other workspaces
 * only. Undefined: the content is no workbook. Form of the content: the templates of the public repository
 * microsoft/Application-Insights-Workbooks, `Notebook/1.0`.
 */
export function workbookQueries(
  serializedData: string,
  workspaceId: string,
): QueryHolder['texts'] | undefined {
  let content: unknown;
  try {
    content = JSON.parse(serializedData);
  } catch {
    return undefined;
  }
  if (!isObject(content) || !Array.isArray(content['items'])) return undefined;
  const found: { place: string; text: string }[] = [];
  collect(content['items'], '', normalizeId(workspaceId), found);
  return found;
}

function collect(
  items: readonly unknown[],
  path: string,
  workspaceId: string,
  found: { place: string; text: string }[],
): void {
  items.forEach((item, i) => {
    if (!isObject(item) || !isObject(item['content'])) return;
    const { content } = item;
    const name = typeof item['name'] === 'string' && item['name'] !== '' ? item['name'] : `item ${i + 1}`;
    const place = path === '' ? name : `${path} / ${name}`;
    add(content, place, workspaceId, found);
    for (const parameter of listOf(content['parameters'])) {
      if (isObject(parameter)) add(parameter, `${place} / ${String(parameter['name'])}`, workspaceId, found);
    }
    collect(listOf(content['items']), place, workspaceId, found);
  });
}

function add(
  query: Readonly<Record<string, unknown>>,
  place: string,
  workspaceId: string,
  found: { place: string; text: string }[],
): void {
  const { query: text, queryType = LOGS, resourceType, crossComponentResources } = query;
  if (typeof text !== 'string' || text.trim() === '' || queryType !== LOGS) return;
  if (String(resourceType).toLowerCase() === 'microsoft.insights/components') return;
  if (!mayRead(listOf(crossComponentResources), workspaceId)) return;
  found.push({ place: free(place, found), text });
}

/** A resource that is a parameter, or that is no workspace, may lead to any workspace. */
function mayRead(resources: readonly unknown[], workspaceId: string): boolean {
  const ids = resources.map((one) => normalizeId(String(one)));
  return ids.length === 0 || ids.some((id) => id === workspaceId || !id.includes(WORKSPACE));
}

/** Two items of one name stay apart. */
function free(place: string, found: readonly { readonly place: string }[]): string {
  const taken = (name: string) => found.some((one) => one.place === name);
  if (!taken(place)) return place;
  for (let n = 2; ; n++) if (!taken(`${place} (${n})`)) return `${place} (${n})`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
