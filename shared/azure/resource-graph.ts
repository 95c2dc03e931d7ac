import type { GraphGateway } from '../inventory/gateway.ts';
import { renderQuery } from '../model/query.ts';
import { type AzureContext, clientOptions, memoize } from './context.ts';
import { attempt } from './trouble.ts';

const PAGE_SIZE = 1000;

/** Resource Graph, a page a call; says how long to wait when the user quota is used up (platform facts 6). */
export function createGraphGateway(context: AzureContext): GraphGateway {
  const client = memoize(async () => {
    const { ResourceGraphClient } = await import('@azure/arm-resourcegraph');
    return new ResourceGraphClient(context.credential, clientOptions(context));
  });
  return {
    page: (query, scope, skipToken) =>
      attempt(async () => {
        const graph = await client('tenant');
        let waitMs = 0;
        let truncated = false;
        const answer = await graph.resources(
          {
            query: renderQuery(query, {}),
            ...(scope.subscriptions.length === 0 ? {} : { subscriptions: [...scope.subscriptions] }),
            options: {
              top: PAGE_SIZE,
              resultFormat: 'objectArray',
              ...(skipToken === undefined ? {} : { skipToken }),
            },
          },
          {
            onResponse: (raw) => {
              waitMs = quotaWait(raw.headers);
              truncated = raw.headers.get('x-ms-tenant-subscription-limit-hit')?.toLowerCase() === 'true';
            },
          },
        );
        if (truncated) {
          throw Object.assign(
            new Error(
              'Resource Graph left out subscriptions beyond 10,000; narrow the scope of the inventory.',
            ),
            { statusCode: 400, code: 'SubscriptionLimitHit' },
          );
        }
        const rows = (answer.data as unknown[]).map((row) => query.row.parse(row));
        return {
          rows,
          waitMs,
          ...(answer.skipToken === undefined ? {} : { skipToken: answer.skipToken }),
        };
      }),
  };
}

/** Zero while quota is left; else the time the service says the quota needs, `hh:mm:ss`. */
function quotaWait(headers: { get(name: string): string | undefined }): number {
  const remaining = headers.get('x-ms-user-quota-remaining');
  if (remaining === undefined || Number(remaining) > 0) return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (headers.get('x-ms-user-quota-resets-after') ?? '00:00:05')
    .split(':')
    .map(Number);
  return Math.max(1, (hours * 60 + minutes) * 60 + seconds) * 1000;
}
