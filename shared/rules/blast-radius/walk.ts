import type { Catalog } from './catalog.ts';
import { complaint, unknownTable } from './complaints.ts';
import {
  isQueryOperator,
  items,
  type KustoNode,
  type KustoSymbol,
  kustoService,
  symbolClass,
} from './kusto.ts';
import { addCalled, type Reading, readAll, readColumn, readTable } from './reading.ts';

/** Where findings of a walk go. */
export interface Scope {
  readonly catalog: Catalog;
  readonly called: ReadonlyMap<KustoSymbol, { readonly alias: string; readonly reading: Reading }>;
  readonly reading: Reading;
  /** Names that stand for columns but could not be bound. */
  readonly loose: Set<string>;
  /** Something looks at all columns there are: `where * has`, `search`, `pack_all()`. */
  everyColumn: boolean;
  /** Bodies of functions walked so far. */
  expanded: number;
}

/** Bodies walked for one text at most: functions that call others several times each would never end. */
const MOST_BODIES = 200;

/** Collects what the nodes of a bound tree read. */
export function walk(scope: Scope, root: KustoNode): void {
  const { SyntaxElement, SyntaxKind } = kustoService().Syntax;
  SyntaxElement.WalkNodes(root, (node) => {
    switch (node.Kind) {
      case SyntaxKind['NameReference']:
        readName(scope, node);
        break;
      case SyntaxKind['FunctionCallExpression']:
        readCall(scope, node);
        break;
      case SyntaxKind['StarExpression']:
        // Compared, it stands for any column (`where * has "x"`); elsewhere it passes columns on or skips text.
        if (node.ReferencedSymbol === null && node.NameInParent === 'Left') scope.everyColumn = true;
        break;
      case SyntaxKind['SearchOperator']:
        readSearch(scope, node);
        break;
      case SyntaxKind['FindOperator']:
        if (!node.InClause) readEverything(scope);
        break;
    }
  });
}

function readName(scope: Scope, node: KustoNode): void {
  const symbol = node.ReferencedSymbol;
  if (symbol === null) {
    unbound(scope, node);
    return;
  }
  switch (symbolClass(symbol)) {
    case 'TableSymbol': {
      const table = scope.catalog.tableOf(symbol);
      if (table !== undefined) readTable(scope.reading, table);
      else scope.reading.unresolved.add(`It reads ${symbol.Name} of another database.`);
      break;
    }
    case 'ColumnSymbol':
    case 'GroupSymbol':
      readColumns(scope, node, symbol);
      break;
    case 'FunctionSymbol':
      if (node.NameInParent !== 'Name') follow(scope, node, symbol);
      break;
  }
}

function readColumns(scope: Scope, node: KustoNode, symbol: KustoSymbol): void {
  const wildcard = node.ToString(0).includes('*');
  const { ProjectAwayOperator, ProjectReorderOperator } = kustoService().Syntax.SyntaxKind;
  // A column that a pattern drops or moves is not missed when it is gone.
  if (
    wildcard &&
    ancestor(node, ({ Kind }) => Kind === ProjectAwayOperator || Kind === ProjectReorderOperator)
  )
    return;
  const members = symbolClass(symbol) === 'GroupSymbol' ? items(symbol.Members) : [symbol];
  for (const member of members) {
    const table = scope.catalog.tableOf(member);
    if (table !== undefined) readAll(scope.reading, table);
    for (const column of originsOf(scope.catalog, member))
      readColumn(scope.reading, column.table, column.name);
  }
}

/** Columns of tables that a column was made from: its own, or those that a join or union put together. */
export function originsOf(
  catalog: Catalog,
  column: KustoSymbol,
): readonly { readonly table: string; readonly name: string }[] {
  const table = catalog.ownerOf(column);
  if (table !== undefined) return [{ table, name: column.Name }];
  return items(column.OriginalColumns).flatMap((original) => originsOf(catalog, original));
}

function unbound({ reading, loose }: Scope, node: KustoNode): void {
  const name = node
    .ToString(0)
    .trim()
    .replace(/^\[\s*(["'])(.*)\1\s*\]$/, '$2');
  // A member of a dynamic value is no column.
  if (node.NameInParent === 'Selector') return;
  if (node.NameInParent === 'Name') return;
  if (ancestor(node, isQueryOperator)) loose.add(name);
  else reading.unresolved.add(unknownTable(name));
}

function readCall(scope: Scope, node: KustoNode): void {
  const symbol = node.ReferencedSymbol;
  if (symbol === null) return;
  const [first] = items(node.ArgumentList?.Expressions);
  const constant = first?.Element.IsConstant === true ? first.Element.ConstantValue : undefined;
  switch (symbol.Name) {
    case 'table': {
      const table = node.ResultType ? scope.catalog.tableOf(node.ResultType) : undefined;
      if (table !== undefined) readTable(scope.reading, table);
      else if (typeof constant !== 'string')
        scope.reading.unresolved.add('It names a table by an expression: table().');
      break;
    }
    case 'column_ifexists':
    case 'columnifexists':
      if (typeof constant === 'string') scope.loose.add(constant);
      else scope.everyColumn = true;
      break;
    case 'pack_all':
      scope.everyColumn = true;
      break;
    default:
      follow(scope, node, symbol);
  }
}

/** What a called function reads: known already, or found in its body with the arguments put in. */
function follow(scope: Scope, node: KustoNode, symbol: KustoSymbol): void {
  const known = scope.called.get(symbol);
  if (known !== undefined) {
    addCalled(scope.reading, known.alias, known.reading);
    return;
  }
  const body = node.GetCalledFunctionBody?.() ?? null;
  if (body === null) return;
  scope.expanded += 1;
  if (scope.expanded > MOST_BODIES) {
    scope.reading.unresolved.add(
      `It calls functions in more than ${MOST_BODIES} places, not all were followed.`,
    );
    return;
  }
  walk(scope, body);
  for (const diagnostic of items(node.GetCalledFunctionDiagnostics?.())) {
    const why = complaint(diagnostic);
    if (why !== undefined) scope.reading.unresolved.add(`Through the function ${symbol.Name}: ${why}`);
  }
}

function readSearch(scope: Scope, node: KustoNode): void {
  const piped = node.Parent?.Kind === kustoService().Syntax.SyntaxKind['PipeExpression'];
  if (piped || node.InClause) scope.everyColumn = true;
  else readEverything(scope);
}

function readEverything({ catalog, reading }: Scope): void {
  for (const table of catalog.tables.keys()) readAll(reading, table);
}

function ancestor(node: KustoNode, fits: (node: KustoNode) => boolean): boolean {
  for (let at = node.Parent; at !== null && at !== undefined; at = at.Parent) if (fits(at)) return true;
  return false;
}
