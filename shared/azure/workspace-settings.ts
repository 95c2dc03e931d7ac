import { normalizeId, normalizeRegion } from '../model/ids.ts';
import type { SettingsSource } from '../rules/convert/model.ts';
import type { SettingsGateway } from '../rules/settings-gateway.ts';
import type { AzureContext } from './context.ts';
import { createOperationalInsights } from './operational-insights.ts';
import { attempt } from './trouble.ts';
import { workspaceAddress } from './workspace-address.ts';

/** Collection settings of workspaces over `@azure/arm-operationalinsights`. */
export function createSettingsGateway(context: AzureContext): SettingsGateway {
  const client = createOperationalInsights(context);
  return {
    workspace: (resourceId) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = workspaceAddress(resourceId);
        const found = await (await client(subscriptionId)).workspaces.get(resourceGroup, name);
        const id = found.id ?? resourceId;
        return {
          id: normalizeId(id),
          resourceId: id,
          name: found.name ?? name,
          region: normalizeRegion(found.location),
          customerId: found.customerId ?? '',
        };
      }),

    sources: (workspaceResourceId, kind) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = workspaceAddress(workspaceResourceId);
        const insights = await client(subscriptionId);
        const sources: SettingsSource[] = [];
        const pages = insights.dataSources.listByWorkspace(resourceGroup, name, `kind eq '${kind}'`);
        for await (const source of pages) {
          sources.push({
            id: source.id ?? `${workspaceResourceId}/dataSources/${source.name}`,
            name: source.name ?? '',
            kind: source.kind ?? kind,
            properties: source.properties ?? null,
          });
        }
        return sources;
      }),
  };
}
