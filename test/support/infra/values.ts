import type { Node } from 'web-tree-sitter';
import { ANY, either } from '../contract/bicep-types.ts';
import { keyOf, lastOf } from './bicep-file.ts';
import { literal, named } from './syntax.ts';

/** What an expression is known to give before a deployment; `ANY` where only Azure knows. */
export function knownValue(node: Node, variables: ReadonlyMap<string, Node>): unknown {
  const inner = (one: Node) => knownValue(one, variables);
  switch (node.type) {
    case 'string':
      return literal(node) ?? ANY;
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
    // Bicep leaves out what is null.
    case 'null':
      return undefined;
    case 'array':
      return named(node).map(inner);
    case 'for_statement':
      return [inner(node.childForFieldName('body') ?? lastOf(node))];
    case 'if_statement':
      return inner(lastOf(node));
    case 'object':
      return Object.fromEntries(
        named(node)
          .filter(({ type }) => type === 'object_property')
          .map((property) => [keyOf(property), inner(lastOf(property))]),
      );
    case 'parenthesized_expression':
      return inner(lastOf(node));
    case 'ternary_expression':
      return either(
        ['consequence', 'alternative'].map((field) => inner(node.childForFieldName(field) ?? node)),
      );
    case 'identifier': {
      const variable = variables.get(node.text);
      return variable === undefined ? ANY : inner(variable);
    }
    default:
      return ANY;
  }
}
