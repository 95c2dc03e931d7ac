import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { DATA } from './rest-specs.ts';

/** Current resource types (platform facts 4): a file is an array of types that refer to each other by position. */
const TYPES = new URL('bicep-types/', DATA);
export const TYPES_PRESENT = existsSync(TYPES);
if (!TYPES_PRESENT) console.log('skipped where needed: no resource types beside the project');

const REQUIRED = 1;
const READ_ONLY = 2;
const WRITE_ONLY = 4;
/** Comes from the address, not from the body: id, name, type, apiVersion. */
const FROM_ADDRESS = 8;

interface Reference {
  readonly $ref: string;
}
interface Property {
  readonly type: Reference;
  readonly flags: number;
}
type Properties = Readonly<Record<string, Property>>;

type BicepType =
  | { readonly $type: 'AnyType' | 'NullType' | 'BooleanType' | 'ResourceFunctionType' | 'FunctionType' }
  | { readonly $type: 'IntegerType'; readonly minValue?: number; readonly maxValue?: number }
  | {
      readonly $type: 'StringType';
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly pattern?: string;
    }
  | { readonly $type: 'StringLiteralType'; readonly value: string }
  | { readonly $type: 'UnionType'; readonly elements: readonly Reference[] }
  | {
      readonly $type: 'ArrayType';
      readonly itemType: Reference;
      readonly minLength?: number;
      readonly maxLength?: number;
    }
  | {
      readonly $type: 'ObjectType';
      readonly properties: Properties;
      readonly additionalProperties?: Reference;
    }
  | {
      readonly $type: 'DiscriminatedObjectType';
      readonly discriminator: string;
      readonly baseProperties: Properties;
      readonly elements: Readonly<Record<string, Reference>>;
    }
  | { readonly $type: 'ResourceType'; readonly name: string; readonly body: Reference };

export type Direction = 'request' | 'response';

/** A value that is not known, as an expression of a template is: it fits everywhere. */
export const ANY = Symbol('any');
const EITHER = Symbol('either');

/** A value that is one of several. */
export function either(values: readonly unknown[]): unknown {
  return { [EITHER]: values };
}

/** A resource type of one api-version; `check` lists what is wrong with a body, each with its path. */
export interface ResourceShape {
  check(body: unknown, direction: Direction): readonly string[];
  /** Whether the type has such a property, also one that only answers have. */
  knows(path: readonly string[]): boolean;
}

const cache = new Map<string, ResourceShape | undefined>();

/** The shape of `microsoft.compute/virtualmachines` at a version, or undefined where no types are at hand. */
export function resourceShape(type: string, version: string): ResourceShape | undefined {
  const key = `${type}@${version}`.toLowerCase();
  if (!cache.has(key)) cache.set(key, load(key));
  return cache.get(key);
}

