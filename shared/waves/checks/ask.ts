import { z } from 'zod';
import type { Check, CheckResult } from '../../model/checks.ts';
import { defineQuery } from '../../model/query.ts';
import type { Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../../verification/gateway.ts';
import { fieldOf, passes, ruleText } from './pass-rule.ts';

type Judged = Pick<CheckResult, 'result' | 'message'>;
type Of<K extends Check['kind']> = Extract<Check, { kind: K }>;

/** What checks need from outside beside queries: one GET without credentials. */
export interface HttpCheckGateway {
  get(url: string): Promise<Result<{ readonly status: number; readonly body: unknown }>>;
}

/** Rows of a check that are looked at; its query should say little. */
const MOST_ROWS = 1000;

/** A query of the user's own, with its own rule of what is good. */
export async function askQuery(
  logs: LogsGateway,
  customerId: string | undefined,
  { query, lookbackSeconds, column, pass, rows: quantifier, noRows }: Of<'query'>,
  nowMs: number,
): Promise<Judged> {
  if (customerId === undefined) return { result: 'error', message: 'The plan does not know the workspace.' };
  const span = {
    since: new Date(nowMs - lookbackSeconds * 1000).toISOString(),
    until: new Date(nowMs).toISOString(),
  };
  const definition = defineQuery({
    id: 'check',
    target: 'logAnalytics',
    parameters: { since: 'datetime', until: 'datetime' },
    text: query,
    row: z.record(z.string(), z.unknown()),
  });
  const answer = await logs.query(customerId, definition, span, span);
  if (!answer.ok) return { result: 'error', message: `The query failed: ${answer.trouble.message}` };
  if (answer.value.length === 0) return { result: noRows, message: 'The query gave no rows.' };
  if (answer.value.length > MOST_ROWS)
    return { result: 'error', message: `The query gave more than ${MOST_ROWS} rows.` };
  const judged = answer.value.map((row) => passes(pass, row[column]));
  const unknown = judged.filter((one) => one === undefined).length;
  const good = judged.filter((one) => one === true).length;
  const message = `In ${good} of ${judged.length} rows ${column} is ${ruleText(pass)}.`;
  if (unknown === judged.length)
    return { result: 'error', message: `No row has a value in ${column} that can be compared.` };
  return {
    result: (quantifier === 'every' ? good === judged.length : good > 0) ? 'pass' : 'fail',
    message,
  };
}

/** An address of the user's own, with its own rule of what is good. */
export async function askHttp(
  http: HttpCheckGateway,
  { url, status, field, pass }: Of<'http'>,
): Promise<Judged> {
  const answer = await http.get(url);
  if (!answer.ok) return { result: 'error', message: `No answer: ${answer.trouble.message}` };
  if (answer.value.status !== status)
    return { result: 'fail', message: `The answer has status ${answer.value.status}, not ${status}.` };
  if (field === undefined || pass === undefined)
    return { result: 'pass', message: `The answer has status ${status}.` };
  const found = fieldOf(answer.value.body, field);
  const good = passes(pass, found);
  if (good === undefined)
    return { result: 'error', message: `The answer has no value at ${field} that can be compared.` };
  const shown = JSON.stringify(found).slice(0, 100);
  return {
    result: good ? 'pass' : 'fail',
    message: `${field} is ${shown}; it must be ${ruleText(pass)}.`,
  };
}
