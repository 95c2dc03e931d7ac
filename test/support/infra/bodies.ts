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
