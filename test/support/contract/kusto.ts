import { createRequire } from 'node:module';

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
  const { Symbols, GlobalState, KustoCode } = loadLanguageService();
  const symbols = Object.entries(tables).map(([name, columns]) =>
    Symbols.TableSymbol.From(`(${quoteNames(columns)})`).WithName(name),
  );
  const database = new Symbols.DatabaseSymbol.$ctor1('estate', symbols);
  const globals = GlobalState.Default.WithDatabase(database);
  return (text) => {
    const code = KustoCode.ParseAndAnalyze(text, globals);
    return {
      diagnostics: items(code.GetDiagnostics()).map(({ Severity, Message, Start, Length }) => ({
        severity: Severity,
        message: Message,
        at: text.slice(Start, Start + Length),
      })),
      columns: items(code.ResultType?.Columns).map(({ Name, Type }) => ({ name: Name, kind: Type.Name })),
    };
  };
}

/** `kind:string` -> `['kind']:string`: some columns have the names of keywords, at which the parser would stop. */
function quoteNames(columns: string): string {
  return columns.replace(/(\w+):/g, "['$1']:");
}

/** What is used of a library that is C# turned into JavaScript and puts itself on `globalThis`. */
interface LanguageService {
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): object } };
    readonly DatabaseSymbol: { readonly $ctor1: new (name: string, tables: readonly object[]) => object };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
  readonly KustoCode: { ParseAndAnalyze(text: string, globals: object): Code };
}

interface Code {
  GetDiagnostics(): List<{ Severity: string; Message: string; Start: number; Length: number }>;
  readonly ResultType: { readonly Columns?: List<{ Name: string; Type: { Name: string } }> } | null;
}

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}

function items<T>(list: List<T> | undefined): readonly T[] {
  return Array.from({ length: list?.Count ?? 0 }, (_, i) => (list as List<T>).getItem(i));
}

function loadLanguageService(): LanguageService {
  const require = createRequire(import.meta.url);
  require('@kusto/language-service-next/bridge.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.js');
  return (globalThis as unknown as { Kusto: { Language: LanguageService } }).Kusto.Language;
}
