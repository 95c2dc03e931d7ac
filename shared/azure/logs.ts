import { renderQuery } from '../model/query.ts';
import type { LogsGateway } from '../verification/gateway.ts';
import { type AzureContext, clientOptions, memoize } from './context.ts';
import { attempt } from './trouble.ts';

/** Log Analytics queries. A partial answer is an error: half a count would be judged as if it were whole. */
export function createLogsGateway(context: AzureContext): LogsGateway {
  const client = memoize(async () => {
    const { LogsQueryClient } = await import('@azure/monitor-query-logs');
    return new LogsQueryClient(context.credential, clientOptions(context));
  });
  return {
    query: (customerId, query, parameters, span) =>
      attempt(async () => {
        const logs = await client('logs');
        const answer = await logs.queryWorkspace(customerId, renderQuery(query, parameters), {
          startTime: new Date(span.since),
          endTime: new Date(span.until),
        });
        if (answer.status !== 'Success') {
          throw Object.assign(new Error('the query was answered in part only'), { statusCode: 503 });
        }
        const table = answer.tables[0];
        const names = table?.columnDescriptors.map(({ name }) => name ?? '') ?? [];
        return (table?.rows ?? []).map((row) =>
          query.row.parse(Object.fromEntries(names.map((name, i) => [name, plain(row[i])]))),
        );
      }),
  };
}

/** The client parses instants into Date; rows carry ISO strings. */
function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
