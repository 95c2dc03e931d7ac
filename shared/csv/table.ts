import { stringify } from 'csv-stringify/sync';

export interface CsvColumn<Row> {
  readonly header: string;
  readonly value: (row: Row) => string | number | boolean | null | undefined;
}

/** Rows as RFC 4180 text. Names from outside are inert: a spreadsheet runs no formula hidden in one. */
export function csvText<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: Iterable<Row>,
  { header = true } = {},
): string {
  const records = [
    ...(header ? [columns.map((column) => column.header)] : []),
    ...Array.from(rows, (row) => columns.map(({ value }) => value(row))),
  ];
  return stringify(records, {
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { boolean: (value) => (value ? 'yes' : 'no') },
  });
}
