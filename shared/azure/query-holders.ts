import { ok } from '../model/trouble.ts';
import type { QueryHolderGateway } from '../rules/blast-radius/gateway.ts';
import type { QueryHolder, TableSchema } from '../rules/blast-radius/model.ts';
import { type Arm, listArm } from './arm.ts';
import { attempt } from './trouble.ts';

/**
 * A preview on purpose: stable versions leave out near-real-time rules without a word (github.com/Azure/
 * azure-sdk-for-python/issues/39996, where Azure's support names this version; microsoft/msticpy/issues/788). That
 * they leave out the kinds of machine learning and threat intelligence as well is not verified.
 */
const SENTINEL = '2025-01-01-preview';
/** Versions of the resource types in bicep-types, August 2026. */
const LOGS = '2025-07-01';
const WORKBOOKS = '2023-06-01';

/** Kinds that read alerts of other products and no table of agents (bicep-types, microsoft.securityinsights 2025-09-01). */
const KINDS_OVER_ALERTS = ['fusion', 'microsoftsecurityincidentcreation'];
/** What Sentinel answers, with status 400, for a workspace it is not on; seen in several public tools. */
const NO_SENTINEL = /not onboarded to Microsoft Sentinel|not registered to 'Microsoft\.SecurityInsights'/i;

interface AlertRule {
  readonly id: string;
  readonly name?: string;
  readonly kind?: string;
  readonly properties?: {
    readonly displayName?: string;
    readonly enabled?: boolean;
    readonly query?: string;
  };
}

interface SavedSearch {
  readonly id: string;
  readonly name?: string;
  readonly properties?: {
    readonly displayName?: string;
    readonly query?: string;
    readonly functionAlias?: string | null;
    readonly functionParameters?: string | null;
  };
}

interface TableResource {
  readonly name: string;
  readonly properties?: {
    readonly schema?: {
      readonly columns?: TableSchema['columns'] | null;
      readonly standardColumns?: TableSchema['columns'] | null;
    };
  };
}

/** Reads what holds queries. Only ARM lists these, and no client here has all of them. */
export function createQueryHolderGateway(arm: Arm): QueryHolderGateway {
  return {
    async analyticsRules(workspaceResourceId) {
      const path = `${workspaceResourceId}/providers/Microsoft.SecurityInsights/alertRules?api-version=${SENTINEL}`;
      const found = await attempt(async () => (await list<AlertRule>(arm, path)).flatMap(analyticsRule));
      if (!found.ok && NO_SENTINEL.test(found.trouble.message)) return ok([]);
      return found;
    },

    savedSearches: (workspaceResourceId) =>
      attempt(async () => {
        const path = `${workspaceResourceId}/savedSearches?api-version=${LOGS}`;
        return (await list<SavedSearch>(arm, path)).map(savedSearch);
      }),

    tables: (workspaceResourceId) =>
      attempt(async () => {
        const path = `${workspaceResourceId}/tables?api-version=${LOGS}`;
        return (await list<TableResource>(arm, path)).map(tableSchema);
      }),

    /** Without `canFetchContent` the content is null, in lists and in Resource Graph as well. */
    workbook: (id) =>
      attempt(async () => {
        const url = `${id}?api-version=${WORKBOOKS}&canFetchContent=true`;
        const { body } = await arm({ method: 'GET', url });
        const { properties } = body as { properties?: { serializedData?: string | null } };
        return properties?.serializedData ?? '';
      }),
  };
}

async function list<T>(arm: Arm, path: string): Promise<T[]> {
  const all: T[] = [];
  for await (const one of listArm<T>(arm, path)) all.push(one);
  return all;
}

/** Kinds such as machine learning read tables and show no query: they come without texts, so that they are not lost. */
function analyticsRule({ id, name = '', kind = '', properties = {} }: AlertRule): QueryHolder[] {
  const { displayName, enabled = null, query } = properties;
  if (KINDS_OVER_ALERTS.includes(kind.toLowerCase())) return [];
  const texts = query ? [{ place: 'query', text: query }] : [];
  return [{ kind: 'analyticsRule', id, name: displayName ?? name, enabled, texts }];
}

function savedSearch({ id, name = '', properties = {} }: SavedSearch): QueryHolder {
  const { displayName, query = '', functionAlias, functionParameters } = properties;
  const common = {
    id,
    name: displayName ?? name,
    enabled: null,
    texts: query === '' ? [] : [{ place: 'query', text: query }],
  };
  if (!functionAlias) return { kind: 'savedSearch', ...common };
  const parameters = functionParameters ? { parameters: functionParameters } : {};
  return { kind: 'function', ...common, alias: functionAlias, ...parameters };
}

function tableSchema({ name, properties }: TableResource): TableSchema {
  const { columns, standardColumns } = properties?.schema ?? {};
  const all = [...(columns ?? []), ...(standardColumns ?? [])];
  return { name, columns: all.map((column) => ({ name: column.name, type: column.type })) };
}
