import { declaredRows } from '../check-answers.ts';
import { dict, text } from '../json.ts';
import { type Recognised, recogniseLogs } from '../recognise.ts';
import type { State } from '../state/state.ts';
import { hasTable } from '../state/tables.ts';
import type { Workspace } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { logRows } from './rows.ts';

/** `POST /v1/workspaces/{customerId}/query` of api.loganalytics.io. Facts file 3.2. */
export function queryLogs(state: State, path: string, body: unknown, now: number): Reply {
  const customer = /^\/v1\/workspaces\/([^/]+)\/query\/?$/i.exec(path)?.[1];
  const workspace = customer === undefined ? undefined : state.customers.get(customer.toLowerCase());
  // Azure answers an unknown workspace as an unknown path (azure-cli-extensions #2479).
  if (workspace === undefined)
    return logsError(404, 'PathNotFoundError', 'The requested path does not exist');
  const asked = text(dict(body)['query']) ?? '';
  const declared = declaredRows(state, asked, now);
  if (declared !== undefined)
    return { status: 200, body: { tables: [{ name: 'PrimaryResult', ...declared }] } };
  const recognised = recogniseLogs(asked);
  if (!recognised.ok) {
    return logsError(400, 'BadArgumentError', 'The request had some invalid properties', {
      code: 'SemanticError',
      message: recognised.message,
    });
  }
  const missing = missingTable(state, workspace, recognised.found);
  if (missing !== undefined) {
    return logsError(400, 'BadArgumentError', 'The request had some invalid properties', {
      code: 'SemanticError',
      message: 'A semantic error occurred.',
      innererror: {
        code: 'SEM0100',
        message: `'where' operator: Failed to resolve table or column expression named '${missing}'`,
      },
    });
  }
  const answer = logRows(state, workspace, recognised.found, now);
  if (answer === undefined) {
    return logsError(
      400,
      'BadArgumentError',
      `the simulated estate has no rows for query ${recognised.found.query.id}`,
    );
  }
  const { columns, rows } = answer;
  const most = state.queryRows;
  if (rows.length <= most)
    return { status: 200, body: { tables: [{ name: 'PrimaryResult', columns, rows }] } };
  const tables = [{ name: 'PrimaryResult', columns, rows: rows.slice(0, most) }];
  return { status: 200, body: { tables, error: tooLarge(most) } };
}

/** A custom table that a query needs and the workspace does not have; of two that may be missing, both have to be. */
function missingTable(state: State, workspace: Workspace, { query, values }: Recognised): string | undefined {
  if (!query.id.startsWith('custom-')) return undefined;
  const names = [values['legacyTable'], values['logTable']].flatMap((name) => name ?? []);
  return names.some((name) => hasTable(state, workspace, name)) ? undefined : names[0];
}

/** An answer of which the engine lost a part: the first half of the rows, and an error of code PartialError. */
export function partly(reply: Reply): Reply {
  const found = dict(reply.body)['tables'];
  if (reply.status !== 200 || !Array.isArray(found)) return reply;
  const tables = found.map((table: unknown) => {
    const rows = dict(table)['rows'];
    return Array.isArray(rows)
      ? { ...dict(table), rows: rows.slice(0, Math.floor(rows.length / 2)) }
      : dict(table);
  });
  const error = { code: 'PartialError', message: 'There were some errors when processing your query.' };
  return { ...reply, body: { tables, error } };
}

/** Beside the rows that fit: the service answers 200 with an error of code PartialError. */
function tooLarge(most: number): unknown {
  const innererror = {
    code: '-2133196797',
    message: `The results of this query exceed the set limit of ${most} records, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003). See https://aka.ms/kustoquerylimits for more information and possible solutions.`,
    severity: 2,
    severityName: 'Error',
  };
  return {
    code: 'PartialError',
    message: 'There were some errors when processing your query.',
    details: [
      {
        code: 'EngineError',
        message: 'Something went wrong processing your query on the server.',
        innererror,
      },
    ],
  };
}

export function logsError(
  status: number,
  code: string,
  message: string,
  innererror?: { code: string; message: string; innererror?: { code: string; message: string } },
): Reply {
  return {
    status,
    body: {
      error: {
        message,
        code,
        correlationId: '00000000-0000-0000-0000-000000000000',
        ...(innererror === undefined ? {} : { innererror }),
      },
    },
  };
}
