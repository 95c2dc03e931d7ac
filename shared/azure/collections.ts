import { COLLECTION_KINDS, type Collection, type CollectionGateway } from '../connectors/gateway.ts';
import type { AzureContext } from './context.ts';
import { createOperationalInsights } from './operational-insights.ts';
import { attempt } from './trouble.ts';
import { workspaceAddress } from './workspace-address.ts';

/** Legacy security-event collection of a workspace, kept as data sources (facts file 3.7). */
export function createCollectionGateway(context: AzureContext): CollectionGateway {
  const client = createOperationalInsights(context);
  return {
    read: (workspaceResourceId) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = workspaceAddress(workspaceResourceId);
        const insights = await client(subscriptionId);
        const found: Collection[] = [];
        for (const kind of COLLECTION_KINDS) {
          for await (const source of insights.dataSources.listByWorkspace(
            resourceGroup,
            name,
            `kind eq '${kind}'`,
          )) {
            const properties = (source.properties ?? {}) as Record<string, unknown>;
            found.push({
              kind,
              name: source.name ?? kind,
              tier: String(properties.tier ?? 'None'),
              properties,
            });
          }
        }
        return found;
      }),

    write: (workspaceResourceId, collection) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = workspaceAddress(workspaceResourceId);
        const insights = await client(subscriptionId);
        await insights.dataSources.createOrUpdate(resourceGroup, name, collection.name, {
          kind: collection.kind,
          properties: collection.properties,
        });
      }),
  };
}
