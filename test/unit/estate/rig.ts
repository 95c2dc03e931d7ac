import type { Clock } from '../../../rehearsal/clock.ts';
import {
  createEstate,
  type Estate,
  type EstateFile,
  type EstateOptions,
} from '../../../rehearsal/estate/index.ts';
import { type QueryDefinition, type QueryParameters, renderQuery } from '../../../shared/model/query.ts';
import type { Table } from '../../../shared/model/streams.ts';
import { agentHeartbeatsQuery } from '../../../shared/verification/queries/agent-heartbeats.ts';
import { tableRowsQueries } from '../../../shared/verification/queries/table-rows.ts';
import { CUSTOMER, START } from '../../support/small-estate.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GRAPH =
  'https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers are JSON of any shape
  readonly body: any;
}

/** An estate with a clock a test moves by hand, and short calls. */
export function rig(file: EstateFile, options: Partial<EstateOptions> = {}) {
  let now = START;
  const clock: Clock = {
    now: () => now,
    at: () => () => undefined,
    sleep: async () => undefined,
    hold: () => () => undefined,
    stop: () => undefined,
  };
  const estate: Estate = createEstate({ file, clock, ...options });

  function send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Answer {
    const audience = url.includes('loganalytics')
      ? 'https://api.loganalytics.io'
      : url.includes('vault')
        ? 'https://vault.azure.net'
        : 'https://management.azure.com';
    const { response } = estate.handleNow({
      method,
      url,
      headers: { authorization: `Bearer ${estate.issueToken('system', audience)}`, ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: response.body === '' ? undefined : JSON.parse(response.body),
    };
  }

  const arm = (method: string, path: string, body?: unknown): Answer => {
    const version =
      /HybridCompute/i.test(path) && !/Microsoft\.Insights/i.test(path)
        ? '2024-07-10'
        : /Microsoft\.Insights/i.test(path)
          ? '2024-03-11'
          : /OperationalInsights/i.test(path)
            ? '2025-07-01'
            : /locks/.test(path)
              ? '2020-05-01'
              : /virtualMachines/i.test(path)
                ? '2026-04-01'
                : '2022-12-01';
    return send(
      method,
      `https://management.azure.com${path}${path.includes('?') ? '&' : '?'}api-version=${version}`,
      body,
    );
  };

  /** All rows of a Resource Graph query, page after page. */
  const graph = (query: { readonly text: string }, scope: Record<string, unknown> = {}): Answer['body'][] => {
    const rows: Answer['body'][] = [];
    let token: string | undefined;
    const { options, ...rest } = scope as { options?: object };
    do {
      const paging = token === undefined ? {} : { $skipToken: token };
      const { status, body } = send('POST', GRAPH, {
        query: query.text,
        ...rest,
        options: { $top: 1000, ...options, ...paging },
      });
      if (status !== 200) throw new Error(JSON.stringify(body));
      rows.push(...body.data);
      token = body.$skipToken;
    } while (token !== undefined);
    return rows;
  };

  const logs = (query: string, customer = CUSTOMER): Answer =>
    send('POST', `https://api.loganalytics.io/v1/workspaces/${customer}/query`, { query });
  const iso = (instant: number) => new Date(instant).toISOString();

  return {
    estate,
    send,
    arm,
    graph,
    logs,
    /** Rows of a log query as records. */
    records: <P extends QueryParameters, R>(
      query: QueryDefinition<P, R>,
      values: P,
      customer?: string,
    ): Answer['body'][] => {
      const [table] = logs(renderQuery(query, values), customer).body.tables;
      return table.rows.map((row: unknown[]) =>
        Object.fromEntries(table.columns.map((column: { name: string }, i: number) => [column.name, row[i]])),
      );
    },
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    /** Categories heard in the last `ms`. */
    heard: (machine: string, ms = 10 * MINUTE): string[] =>
      logs(
        renderQuery(agentHeartbeatsQuery, {
          since: iso(now - ms),
          until: iso(now),
          machines: [machine.toLowerCase()],
        }),
      ).body.tables[0].rows.map((row: string[]) => row[1]),
    /** Rows of a table in [from, until], and the last of them. */
    rows: (
      machine: string,
      table: Table,
      from: number,
      until: number,
      customer = CUSTOMER,
    ): { count: number; last: string | undefined } => {
      const windows = {
        baselineSince: iso(from),
        baselineUntil: iso(from),
        since: iso(from),
        until: iso(until),
      };
      const [row] = logs(
        renderQuery(tableRowsQueries[table], { ...windows, machines: [machine.toLowerCase()] }),
        customer,
      ).body.tables[0].rows;
      return { count: row?.[1] ?? 0, last: row?.[3] };
    },
  };
}

export const AMA_WINDOWS = {
  location: 'westeurope',
  properties: {
    publisher: 'Microsoft.Azure.Monitor',
    type: 'AzureMonitorWindowsAgent',
    typeHandlerVersion: '1.2',
    autoUpgradeMinorVersion: true,
    settings: {},
  },
};

export const AMA_LINUX = {
  location: 'westeurope',
  properties: { ...AMA_WINDOWS.properties, type: 'AzureMonitorLinuxAgent', typeHandlerVersion: '1.36' },
};