function load(key: string): ResourceShape | undefined {
  const folder = new URL(`${key.split('/')[0]}/${key.split('@')[1]}/`, TYPES);
  if (!existsSync(folder)) return undefined;
  for (const file of readdirSync(folder)) {
    const shape = shapeIn(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as BicepType[], key);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

/** The shape of `TYPE@VERSION` in one file's types. */
export function shapeIn(types: readonly BicepType[], key: string): ResourceShape | undefined {
  for (const type of types) {
    if (type.$type !== 'ResourceType' || type.name.toLowerCase() !== key) continue;
    const { body } = type;
    return {
      check: (value, direction) => checkValue({ types, direction }, body, value, ''),
      knows: (path) => knowsPath(types, body, path),
    };
  }
  return undefined;
}

interface Context {
  readonly types: readonly BicepType[];
  readonly direction: Direction;
}

function checkValue(context: Context, reference: Reference, value: unknown, path: string): string[] {
  if (value === ANY) return [];
  if (isObject(value) && EITHER in value) {
    const known = (value[EITHER] as readonly unknown[]).filter((one) => one !== undefined);
    return known.flatMap((one) => checkValue(context, reference, one, path));
  }
  const type = context.types[Number(reference.$ref.slice('#/'.length))];
  const wrong = (what: string) => [`${path || '(body)'}: ${what}`];
  switch (type?.$type) {
    case 'AnyType':
      return [];
    case 'BooleanType':
      return typeof value === 'boolean' ? [] : wrong(`expected a boolean, not ${show(value)}`);
    case 'IntegerType':
      return Number.isInteger(value) && within(Number(value), type.minValue, type.maxValue)
        ? []
        : wrong(`expected an integer, not ${show(value)}`);
    case 'StringType':
      return typeof value === 'string' &&
        within(value.length, type.minLength, type.maxLength) &&
        (type.pattern === undefined || new RegExp(type.pattern).test(value))
        ? []
        : wrong(`expected a string, not ${show(value)}`);
    case 'StringLiteralType':
      return value === type.value ? [] : wrong(`expected ${type.value}, not ${show(value)}`);
    case 'UnionType': {
      const tried = type.elements.map((element) => checkValue(context, element, value, path));
      return tried.some((faults) => faults.length === 0) ? [] : wrong(`no alternative fits ${show(value)}`);
    }
    case 'ArrayType':
      if (!Array.isArray(value)) return wrong(`expected an array, not ${show(value)}`);
      if (!within(value.length, type.minLength, type.maxLength)) return wrong('wrong number of items');
      return value.flatMap((item, i) => checkValue(context, type.itemType, item, `${path}[${i}]`));
    case 'ObjectType':
      return checkObject(context, type.properties, type.additionalProperties, value, path);
    case 'DiscriminatedObjectType':
      return checkDiscriminated(context, type, value, path);
    default:
      return wrong(`unknown type ${reference.$ref}`);
  }
}

function knowsPath(types: readonly BicepType[], reference: Reference, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const inner = (one: Reference | undefined) => one !== undefined && knowsPath(types, one, rest);
  const type = types[Number(reference.$ref.slice('#/'.length))];
  switch (type?.$type) {
    case 'AnyType':
      return true;
    case 'ObjectType':
      return inner(type.properties[name]?.type ?? type.additionalProperties);
    case 'DiscriminatedObjectType':
      return inner(type.baseProperties[name]?.type) || some(Object.values(type.elements));
    case 'UnionType':
      return some(type.elements);
    default:
      return false;
  }
  function some(alternatives: readonly Reference[]): boolean {
    return alternatives.some((one) => knowsPath(types, one, path));
  }
}

function checkObject(
  context: Context,
  properties: Properties,
  additional: Reference | undefined,
  value: unknown,
  path: string,
): string[] {
  if (!isObject(value)) return [`${path || '(body)'}: expected an object, not ${show(value)}`];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = Object.entries(properties)
    .filter(([name, { flags }]) => flags & REQUIRED && !(flags & FROM_ADDRESS) && value[name] === undefined)
    // What Azure fills in is not to be sent, and what it never gives back is not to be expected.
    .filter(([, { flags }]) => !(flags & (context.direction === 'request' ? READ_ONLY : WRITE_ONLY)))
    .map(([name]) => `${at(name)}: is required`);
  const present = Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined) return [];
    const property = properties[name];
    if (property === undefined) {
      return additional === undefined
        ? [`${at(name)}: is not a property of this type`]
        : checkValue(context, additional, field, at(name));
    }
    return [
      ...checkDirection(context.direction, property.flags, at(name)),
      ...checkValue(context, property.type, field, at(name)),
    ];
  });
  return [...missing, ...present];
}

function checkDirection(direction: Direction, flags: number, path: string): string[] {
  if (direction === 'request' && flags & READ_ONLY && !(flags & FROM_ADDRESS))
    return [`${path}: is read-only`];
  if (direction === 'response' && flags & WRITE_ONLY) return [`${path}: is write-only`];
  return [];
}

function checkDiscriminated(
  context: Context,
  type: Extract<BicepType, { $type: 'DiscriminatedObjectType' }>,
  value: unknown,
  path: string,
): string[] {
  const kind = isObject(value) ? String(value[type.discriminator]) : '';
  const element = type.elements[kind];
  const body = element && context.types[Number(element.$ref.slice('#/'.length))];
  if (body?.$type !== 'ObjectType')
    return [`${path || '(body)'}: ${type.discriminator} "${kind}" is not known`];
  const properties = { ...type.baseProperties, ...body.properties };
  return checkObject(context, properties, body.additionalProperties, value, path);
}

function isObject(value: unknown): value is Readonly<Record<string | symbol, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function within(n: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): boolean {
  return n >= min && n <= max;
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
}
