import type { HttpResponseInit } from '@azure/functions';
import pMap from 'p-map';
import { z } from 'zod';
import { type Dependent, dependentsOf, readKnownMachines } from '../../shared/connectors/dependents.ts';
import { keepCheck } from '../../shared/connectors/keep-check.ts';
import { type ConnectorView, readConnector } from '../../shared/connectors/view.ts';
import type { Workspace } from '../../shared/model/machine.ts';
import type { Runtime } from '../compose.ts';
import { azureProblem } from './azure-problem.ts';
import { findWorkspace, impactLink } from './connector-parts.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { listPage } from './pages.ts';
import { ListQuery } from './schemas.ts';

export const InventoryQuery = z.strictObject({ inventory: z.string().min(1).default('latest') });
/** Each workspace of a page takes three lists of ARM and a query. */
export const ConnectorsQuery = ListQuery.extend({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  inventory: z.string().min(1).default('latest'),
});
export const ImpactQuery = ListQuery.extend({ inventory: z.string().min(1).default('latest') });

/** The query API serves five queries of one user at a time (platform facts 6); leave room for others. */
const CONCURRENT_WORKSPACES = 3;

/** `GET /connectors`: what ends with the legacy agent, workspace by workspace; JSON or CSV by Accept. */
export const listConnectors = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { inventory: inventoryId, ...query } = readQuery(request, ConnectorsQuery);
  const inventory = await findCompleted(app, inventoryId);
  const all = await app.ledger.inventories.readPart<Workspace>(inventory.id, 'workspaces');
  const { items, next } = listPage(all, query);
  const ids = items.map(({ id }) => id);
  const known = await readKnownMachines(app.ledger, inventory.id, ids);
  const connectors = await pMap(items, (workspace) => readConnector(viewing(app), workspace, known), {
    concurrency: CONCURRENT_WORKSPACES,
  });
  const about = { inventoryId: inventory.id, inventoryCompletedAt: inventory.completedAt };
  return pageResponse(
    request,
    { name: 'connectors', items: connectors.map(withLinks), next, about },
    CONNECTOR_COLUMNS,
  );
});

/**
 * `GET /connectors/{workspace}`: one workspace. A switch that can be judged by now is judged, and the verdict kept.
 */
export const getConnector = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { inventory: inventoryId } = readQuery(request, InventoryQuery);
  const { inventory, workspace } = await findWorkspace(app, request.params['workspace'] ?? '', inventoryId);
  const last = await app.ledger.connectors.switchOf(workspace.id);
  // A busy workspace leaves the verdict open: the next look asks again.
  if (last !== undefined) await keepCheck(app, workspace.customerId, last);
  const known = await readKnownMachines(app.ledger, inventory.id, [workspace.id]);
  const view = await readConnector(viewing(app), workspace, known);
  const { id: inventoryOf, completedAt } = inventory;
  return {
    jsonBody: { ...withLinks(view), inventoryId: inventoryOf, inventoryCompletedAt: completedAt },
  };
});

/** `GET /connectors/{workspace}/impact`: machines that would lose legacy collection; JSON or CSV by Accept. */
export const getConnectorImpact = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { inventory: inventoryId, ...query } = readQuery(request, ImpactQuery);
  const { inventory, workspace } = await findWorkspace(app, request.params['workspace'] ?? '', inventoryId);
  const known = await readKnownMachines(app.ledger, inventory.id, [workspace.id]);
  const dependents = await dependentsOf(app, workspace, known);
  if (!dependents.ok)
    throw azureProblem(dependents.trouble, 'The heartbeats of the workspace could not be read');
  const { items, next } = listPage(dependents.value, query);
  const about = {
    workspace: workspace.customerId,
    inventoryId: inventory.id,
    count: dependents.value.length,
  };
  return pageResponse(request, { name: 'machines', items, next, about }, IMPACT_COLUMNS);
});

function viewing(app: Runtime) {
  const { ledger, logs, collections, workspaceSettings: settings } = app;
  return { ledger, logs, collections, settings, now: () => app.now() };
}

export function withLinks(view: ConnectorView) {
  const self = `/api/connectors/${view.workspace}`;
  return { ...view, links: { self, impact: impactLink(view.workspace) } };
}

const tierOf =
  (product: string) =>
  ({ collections }: ConnectorView): string | null =>
    collections === null
      ? 'unread'
      : (collections.find((collection) => collection.product === product)?.tier ?? null);

const CONNECTOR_COLUMNS: readonly CsvColumn<ConnectorView>[] = [
  { header: 'workspace', value: ({ workspace }) => workspace },
  { header: 'id', value: ({ workspaceId }) => workspaceId },
  { header: 'name', value: ({ name }) => name },
  { header: 'region', value: ({ region }) => region },
  { header: 'sentinelTier', value: tierOf('Microsoft Sentinel') },
  { header: 'defenderTier', value: tierOf('Defender for Cloud') },
  { header: 'solutions', value: ({ solutions }) => solutions.map(({ product }) => product).join(' ') },
  { header: 'syslogFacilities', value: ({ syslogFacilities }) => syslogFacilities?.join(' ') ?? 'unread' },
  { header: 'cef', value: ({ cef }) => cef !== null },
  { header: 'dependents', value: ({ dependents }) => dependents ?? 'unread' },
  {
    header: 'restorable',
    value: ({ collections }) => collections?.some(({ stored }) => stored?.restorable === true) ?? 'unread',
  },
  { header: 'streamCheck', value: ({ switched }) => switched?.check?.result },
  { header: 'unread', value: ({ unread }) => unread.map(({ what }) => what).join(' ') },
];

const IMPACT_COLUMNS: readonly CsvColumn<Dependent>[] = [
  { header: 'id', value: ({ id }) => id },
  { header: 'name', value: ({ name }) => name },
  { header: 'legacyExtension', value: ({ extension }) => extension },
  { header: 'lastLegacyHeartbeat', value: ({ lastHeard }) => lastHeard },
];
