import { INFO, PLACED } from '../functions/http/openapi/document.ts';
import { queryParameters, refTo } from '../functions/http/openapi/json-schema.ts';
import { type Operation, problemsOf, TAGS } from '../functions/http/openapi/operation.ts';
import { statusOf } from '../functions/http/problem.ts';

/** The page about the HTTP API, made from the descriptions that its OpenAPI document is made from. */
export function apiPage(): string {
  const groups = Object.entries(TAGS).flatMap(([tag, about]) => [
    `## ${tag[0]?.toUpperCase()}${tag.slice(1)}`,
    '',
    about,
    '',
    ...PLACED.filter(({ operation }) => operation.tag === tag).flatMap(operationLines),
  ]);
  return [
    '# HTTP API',
    '',
    'Made from `functions/http/openapi/` by `node scripts/reference-docs.ts`; change the descriptions there.',
    '',
    INFO.description,
    'The app serves the whole of it as [OpenAPI 3.1](openapi.json) at `GET /api/openapi.json`, and what flows need as [Swagger 2.0](flow-connector.json) at `GET /api/openapi.json?format=connector`.',
    '',
    '- Every call but `GET /api/health` needs a function key: the header `x-functions-key`, or the query parameter `code`.',
    '- Every call can answer 400 `invalidRequest`, 401 without a body, and 500 `internalError`; one with a body 400 `invalidJson` and 413 `requestTooLarge`.',
    '- Calls marked with `Idempotency-Key` start something: repeated with the same key and body they answer the same and start nothing; with another body they answer 422 `idempotencyKeyReused`.',
    '- Where an answer can be CSV, `Accept: text/csv` asks for it.',
    '',
    ...groups,
  ].join('\n');
}

function operationLines({ name, method, path, operation }: (typeof PLACED)[number]): string[] {
  const rows = [...rowsOf(operation)].map(([what, text]) => `| ${what} | ${text.replaceAll('|', '\\|')} |`);
  return [
    `### ${name}`,
    '',
    `\`${method.toUpperCase()} /api${path}\` — ${operation.summary}.`,
    operation.description,
    '',
    '| | |',
    '| --- | --- |',
    ...rows,
    '',
  ];
}

function* rowsOf(operation: Operation): Generator<readonly [string, string]> {
  const { path = {}, query, body, starts, answers } = operation;
  for (const [name, text] of Object.entries(path)) yield [`\`{${name}}\``, text];
  for (const { name, required, description } of query === undefined ? [] : queryParameters(query))
    yield [`\`?${name}\`${required ? ' (needed)' : ''}`, description];
  if (starts) yield ['header', '`Idempotency-Key`'];
  if (body !== undefined) yield ['body', `\`${nameOf(body)}\``];
  for (const [status, { what, body: answer, csv, html, text, zip, headers = [] }] of Object.entries(
    answers,
  )) {
    const forms = [
      ...(answer === undefined ? [] : [`\`${nameOf(answer)}\``]),
      ...(csv ? ['CSV'] : []),
      ...(html ? ['HTML'] : []),
      ...(zip ? ['zip'] : []),
      ...(text ? ['text'] : []),
    ];
    const told = headers.length === 0 ? '' : ` Headers: ${headers.map((one) => `\`${one}\``).join(', ')}.`;
    yield [status, `${what} ${forms.join(' or ')}.${told}`];
  }
  const own = problemsOf(operation).filter((code) => (operation.problems ?? []).includes(code));
  const problems = own.map((code) => `${statusOf(code)} \`${code}\``).sort();
  if (problems.length > 0) yield ['problems', problems.join(', ')];
}

function nameOf(schema: Parameters<typeof refTo>[0]): string {
  return String(refTo(schema)['$ref']).split('/').at(-1) ?? '';
}

/** A document with one line for each path and each schema, so that a change shows where it is. */
export function documentText(document: object): string {
  const lines = (value: unknown, depth: number): string => {
    if (depth === 0 || value === null || typeof value !== 'object' || Array.isArray(value))
      return JSON.stringify(value);
    const indent = '  '.repeat(4 - depth);
    const entries = Object.entries(value).map(
      ([name, one]) => `${indent}  ${JSON.stringify(name)}: ${lines(one, depth - 1)}`,
    );
    return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
  };
  return `${lines(document, 4)}\n`;
}
