/** A result as the query API returns it. */
export interface LogColumn {
  readonly name: string;
  readonly type: 'string' | 'datetime' | 'long' | 'real' | 'bool' | 'dynamic';
}

export interface LogTable {
  readonly columns: readonly LogColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

const column =
  (type: LogColumn['type']) =>
  (name: string): LogColumn => ({ name, type });

export const string = column('string');
export const datetime = column('datetime');
export const long = column('long');
export const real = column('real');
export const bool = column('bool');
/** Its values are texts of JSON. */
export const dynamic = column('dynamic');

export const iso = (instant: number): string => new Date(instant).toISOString();

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
