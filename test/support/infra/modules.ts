import type { Node } from 'web-tree-sitter';
import { ANY } from '../contract/bicep-types.ts';
import { type BicepFile, type Deployed, keyOf, lastOf, type Parameter, propertyOf } from './bicep-file.ts';
import { named } from './syntax.ts';
import { knownValue } from './values.ts';

export type Files = ReadonlyMap<string, BicepFile>;

/** What is wrong with how a file uses its modules: paths, parameters, outputs, scopes. */
export function moduleFaults(file: BicepFile, files: Files): string[] {
  const callees = new Map(file.modules.map((one) => [one.name, files.get(pathFrom(file.path, one.target))]));
  const faults = file.modules.flatMap((one) => {
    const callee = callees.get(one.name);
    const at = `${file.path}: module ${one.name}`;
    if (callee === undefined) return [`${at}: there is no ${one.target}`];
    return [...parameterFaults(file, one, callee), ...scopeFaults(file, one, callee)].map(
      (text) => `${at}: ${text}`,
    );
  });
  const outputs = file.root.descendantsOfType('member_expression').flatMap((node) => {
    const [name, output] = /^(\w+)(?:\[[^\]]*\])?[!?]?\.outputs\.\??(\w+)$/.exec(node.text)?.slice(1) ?? [];
    const callee = name === undefined ? undefined : callees.get(name);
    if (callee === undefined || output === undefined || callee.outputs.has(output)) return [];
    return [`${file.path}: module ${name}: ${callee.path} has no output ${output}`];
  });
  return [...faults, ...outputs];
}

function pathFrom(path: string, target: string): string {
  return new URL(target, new URL(path, 'file:///')).pathname.slice(1);
}

function parameterFaults(file: BicepFile, { body }: Deployed, callee: BicepFile): string[] {
  const params = propertyOf(body, 'params');
  const passed = new Map((params === undefined ? [] : named(params)).map((one) => [keyOf(one), lastOf(one)]));
  const missing = [...callee.parameters.values()].filter(
    ({ name, required }) => required && !passed.has(name),
  );
  return [
    ...missing.map(({ name }) => `parameter ${name} is missing`),
    ...[...passed].flatMap(([name, node]) => {
      const parameter = callee.parameters.get(name);
      if (parameter === undefined) return [`${callee.path} has no parameter ${name}`];
      return valueFaults(parameter, node, file);
    }),
  ];
}

/** A value that is known must be of the parameter's type; one that is a parameter has a type to compare. */
export function valueFaults({ name, type, allowed }: Parameter, node: Node, file: BicepFile): string[] {
  const own = node.type === 'identifier' ? file.parameters.get(node.text)?.type : undefined;
  const value = knownValue(node, file.variables);
  const given = own ?? kindOf(value);
  const wanted = type.replace(/\?$/, '');
  if (given !== undefined && !fits(given, wanted))
    return [`parameter ${name} is a ${wanted}, not a ${given}`];
  if (value !== ANY && allowed !== undefined && !allowed.includes(String(value)))
    return [`parameter ${name} must be one of ${allowed.join(', ')}`];
  return [];
}

function fits(given: string, wanted: string): boolean {
  return (
    given === wanted ||
    (wanted.endsWith('[]') && given === 'array') ||
    (given.endsWith('[]') && wanted === 'array')
  );
}

function kindOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object' && value !== null)
    return Object.getOwnPropertySymbols(value).length > 0 ? undefined : 'object';
  const kinds: Readonly<Record<string, string>> = { string: 'string', number: 'int', boolean: 'bool' };
  return kinds[typeof value];
}

function scopeFaults(file: BicepFile, { body }: Deployed, callee: BicepFile): string[] {
  const node = propertyOf(body, 'scope');
  const given = node === undefined ? file.scope : scopeOf(node, file);
  return given === callee.scope ? [] : [`${callee.path} is for a ${callee.scope}, and gets a ${given}`];
}

function scopeOf(node: Node, file: BicepFile): string {
  if (node.type === 'call_expression') return node.childForFieldName('function')?.text ?? '';
  const resource = file.resources.find(({ name }) => name === node.text);
  return /\/resourceGroups@/i.test(resource?.target ?? '') ? 'resourceGroup' : node.text;
}
