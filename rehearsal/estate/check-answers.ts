import { fail } from './arm/errors.ts';
import { contains } from './intervals.ts';
import type { LogTable } from './logs/table.ts';
import { string } from './logs/table.ts';
import type { State } from './state/state.ts';
import { periodOf } from './state/traits.ts';
import type { Reply } from './wire.ts';

/** What the file declares for the text of a check's query, which follows the app's prologue; undefined: nothing. */
export function declaredRows(state: State, text: string, now: number): LogTable | undefined {
  const body = text.replace(/^(let \w+ = datetime\([^)]*\);\n)*/, '').trim();
  const found = state.checks.queries?.findLast(
    (entry) => dedented(entry.query) === body && contains(periodOf(entry), now),
  );
  if (found === undefined) return undefined;
  const names = [...new Set(found.rows.flatMap(Object.keys))];
  return {
    columns: names.map((name) => {
      const value = found.rows.find((row) => row[name] != null)?.[name];
      return typeof value === 'number'
        ? { name, type: 'real' }
        : typeof value === 'boolean'
          ? { name, type: 'bool' }
          : string(name);
    }),
    rows: found.rows.map((row) => names.map((name) => row[name] ?? null)),
  };
}

/** A host beyond Azure answers what the file declares for the address. */
export function elsewhere(state: State, url: string, host: string, now: number): Reply {
  const found = state.checks.http?.findLast(
    (entry) => entry.url.toLowerCase() === url.toLowerCase() && contains(periodOf(entry), now),
  );
  if (found === undefined) return fail(404, 'NotFound', `The simulated estate does not serve ${host}.`);
  return { status: found.status, ...(found.body === undefined ? {} : { body: found.body }) };
}

function dedented(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trim();
}
