import type { Node } from 'web-tree-sitter';
import { type BicepFile, lastOf, nameOf } from './bicep-file.ts';
import { named } from './syntax.ts';

/** Functions and namespaces of Bicep that may be used (Bicep functions, Microsoft Learn); a new one is added by hand. */
const KNOWN = new Set(
  `any array bool cidrSubnet concat contains deployment empty endsWith environment filter first format guid int items
  join json last length loadJsonContent loadTextContent managementGroup map max min object range
  readEnvironmentVariable replace resourceGroup resourceId split startsWith string subscription
  subscriptionResourceId substring take tenant tenantResourceId newGuid toLower toUpper trim union uniqueString uri`.split(
    /\s+/,
  ),
);
const DECLARATIONS = ['parameter_declaration', 'variable_declaration', 'output_declaration'];

interface Use {
  readonly name: string;
  readonly line: number;
}

/** Names that are used and not declared, and names that are declared and not used. */
export function symbolFaults(file: BicepFile): string[] {
  const declared = new Map<string, string>([
    ...[...file.parameters.keys()].map((name) => [name, 'parameter'] as const),
    ...[...file.variables.keys()].map((name) => [name, 'variable'] as const),
    ...file.resources.map(
      ({ name, existing }) => [name, existing ? 'existing resource' : 'resource'] as const,
    ),
    ...file.modules.map(({ name }) => [name, 'module'] as const),
  ]);
  const uses = usesIn(file.root, new Set());
  const used = new Set(uses.map(({ name }) => name));
  return [
    ...uses
      .filter(({ name }) => !declared.has(name) && !KNOWN.has(name))
      .map(({ name, line }) => `${file.path}:${line}: ${name} is not declared`),
    ...[...declared]
      .filter(([name, kind]) => !used.has(name) && kind !== 'resource' && kind !== 'module')
      .map(([name, kind]) => `${file.path}: the ${kind} ${name} is not used`),
  ];
}

/** Names that an expression reads, but those of its own loops and lambdas. */
function usesIn(node: Node, own: ReadonlySet<string>): Use[] {
  const all = (nodes: readonly Node[], names = own) => nodes.flatMap((one) => usesIn(one, names));
  const children = named(node);
  switch (node.type) {
    case 'identifier':
    case 'compatible_identifier':
      return own.has(node.text) ? [] : [{ name: node.text, line: node.startPosition.row + 1 }];
    case 'decorator':
    case 'type':
    case 'metadata_declaration':
    case 'target_scope_assignment':
      return [];
    case 'object_property':
      return all([...children.slice(0, 1).filter(({ type }) => type === 'string'), lastOf(node)]);
    case 'lambda_expression': {
      const names = children.slice(0, -1).flatMap((one) => one.text.match(/\w+/g) ?? []);
      return all(children.slice(-1), new Set([...own, ...names]));
    }
    case 'for_statement': {
      const [loop, ...rest] = children;
      const names = loop?.text.match(/\w+/g) ?? [];
      return all(rest, new Set([...own, ...names]));
    }
    case 'member_expression':
      return memberUses(node, own);
    case 'resource_declaration':
    case 'module_declaration':
      return all(children.slice(1));
    default:
      return all(
        DECLARATIONS.includes(node.type) ? children.filter((one) => one.text !== nameOf(node)) : children,
      );
  }
}

/** The grammar reads `x => x.y` as `(x => x).y`. */
function memberUses(node: Node, own: ReadonlySet<string>): Use[] {
  const object = node.childForFieldName('object');
  return object === null ? [] : usesIn(object, own);
}
