import { normalizeId } from '../model/ids.ts';
import type { Association } from '../model/machine.ts';
import type { AssociationGateway } from '../rules/gateway.ts';
import { type AzureContext, armClientOptions, memoize } from './context.ts';
import { attempt } from './trouble.ts';

/** Rule and endpoint associations over `@azure/arm-monitor`. */
export function createAssociationGateway(context: AzureContext): AssociationGateway {
  const client = memoize(async (subscriptionId) => {
    const { MonitorClient } = await import('@azure/arm-monitor');
    return new MonitorClient(context.credential, subscriptionId, armClientOptions(context));
  });
  return {
    list: (machineResourceId) =>
      attempt(async () => {
        const monitor = await client(subscriptionOf(machineResourceId));
        const found: Association[] = [];
        for await (const item of monitor.dataCollectionRuleAssociations.listByResource(
          uri(machineResourceId),
        )) {
          const { dataCollectionRuleId, dataCollectionEndpointId } = item;
          found.push({
            name: item.name ?? '',
            ruleId: dataCollectionRuleId === undefined ? null : normalizeId(dataCollectionRuleId),
            endpointId: dataCollectionEndpointId === undefined ? null : normalizeId(dataCollectionEndpointId),
          });
        }
        return found;
      }),

    create: (machineResourceId, name, target) =>
      attempt(async () => {
        const monitor = await client(subscriptionOf(machineResourceId));
        const body =
          'ruleId' in target
            ? { dataCollectionRuleId: target.ruleId }
            : { dataCollectionEndpointId: target.endpointId };
        await monitor.dataCollectionRuleAssociations.create(uri(machineResourceId), name, { body });
      }),

    remove: (machineResourceId, name) =>
      attempt(async () => {
        const monitor = await client(subscriptionOf(machineResourceId));
        await monitor.dataCollectionRuleAssociations.delete(uri(machineResourceId), name);
      }),
  };
}

/** The SDK wants the resource uri without its leading slash (platform facts 1). */
function uri(resourceId: string): string {
  return resourceId.replace(/^\//, '');
}

function subscriptionOf(resourceId: string): string {
  return resourceId.split('/')[2] ?? '';
}
