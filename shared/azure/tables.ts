import { ok } from '../model/trouble.ts';
import type { Column } from '../rules/convert/arm.ts';
import type { FoundTable } from '../rules/deploy/gateway.ts';
import type { TableGateway, TableView } from '../rules/migrate-table/gateway.ts';
import type { Arm } from './arm.ts';
import { attempt, retryAfter } from './trouble.ts';

const API_VERSION = '2025-07-01';

interface TableResource {
  readonly name?: string;
  readonly properties?: {
    readonly provisioningState?: string;
    readonly plan?: string;
    readonly schema?: {
      readonly tableType?: string;
      readonly tableSubType?: string;
      readonly columns?: readonly Column[] | null;
      readonly standardColumns?: readonly Column[] | null;
    };
  };
}

export async function readTable(arm: Arm, workspaceResourceId: string, name: string): Promise<FoundTable> {
  const { properties = {}, ...view } = await get(arm, workspaceResourceId, name);
  const { schema = {}, provisioningState } = properties;
  return {
    name: view.name ?? name,
    classic: schema.tableSubType?.toLowerCase() === 'classic',
    state: stateOf(provisioningState),
    ...(properties.plan === undefined ? {} : { plan: properties.plan }),
    columns: [...(schema.columns ?? []), ...(schema.standardColumns ?? [])].map((column) => ({
      name: column.name,
      type: column.type,
    })),
  };
}

/** Tables for their migration. The SDK's own call expects what this one gets: 200 and nothing to follow. */
export function createTableGateway(arm: Arm): TableGateway {
  return {
    async read(workspaceResourceId, name) {
      const found = await attempt(async () => migratable(await get(arm, workspaceResourceId, name), name));
      return !found.ok && found.trouble.code === 'notFound' ? ok(undefined) : found;
    },
    migrate: (workspaceResourceId, name) =>
      attempt(async () => {
        await arm({ method: 'POST', url: address(workspaceResourceId, name, '/migrate') });
      }),
  };
}

function migratable({ properties = {}, ...view }: TableResource, name: string): TableView {
  const { schema = {}, provisioningState } = properties;
  const change = stateOf(provisioningState);
  const type = schema.tableType?.toLowerCase();
  const subType = schema.tableSubType?.toLowerCase();
  const columns = (schema.columns ?? []).map((column) => column.name);
  const seen = { name: view.name ?? name, columns };
  if (type !== 'customlog') return { ...seen, state: 'other' };
  if (change === 'inProgress') return { ...seen, state: 'migrating' };
  if (subType === 'datacollectionrulebased') return { ...seen, state: 'migrated' };
  if (subType !== 'classic') return { ...seen, state: 'other' };
  return { ...seen, state: change === 'failed' ? 'failed' : 'classic' };
}

async function get(arm: Arm, workspaceResourceId: string, name: string): Promise<TableResource> {
  const { body } = await arm({ method: 'GET', url: address(workspaceResourceId, name) });
  return (body ?? {}) as TableResource;
}

/** A long operation; it is followed by reading the table, so its address is not needed. */
export async function startTable(
  arm: Arm,
  workspaceResourceId: string,
  name: string,
  columns: readonly Column[],
  plan?: 'Basic',
): Promise<{ retryAfterMs: number | null }> {
  const { response } = await arm({
    method: 'PUT',
    url: address(workspaceResourceId, name),
    body: {
      properties: {
        ...(plan === undefined ? {} : { plan }),
        schema: { name, columns: columns.map(written) },
      },
    },
  });
  return { retryAfterMs: retryAfter(response.headers) };
}

/** Rules and tables spell this one type differently. */
function written({ name, type }: Column): Column {
  return { name, type: type.toLowerCase() === 'datetime' ? 'dateTime' : type };
}

function stateOf(provisioningState: string | undefined): FoundTable['state'] {
  if (/^(failed|canceled|cancelled)$/i.test(provisioningState ?? '')) return 'failed';
  return /^succeeded$/i.test(provisioningState ?? 'Succeeded') ? 'ready' : 'inProgress';
}

function address(workspaceResourceId: string, name: string, action = ''): string {
  return `${workspaceResourceId}/tables/${encodeURIComponent(name)}${action}?api-version=${API_VERSION}`;
}
