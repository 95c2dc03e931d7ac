import type { Catalog } from './catalog.ts';
import { complaint } from './complaints.ts';
import { type Globals, items, type KustoSymbol, kustoService } from './kusto.ts';
import { emptyReading, type Reading, readAll, readColumn, readTable } from './reading.ts';
import { namesIn } from './text-search.ts';
import { originsOf, type Scope, walk } from './walk.ts';

/** What texts are bound against: the tables, and the functions as far as they are known. */
export interface Binding {
  readonly catalog: Catalog;
  readonly globals: Globals;
  /** What a call of a function reads, for the functions that were read before. */
  readonly called: ReadonlyMap<KustoSymbol, { readonly alias: string; readonly reading: Reading }>;
  /** Aliases of all functions, with what each reads if that is known. */
  readonly aliases: ReadonlyMap<string, Reading | undefined>;
}

/** A bound text: what it reads, and the type of its result. */
export interface BoundText {
  readonly reading: Reading;
  readonly result: KustoSymbol | null;
}

/** Binds a text and says what it reads. A text that does not parse is searched for names of tables as well. */
export function bindText(binding: Binding, text: string): BoundText {
  const { catalog, globals, called } = binding;
  const tree = kustoService().KustoCode.ParseAndAnalyze(text, globals);
  const reading = emptyReading();
  const scope: Scope = { catalog, called, reading, loose: new Set(), everyColumn: false, expanded: 0 };
  walk(scope, tree.Syntax);
  for (const diagnostic of items(tree.GetDiagnostics())) {
    const why = complaint(diagnostic);
    if (why !== undefined) reading.unresolved.add(why);
  }
  if (items(tree.GetSyntaxDiagnostics()).some(({ Severity }) => Severity === 'Error'))
    searchText(binding, text, reading, 'The text does not parse');
  settle(scope);
  noteWholeRows(scope, tree.ResultType);
  return { reading, result: tree.ResultType };
}

/** What a text reads by the names in it alone, for one that is not bound; `why` says the reason. */
export function searchedText(binding: Binding, text: string, why: string): Reading {
  const reading = emptyReading();
  searchText(binding, text, reading, why);
  return reading;
}

function searchText({ catalog, aliases }: Binding, text: string, reading: Reading, why: string): void {
  reading.unresolved.add(`${why}; it was searched for names of tables and functions.`);
  for (const table of namesIn(text, catalog.tables)) readAll(reading, table);
  for (const alias of namesIn(text, aliases)) {
    for (const table of aliases.get(alias)?.tables.keys() ?? []) readAll(reading, table);
  }
}

/** Names that could not be bound count for every table that is read and has such a column. */
function settle({ catalog, reading, loose, everyColumn }: Scope): void {
  for (const table of [...reading.tables.keys()]) {
    if (everyColumn) readAll(reading, table);
    for (const name of loose) {
      if (catalog.tables.get(table)?.columns.has(name)) readColumn(reading, table, name);
    }
  }
}

function noteWholeRows({ catalog, reading }: Scope, result: KustoSymbol | null): void {
  const shown = new Map<string, Set<string>>();
  for (const column of items(result?.Columns).flatMap((one) => originsOf(catalog, one))) {
    const columns = shown.get(column.table) ?? new Set();
    shown.set(column.table, columns.add(column.name));
  }
  for (const [table, columns] of shown) {
    readTable(reading, table);
    if (columns.size === catalog.tables.get(table)?.columns.size) reading.wholeRows.add(table);
  }
}
