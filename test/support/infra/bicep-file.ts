import type { Node } from 'web-tree-sitter';
import { childOf, literal, named, parse } from './syntax.ts';

export interface Parameter {
  readonly name: string;
  /** Its type as written: `string`, `string[]`, `object`. */
  readonly type: string;
  readonly required: boolean;
  readonly allowed: readonly string[] | undefined;
}

export interface Declared {
  readonly name: string;
  readonly node: Node;
}

export interface Deployed extends Declared {
  /** `Microsoft.Web/sites@2025-03-01`, or the path of a module. */
  readonly target: string;
  readonly existing: boolean;
  readonly body: Node | undefined;
}

/** What a Bicep file declares. */
export interface BicepFile {
  readonly path: string;
  readonly root: Node;
  readonly faults: readonly string[];
  readonly scope: string;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly variables: ReadonlyMap<string, Node>;
  readonly resources: readonly Deployed[];
  readonly modules: readonly Deployed[];
  readonly outputs: ReadonlySet<string>;
}

export function bicepFile(path: string, text: string): BicepFile {
  const { root, faults } = parse(text);
  const statements = named(root);
  const of = (type: string) => statements.filter((statement) => statement.type === type);
  const parameters = statements.flatMap((statement, i) =>
    statement.type === 'parameter_declaration' ? [parameter(statement, statements[i - 1])] : [],
  );
  return {
    path,
    root,
    faults,
    scope: literal(childOf(of('target_scope_assignment')[0] ?? root, 'string')) ?? 'resourceGroup',
    parameters: new Map(parameters.map((one) => [one.name, one])),
    variables: new Map(of('variable_declaration').map((one) => [nameOf(one), lastOf(one)])),
    resources: of('resource_declaration').map(deployed),
    modules: of('module_declaration').map(deployed),
    outputs: new Set(of('output_declaration').map(nameOf)),
  };
}

export function nameOf(statement: Node): string {
  return childOf(statement, 'identifier', 'compatible_identifier')?.text ?? '';
}

export function lastOf(node: Node): Node {
  return named(node).at(-1) ?? node;
}

function parameter(statement: Node, before: Node | undefined): Parameter {
  const type = childOf(statement, 'type')?.text ?? '';
  const decorators = before?.type === 'decorators' ? named(before) : [];
  const allowed = decorators.find(({ text }) => text.startsWith('@allowed('));
  const list = allowed?.descendantsOfType('array')[0];
  return {
    name: nameOf(statement),
    type,
    required: lastOf(statement).type === 'type' && !type.endsWith('?'),
    allowed: list && named(list).map((one) => literal(one) ?? one.text),
  };
}

function deployed(statement: Node): Deployed {
  return {
    name: nameOf(statement),
    node: statement,
    target: literal(childOf(statement, 'string')) ?? '',
    existing: statement.children.some(({ type }) => type === 'existing'),
    body: bodyOf(statement),
  };
}

/** The object in a declaration, whatever condition or loop stands before it. */
function bodyOf(node: Node): Node | undefined {
  const inner = childOf(node, 'object', 'if_statement', 'for_statement');
  return inner === undefined || inner.type === 'object' ? inner : bodyOf(inner);
}

export function propertyOf(body: Node | undefined, name: string): Node | undefined {
  const found = body && named(body).find((one) => one.type === 'object_property' && keyOf(one) === name);
  return found && lastOf(found);
}

export function keyOf(property: Node): string {
  const key = named(property)[0];
  return (key?.type === 'string' ? (literal(key) ?? key.text) : key?.text) ?? '';
}
