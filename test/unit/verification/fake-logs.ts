import { ok, type Result } from '../../../shared/model/trouble.ts';
import type { LogsGateway } from '../../../shared/verification/gateway.ts';

export interface Asked {
  readonly customerId: string;
  readonly query: string;
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
}

/** Answers queries by id and keeps what was asked; a query without an answer fails the test. */
export function fakeLogs(
  answers: Record<string, (asked: Asked) => Result<readonly unknown[]> | readonly unknown[]>,
): { logs: LogsGateway; asked: Asked[] } {
  const asked: Asked[] = [];
  const logs: LogsGateway = {
    async query(customerId, query, parameters) {
      const call = { customerId, query: query.id, parameters };
      asked.push(call);
      const answer = answers[query.id];
      if (answer === undefined) throw new Error(`unexpected query ${query.id}`);
      const given = answer(call);
      const result = 'ok' in given ? given : ok(given);
      return result.ok ? ok(result.value.map((row) => query.row.parse(row))) : result;
    },
  };
  return { logs, asked };
}
