import type { Column } from '../rules/convert/arm.ts';
import type { FoundTable } from '../rules/deploy/gateway.ts';
import type { Arm } from './arm.ts';
import { retryAfter } from './trouble.ts';

const API_VERSION = '2025-07-01';

interface TableView {
  readonly name?: string;
  readonly properties?: {
    readonly provisioningState?: string;
    readonly schema?: {
      readonly tableSubType?: string;
      readonly columns?: readonly Column[] | null;
      readonly standardColumns?: readonly Column[] | null;
    };
  };
}

export async function readTable(arm: Arm, workspaceResourceId: string, name: string): Promise<FoundTable> {
  const { body } = await arm({ method: 'GET', url: address(workspaceResourceId, name) });
  const { properties = {}, ...view } = (body ?? {}) as TableView;
  const { schema = {}, provisioningState } = properties;
  return {
    name: view.name ?? name,
    classic: schema.tableSubType?.toLowerCase() === 'classic',
    state: stateOf(provisioningState),
    columns: [...(schema.columns ?? []), ...(schema.standardColumns ?? [])].map((column) => ({
      name: column.name,
      type: column.type,
    })),
  };
}

/** A long operation; it is followed by reading the table, so its address is not needed. */
export async function startTable(
  arm: Arm,
  workspaceResourceId: string,
  name: string,
  columns: readonly Column[],
): Promise<{ retryAfterMs: number | null }> {
  const { response } = await arm({
    method: 'PUT',
    url: address(workspaceResourceId, name),
    body: { properties: { schema: { name, columns: columns.map(written) } } },
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

function address(workspaceResourceId: string, name: string): string {
  return `${workspaceResourceId}/tables/${encodeURIComponent(name)}?api-version=${API_VERSION}`;
}
