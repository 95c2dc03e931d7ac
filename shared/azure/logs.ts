import { type PipelinePolicy, RestError } from '@azure/core-rest-pipeline';
import { renderQuery } from '../model/query.ts';
import type { LogsGateway } from '../verification/gateway.ts';
import { type AzureContext, clientOptions, memoize } from './context.ts';
import { QUERY_ANSWER_MS } from './time-limit.ts';
import { attempt } from './trouble.ts';

/** Log Analytics queries. A partial answer is an error: half a count would be judged as if it were whole. */
export function createLogsGateway(context: AzureContext): LogsGateway {
  const client = memoize(async () => {
    const { LogsQueryClient } = await import('@azure/monitor-query-logs');
    const { endpoint, scope } = context.cloud.logs;
    const options = clientOptions(context, QUERY_ANSWER_MS);
    return new LogsQueryClient(context.credential, {
      ...options,
      additionalPolicies: [
        ...options.additionalPolicies,
        { policy: answerPolicy, position: 'perCall' as const },
      ],
      endpoint,
      credentials: { scopes: [scope] },
    });
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

/**
 * Tells apart what the client reports as one and the same error, by the answer itself: one that was cut because it
 * is too large (said after the rows), and a table that the workspace does not have, which is how the service
 * answers until the first row comes (azure-quickstart-templates #5174).
 */
const answerPolicy: PipelinePolicy = {
  name: 'answerPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    const body = response.bodyAsText ?? '';
    if (/E_QUERY_RESULT_SET_TOO_LARGE/.test(body.slice(-5000))) {
      throw new RestError('the answer is larger than the query service gives', {
        ...{ code: 'ResultTooLarge', statusCode: 400, request },
      });
    }
    const missing = response.status === 400 ? /Failed to resolve table[^']*'(\w+)'/.exec(body) : null;
    if (missing !== null) {
      throw new RestError(`the workspace has no table ${missing[1]}`, {
        ...{ code: 'TableMissing', statusCode: 400, request },
      });
    }
    return response;
  },
};

/** The client parses instants into Date; rows carry ISO strings. */
function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
