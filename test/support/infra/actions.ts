import type { Exchange } from '../../../rehearsal/estate/index.ts';

type Asked = Pick<Exchange['liveRequest'], 'method' | 'url' | 'body'>;

/**
 * The action that Azure asks of the caller for a request (Azure RBAC: "Understand Azure role definitions", and the
 * operations that resource providers list). Lower case; undefined where no role on the estate is asked for: tokens,
 * and secrets, which have a role on their vault.
 */
export function actionsOf({ method, url, body }: Asked): readonly string[] {
  const { hostname, pathname } = new URL(url);
  if (hostname.startsWith('api.loganalytics.')) return LOG_QUERY;
  if (!hostname.startsWith('management.')) return [];
  const type = typeOf(pathname);
  if (type === 'microsoft.resourcegraph/resources') return graphActions(body);
  const action = POST_ACTIONS[type];
  if (method === 'POST' && action !== undefined) return [action];
  const renamed = RENAMED[type] ?? type;
  if (method === 'GET') return [`${renamed}/read`];
  if (method === 'PUT' || method === 'PATCH') return [`${renamed}/write`];
  return method === 'DELETE' ? [`${renamed}/delete`] : [`${renamed}/action`];
}

/** Which tables are asked depends on the rules, so all of them (Azure Monitor: manage access to workspaces). */
const LOG_QUERY = [
  'microsoft.operationalinsights/workspaces/query/read',
  'microsoft.operationalinsights/workspaces/query/*/read',
];

const POST_ACTIONS: Readonly<Record<string, string>> = {
  'microsoft.compute/virtualmachines/start': 'microsoft.compute/virtualmachines/start/action',
  'microsoft.compute/virtualmachines/deallocate': 'microsoft.compute/virtualmachines/deallocate/action',
  'microsoft.compute/virtualmachinescalesets/manualupgrade':
    'microsoft.compute/virtualmachinescalesets/manualupgrade/action',
  'microsoft.operationalinsights/workspaces/tables/migrate':
    'microsoft.operationalinsights/workspaces/tables/migrate/action',
};

/** Addresses whose operation has another name. */
const RENAMED: Readonly<Record<string, string>> = {
  // The associations of a rule are a list of the machines' associations.
  'microsoft.insights/datacollectionrules/associations': 'microsoft.insights/datacollectionruleassociations',
  subscriptions: 'microsoft.resources/subscriptions',
  resourcegroups: 'microsoft.resources/subscriptions/resourcegroups',
};

function typeOf(pathname: string): string {
  const [before, provider] = [
    pathname.split(/\/providers\//i)[0] ?? '',
    pathname.split(/\/providers\//i).at(-1) ?? '',
  ];
  if (!/\/providers\//i.test(pathname))
    return /\/resourcegroups\b/i.test(before) ? 'resourcegroups' : 'subscriptions';
  const [namespace = '', ...rest] = provider.split('/');
  return [namespace, ...rest.filter((_, i) => i % 2 === 0)].join('/').toLowerCase();
}

/**
 * Resource Graph shows what the caller may read, so a query needs the reads of the types it names (Resource Graph:
 * "Permissions in Azure Resource Graph"). Its tables of one type stand for that type.
 */
function graphActions(body: unknown): readonly string[] {
  const { query = '' } = (body ?? {}) as { query?: string };
  const types = [...query.matchAll(/\btype\s*(?:=~|==|in~)\s*(\([^)]*\)|'[^']*')/gi)].flatMap(
    ([, list = '']) => [...list.matchAll(/'([^']+)'/g)].map(([, type = '']) => type.toLowerCase()),
  );
  if (types.length === 0) throw new Error(`a query of Resource Graph names no type: ${query.slice(0, 200)}`);
  return types.map((type) => `${type}/read`);
}
