import { type Binding, bindText } from './bind.ts';
import { breathe } from './breathe.ts';
import type { Catalog } from './catalog.ts';
import { items, type KustoSymbol, kustoService, symbolClass } from './kusto.ts';
import type { QueryHolder } from './model.ts';
import type { Reading } from './reading.ts';
import { namesIn } from './text-search.ts';

interface Declared {
  readonly alias: string;
  readonly text: string;
  /** With its body: the service puts the arguments in wherever it is called. */
  readonly symbol: KustoSymbol;
}

/**
 * A binding with every function of the workspace. Each is read once, those it calls before it, and then stands for
 * its result: a parser that twenty others make up is not bound anew in every rule that calls it. A function that
 * takes tables, or names one by `table()`, keeps its body, for what it reads is up to the caller. Functions that
 * call each other in a circle keep theirs until all of them are read; the service ends the circle.
 */
export async function bindFunctions(catalog: Catalog, holders: readonly QueryHolder[]): Promise<Binding> {
  const declared = new Map<string, Declared>();
  for (const one of holders.map(declare)) if (one !== undefined) declared.set(one.alias, one);
  const readings = new Map<string, Reading | undefined>(
    [...declared.keys()].map((alias) => [alias, undefined]),
  );
  const summaries = new Map<string, KustoSymbol>();
  const begun = new Set<string>();

  function binding(): Binding {
    const { GlobalState, Symbols } = kustoService();
    const functions = [...declared.values()].map(({ alias, symbol }) => summaries.get(alias) ?? symbol);
    const tables = [...catalog.tables.values()].map(({ symbol }) => symbol);
    const database = new Symbols.DatabaseSymbol.$ctor1('workspace', [...tables, ...functions]);
    return {
      catalog,
      globals: GlobalState.Default.WithDatabase(database),
      called: new Map(
        [...summaries].map(([alias, symbol]) => [symbol, { alias, reading: readings.get(alias) as Reading }]),
      ),
      aliases: readings,
    };
  }

  async function read(alias: string): Promise<void> {
    const one = declared.get(alias);
    if (one === undefined || begun.has(alias)) return;
    begun.add(alias);
    for (const other of namesIn(one.text, declared)) await read(other);
    await breathe();
    const { reading, result } = bindBody(binding(), one.symbol, one.text);
    readings.set(alias, reading);
    if (!dependsOnCaller(one) && result !== null && symbolClass(result) !== 'ErrorSymbol')
      summaries.set(alias, summary(one, result));
  }

  for (const alias of declared.keys()) await read(alias);
  return binding();
}

function declare({ alias, parameters = '', texts }: QueryHolder): Declared | undefined {
  const text = texts[0]?.text;
  if (alias === undefined || text === undefined) return undefined;
  const { FunctionSymbol } = kustoService().Symbols;
  // A line break ends a comment that the text ends with.
  return { alias, text, symbol: new FunctionSymbol.$ctor16(alias, `(${parameters})`, `{${text}\n}`) };
}

/** Binds the text of a function with its parameters in sight. */
function bindBody(binding: Binding, symbol: KustoSymbol, text: string) {
  const { ParameterSymbol, ScalarTypes } = kustoService().Symbols;
  const parameters = parametersOf(symbol).map(
    ({ Name, DeclaredTypes }) =>
      new ParameterSymbol(Name, items(DeclaredTypes)[0] ?? (ScalarTypes['String'] as KustoSymbol)),
  );
  const globals = parameters.length === 0 ? binding.globals : binding.globals.AddParameters(parameters);
  return bindText({ ...binding, globals }, text);
}

function dependsOnCaller({ symbol, text }: Declared): boolean {
  return parametersOf(symbol).some(({ IsTabular }) => IsTabular) || /\btable\s*\(/.test(text);
}

function summary({ alias, symbol }: Declared, result: KustoSymbol): KustoSymbol {
  const { FunctionSymbol } = kustoService().Symbols;
  return new FunctionSymbol.$ctor5(alias, result, items(symbol.Signatures)[0]?.Parameters ?? []);
}

function parametersOf(symbol: KustoSymbol) {
  return items(items(symbol.Signatures)[0]?.Parameters);
}
