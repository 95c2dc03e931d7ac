import type { GraphGateway, GraphPage, GraphScope, OddRow } from '../inventory/gateway.ts';
import { faultsOf } from '../model/faults.ts';
import { type QueryDefinition, type QueryParameters, renderQuery } from '../model/query.ts';
import type { Result } from '../model/trouble.ts';
import { type AzureContext, armClientOptions, memoize } from './context.ts';
import { attempt } from './trouble.ts';

/** Rows of a page, and what is tried instead where that many are more than the service may answer at once. */
const PAGE_SIZES = [1000, 200, 40] as const;

/** Resource Graph, a page a call; says how long to wait when the user quota is used up (platform facts 6). */
export function createGraphGateway(context: AzureContext): GraphGateway {
  const client = memoize(async () => {
    const { ResourceGraphClient } = await import('@azure/arm-resourcegraph');
    return new ResourceGraphClient(context.credential, armClientOptions(context));
  });
  function read<R>(
    query: QueryDefinition<QueryParameters, R>,
    scope: GraphScope,
    skipToken: string | undefined,
    top: number,
  ): Promise<Result<GraphPage<R>>> {
    return attempt(async () => {
      const graph = await client('tenant');
      let waitMs = 0;
      let truncated = false;
      const answer = await graph.resources(
        {
          query: renderQuery(query, {}),
          ...(scope.subscriptions.length === 0 ? {} : { subscriptions: [...scope.subscriptions] }),
          ...(scope.managementGroups.length === 0 ? {} : { managementGroups: [...scope.managementGroups] }),
          options: {
            top,
            resultFormat: 'objectArray',
            ...(scope.above === true ? { authorizationScopeFilter: 'AtScopeAboveAndBelow' } : {}),
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
        throw refusal(
          'SubscriptionLimitHit',
          'Resource Graph left out subscriptions beyond 10,000; narrow the scope of the inventory.',
        );
      }
      const next = answer.skipToken;
      if (String(answer.resultTruncated).toLowerCase() === 'true' && next === undefined) {
        throw refusal(
          'ResultTruncated',
          'Resource Graph cut the result off and gave no way to read on; take the inventory of a narrower scope.',
        );
      }
      return {
        ...sorted(query, answer.data as unknown[]),
        total: answer.totalRecords,
        waitMs,
        ...(next === undefined ? {} : { skipToken: next }),
      };
    });
  }

  return {
    async page(query, scope, skipToken) {
      let answer = await read(query, scope, skipToken, PAGE_SIZES[0]);
      for (const top of PAGE_SIZES.slice(1)) {
        if (answer.ok || !/PayloadTooLarge/i.test(answer.trouble.message)) break;
        answer = await read(query, scope, skipToken, top);
      }
      return answer;
    },
  };
}

/** Rows through the query's schema; one that does not fit is named and set aside, the others go on. */
function sorted<R>(
  query: QueryDefinition<QueryParameters, R>,
  data: readonly unknown[],
): Pick<GraphPage<R>, 'rows' | 'odd'> {
  const rows: R[] = [];
  const odd: OddRow[] = [];
  for (const row of data) {
    const parsed = query.row.safeParse(row);
    if (parsed.success) rows.push(parsed.data);
    else {
      const id = (row as { id?: unknown } | null)?.id;
      odd.push({
        query: query.id,
        id: typeof id === 'string' ? id : null,
        faults: faultsOf(parsed.error).slice(0, 5),
      });
    }
  }
  return { rows, odd };
}

function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400, code });
}

/** Zero while quota is left; else the time the service says the quota needs, `hh:mm:ss`. */
function quotaWait(headers: { get(name: string): string | undefined }): number {
  const remaining = headers.get('x-ms-user-quota-remaining');
  if (remaining === undefined || Number(remaining) > 0) return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (headers.get('x-ms-user-quota-resets-after') ?? '00:00:05')
    .split(':')
    .map(Number);
  const wait = (hours * 60 + minutes) * 60 + seconds;
  return Math.max(1, Number.isFinite(wait) ? wait : 5) * 1000;
}
