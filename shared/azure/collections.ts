import type { DataSource } from '@azure/arm-operationalinsights';
import { COLLECTION_KINDS, type Collection, type CollectionGateway } from '../connectors/gateway.ts';
import type { AzureContext } from './context.ts';
import { createOperationalInsights } from './operational-insights.ts';
import { attempt } from './trouble.ts';
import { workspaceAddress } from './workspace-address.ts';

/**
 * Legacy security-event collection of a workspace, kept as data sources (facts file 3.7). The specification
 * (2020-08-01) has no If-Match header; a data source carries its etag in the body. That the service compares
 * it is not documented, so callers look again right before they write.
 */
export function createCollectionGateway(context: AzureContext): CollectionGateway {
  const client = createOperationalInsights(context);
  return {
    read: (workspaceResourceId) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = workspaceAddress(workspaceResourceId);
        const insights = await client(subscriptionId);
        const found: Collection[] = [];
        for (const kind of COLLECTION_KINDS) {
          const pages = insights.dataSources.listByWorkspace(resourceGroup, name, `kind eq '${kind}'`);
          for await (const source of pages) found.push(collectionOf(kind, source));
        }
        return found;
      }),

    write: (workspaceResourceId, { kind, name: sourceName, properties, etag }) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = workspaceAddress(workspaceResourceId);
        const insights = await client(subscriptionId);
        const body = { kind, properties, ...(etag === undefined ? {} : { etag }) };
        try {
          await insights.dataSources.createOrUpdate(resourceGroup, name, sourceName, body);
          return 'written';
        } catch (error) {
          if ((error as { statusCode?: number }).statusCode === 412) return 'changed';
          throw error;
        }
      }),
  };
}

function collectionOf(kind: Collection['kind'], { name, etag, properties: given }: DataSource): Collection {
  const properties = (given ?? {}) as Record<string, unknown>;
  return {
    kind,
    name: name ?? kind,
    tier: String(properties['tier'] ?? 'None'),
    properties,
    ...(etag ? { etag } : {}),
  };
}
