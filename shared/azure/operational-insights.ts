import type { OperationalInsightsManagementClient } from '@azure/arm-operationalinsights';
import { type AzureContext, armClientOptions, memoize } from './context.ts';

/** The SDK's client of a subscription, loaded and built on first use. */
export function createOperationalInsights(
  context: AzureContext,
): (subscriptionId: string) => Promise<OperationalInsightsManagementClient> {
  return memoize(async (subscriptionId) => {
    const sdk = await import('@azure/arm-operationalinsights');
    return new sdk.OperationalInsightsManagementClient(
      context.credential,
      subscriptionId,
      armClientOptions(context),
    );
  });
}
