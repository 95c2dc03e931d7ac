import type { Node } from 'web-tree-sitter';
import { resourceShape } from '../contract/bicep-types.ts';
import type { BicepFile, Deployed } from './bicep-file.ts';
import { knownValue } from './values.ts';

/** Properties that Bicep itself reads. */
const OF_BICEP = ['parent', 'scope', 'dependsOn'];

/** What is wrong with the body of a resource by the types of its api-version; undefined where there are none. */
export function bodyFaults(file: BicepFile, resource: Deployed): readonly string[] | undefined {
  const [type = '', version = ''] = resource.target.split('@');
  const shape = resourceShape(type, version);
  if (shape === undefined) return undefined;
  const at = `${file.path}: ${resource.name}`;
  if (resource.body === undefined) return [`${at}: has no body`];
  const value = knownValue(resource.body, file.variables) as Readonly<Record<string, unknown>>;
  const body = Object.fromEntries(Object.entries(value).filter(([name]) => !OF_BICEP.includes(name)));
  if (body['name'] === undefined) return [`${at}: name: is required`];
  return resource.existing ? [] : shape.check(body, 'request').map((fault) => `${at}: ${fault}`);
}

/** Properties of resources that a file reads and their types do not have. */
export function memberFaults(file: BicepFile): readonly string[] {
  const targets = new Map(file.resources.map(({ name, target }) => [name, target]));
  return file.root.descendantsOfType('member_expression').flatMap((node) => {
    const [root = '', ...path] = pathOf(node);
    const [type = '', version = ''] = targets.get(root)?.split('@') ?? [];
    const shape = type === '' ? undefined : resourceShape(type, version);
    const isKnown = shape === undefined || shape.knows(path);
    return isKnown ? [] : [`${file.path}: ${type} has no ${path.join('.')}`];
  });
}

/** `account.properties.primaryEndpoints` in parts; empty where something else than a name is read. */
function pathOf(node: Node | null): readonly string[] {
  if (node?.type === 'identifier') return [node.text];
  const object = node?.type === 'member_expression' ? pathOf(node.childForFieldName('object')) : [];
  return object.length === 0 ? [] : [...object, node?.childForFieldName('property')?.text ?? ''];
}
