import { type KustoSymbol, loadKustoService } from './kusto.ts';
import type { TableSchema } from './model.ts';

/** The tables of a workspace as the language service sees them. */
export interface Catalog {
  /** By name; names of tables compare with case. */
  readonly tables: ReadonlyMap<string, CatalogTable>;
  /** The table a symbol stands for. */
  tableOf(symbol: KustoSymbol): string | undefined;
  /** The table that has a column; undefined for one that a query made. */
  ownerOf(column: KustoSymbol): string | undefined;
}

export interface CatalogTable {
  readonly symbol: KustoSymbol;
  readonly columns: ReadonlySet<string>;
}

/** Column types of Log Analytics by their Kusto types; facts file 3.2 (tables), both spellings of dates and flags. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'String',
  int: 'Int',
  long: 'Long',
  real: 'Real',
  double: 'Real',
  decimal: 'Decimal',
  bool: 'Bool',
  boolean: 'Bool',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  guid: 'Guid',
  dynamic: 'Dynamic',
};

/** Declares the tables of a workspace. A type that is not known counts as text: names matter here, not types. */
export async function createCatalog(schemas: readonly TableSchema[]): Promise<Catalog> {
  const { Symbols } = await loadKustoService();
  const tables = new Map<string, CatalogTable>();
  const names = new Map<KustoSymbol, string>();
  const owners = new Map<KustoSymbol, string>();
  for (const { name, columns } of schemas) {
    const unique = new Map(columns.map((column) => [column.name, column.type]));
    const symbols = [...unique].map(
      ([column, type]) =>
        new Symbols.ColumnSymbol(
          column,
          Symbols.ScalarTypes[TYPES[type.toLowerCase()] ?? 'String'] as KustoSymbol,
        ),
    );
    for (const symbol of symbols) owners.set(symbol, name);
    const symbol = new Symbols.TableSymbol.$ctor4(name, symbols);
    names.set(symbol, name);
    tables.set(name, { symbol, columns: new Set(unique.keys()) });
  }
  return {
    tables,
    tableOf: (symbol) => names.get(symbol),
    ownerOf: (column) => owners.get(column),
  };
}
