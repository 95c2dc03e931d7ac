import { items, loadKustoService } from '../../../shared/rules/blast-radius/kusto.ts';

const { Symbols, GlobalState, KustoCode } = await loadKustoService();

export interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  /** The part of the query that the message is about. */
  readonly at: string;
}

export interface Bound {
  readonly diagnostics: readonly Diagnostic[];
  /** Result columns in order, with their Kusto kinds. */
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
}

/** Parses and binds a query against the tables it was made for. */
export type Bind = (text: string) => Bound;

/** The official Kusto language service over these tables, by name, each as `column:kind, …`. */
export function createBinder(tables: Readonly<Record<string, string>>): Bind {
  const symbols = Object.entries(tables).map(([name, columns]) =>
    Symbols.TableSymbol.From(`(${quoteNames(columns)})`).WithName(name),
  );
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor1('estate', symbols));
  return (text) => {
    const code = KustoCode.ParseAndAnalyze(text, globals);
    return {
      diagnostics: items(code.GetDiagnostics()).map(({ Severity, Message, Start, Length }) => ({
        severity: Severity,
        message: Message,
        at: text.slice(Start, Start + Length),
      })),
      columns: items(code.ResultType?.Columns).map(({ Name, Type }) => ({
        name: Name,
        kind: Type?.Name ?? '',
      })),
    };
  };
}

/** `kind:string` -> `['kind']:string`: some columns have the names of keywords, at which the parser would stop. */
function quoteNames(columns: string): string {
  return columns.replace(/(\w+):/g, "['$1']:");
}
