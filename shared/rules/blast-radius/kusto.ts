/** What is used of the official Kusto language service: C# turned into JavaScript, which puts itself on `globalThis`. */
export interface KustoService {
  readonly Symbols: {
    readonly ColumnSymbol: new (name: string, type: KustoSymbol) => KustoSymbol;
    readonly TableSymbol: {
      readonly $ctor4: new (name: string, columns: readonly KustoSymbol[]) => KustoSymbol;
      From(schema: string): { WithName(name: string): KustoSymbol };
    };
    readonly FunctionSymbol: {
      readonly $ctor5: new (name: string, result: KustoSymbol, parameters: object) => KustoSymbol;
      readonly $ctor16: new (name: string, parameters: string, body: string) => KustoSymbol;
    };
    readonly ParameterSymbol: new (name: string, type: KustoSymbol) => KustoSymbol;
    readonly DatabaseSymbol: {
      readonly $ctor1: new (name: string, members: readonly KustoSymbol[]) => object;
    };
    readonly ScalarTypes: Readonly<Record<string, KustoSymbol>>;
  };
  readonly Syntax: {
    readonly SyntaxKind: Readonly<Record<string, number>>;
    readonly SyntaxElement: { WalkNodes(node: KustoNode, visit: (node: KustoNode) => void): void };
    readonly QueryOperator: object;
  };
  readonly GlobalState: { readonly Default: Globals };
  readonly KustoCode: { ParseAndAnalyze(text: string, globals: Globals): KustoTree };
}

export interface Globals {
  WithDatabase(database: object): Globals;
  AddParameters(parameters: readonly KustoSymbol[]): Globals;
}

/** A text that was parsed and bound. */
export interface KustoTree {
  readonly Syntax: KustoNode;
  readonly ResultType: KustoSymbol | null;
  GetDiagnostics(): KustoList<KustoDiagnostic>;
  GetSyntaxDiagnostics(): KustoList<KustoDiagnostic>;
}

export interface KustoDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

export interface KustoNode {
  readonly Kind: number;
  readonly Parent: KustoNode | null;
  readonly NameInParent: string | null;
  readonly ReferencedSymbol: KustoSymbol | null;
  readonly ResultType?: KustoSymbol | null;
  readonly InClause?: KustoNode | null;
  readonly ArgumentList?: {
    readonly Expressions: KustoList<{ readonly Element: KustoNode }>;
  };
  readonly IsConstant?: boolean;
  readonly ConstantValue?: unknown;
  /** The text of the node; 0 asks for it without the blanks and comments before it. */
  ToString(trivia: 0): string;
  /** The body of the called function with its arguments put in; null for built-in functions. */
  GetCalledFunctionBody?(): KustoNode | null;
  GetCalledFunctionDiagnostics?(): KustoList<KustoDiagnostic>;
}

export interface KustoSymbol {
  readonly Name: string;
  /** Columns of a table. */
  readonly Columns?: KustoList<KustoSymbol>;
  /** Of a column that an operator made: those it was made from. */
  readonly OriginalColumns?: KustoList<KustoSymbol>;
  /** Of a name that stands for several things, such as `*`. */
  readonly Members?: KustoList<KustoSymbol>;
  /** Of a column. */
  readonly Type?: KustoSymbol;
  /** Of a function. */
  readonly Signatures?: KustoList<{
    readonly Body: string;
    readonly Parameters: KustoList<KustoParameter>;
  }>;
}

export interface KustoParameter {
  readonly Name: string;
  readonly IsTabular: boolean;
  readonly DeclaredTypes: KustoList<KustoSymbol>;
}

/** A list of the library. */
export interface KustoList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

let service: KustoService | undefined;

/**
 * Loads the Kusto language service: a quarter of a second and about 50 MB, which an app that never looks at a query
 * does not spend. The first text it binds takes half a second more.
 */
export async function loadKustoService(): Promise<KustoService> {
  if (service === undefined) {
    await import('@kusto/language-service-next/bridge.min.js');
    await import('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
    service = (globalThis as unknown as { Kusto: { Language: KustoService } }).Kusto.Language;
  }
  return service;
}

/** The service; it must have been loaded. */
export function kustoService(): KustoService {
  if (service === undefined) throw new Error('the Kusto language service was not loaded');
  return service;
}

/** A list of the library as an array. */
export function items<T>(list: KustoList<T> | null | undefined): readonly T[] {
  return Array.from({ length: list?.Count ?? 0 }, (_, i) => (list as KustoList<T>).getItem(i));
}

/** The name of a symbol's class in the library: `TableSymbol`, `ColumnSymbol`, `FunctionSymbol` … */
export function symbolClass(symbol: KustoSymbol): string {
  return className(symbol).slice('Kusto.Language.Symbols.'.length);
}

/** Whether a node is an operator of a pipe, such as `where`. */
export function isQueryOperator(node: KustoNode): boolean {
  return bridge().is(node, kustoService().Syntax.QueryOperator);
}

function className(object: object): string {
  return bridge().getTypeName(object);
}

/** The runtime that the library's compiler put under it. */
function bridge(): { getTypeName(object: object): string; is(object: object, type: object): boolean } {
  return (globalThis as unknown as { Bridge: ReturnType<typeof bridge> }).Bridge;
}
