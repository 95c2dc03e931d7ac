import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type CsvColumn, csvText } from '../../shared/csv/table.ts';

export type { CsvColumn };

/** Rows as an answer of CSV. */
export function csvResponse<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: Iterable<Row>,
): HttpResponseInit & { readonly body: string } {
  return {
    status: 200,
    headers: { 'content-type': 'text/csv; charset=utf-8', vary: 'accept' },
    body: csvText(columns, rows),
  };
}

/** One page of a list as JSON or CSV, as the caller prefers; in CSV the next place is in a header. */
export function pageResponse<Row>(
  request: Pick<HttpRequest, 'headers'>,
  page: {
    readonly name: string;
    readonly items: readonly Row[];
    readonly next: string | undefined;
    /** What JSON says beside the list. */
    readonly about?: Readonly<Record<string, unknown>>;
  },
  columns: readonly CsvColumn<Row>[],
): HttpResponseInit {
  const { name, items, next, about } = page;
  if (!wantsCsv(request)) {
    const jsonBody = { ...about, [name]: items, ...(next !== undefined && { next }) };
    return { headers: { vary: 'accept' }, jsonBody };
  }
  const answer = csvResponse(columns, items);
  return { ...answer, headers: { ...answer.headers, ...(next !== undefined && { 'x-next': next }) } };
}

/** Whether the caller named `text/csv` and does not prefer JSON; a wildcard means JSON. */
export function wantsCsv(request: Pick<HttpRequest, 'headers'>): boolean {
  return accepts(request, 'text/csv');
}

/** Whether the caller named a type and does not prefer JSON. */
export function accepts(request: Pick<HttpRequest, 'headers'>, wanted: string): boolean {
  return preferred(request, [wanted, 'application/json']) === wanted;
}

/** Which of these types the caller named and likes best; undefined where it named none. */
export function preferred(
  request: Pick<HttpRequest, 'headers'>,
  offered: readonly string[],
): string | undefined {
  const accepted = (request.headers.get('accept') ?? '').split(',').map((range, place) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1);
    return { type, rank: Number.isNaN(quality) ? 0 : quality, place };
  });
  return accepted
    .filter(({ type, rank }) => rank > 0 && offered.includes(type))
    .sort((a, b) => b.rank - a.rank || a.place - b.place)[0]?.type;
}
