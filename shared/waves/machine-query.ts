import sift from 'sift';
import type { Fault } from '../model/faults.ts';
import type { Machine } from '../model/machine.ts';
import { machineForm, queryForm } from './query-form.ts';

export type CompiledQuery =
  | { readonly ok: true; readonly test: (machine: Machine) => boolean }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Operators that only compare. Those that run code or patterns (`$where`, `$regex`, `$type`) are not here. */
const { $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $all, $exists, $size, $elemMatch, $not, $and, $or, $nor } =
  sift;
const OPERATIONS = {
  $eq,
  $ne,
  $gt,
  $gte,
  $lt,
  $lte,
  $in,
  $nin,
  $all,
  $exists,
  $size,
  $elemMatch,
  $not,
  $and,
  $or,
  $nor,
};
type Operator = keyof typeof OPERATIONS;

/** Fields of a machine that can be asked for, with what is inside them. The type keeps it whole when the machine grows. */
const FIELDS: Readonly<Record<keyof Machine, readonly string[] | 'any'>> = {
  id: [],
  resourceId: [],
  kind: [],
  name: [],
  tenantId: [],
  subscriptionId: [],
  resourceGroup: [],
  region: [],
  os: [],
  osName: [],
  osVersion: [],
  architecture: [],
  availability: [],
  vmId: [],
  guestAgent: [],
  extensionsAllowed: [],
  arcAgent: ['version', 'proxyUrl'],
  scaleSetId: [],
  scaleSet: ['orchestration', 'upgradePolicy', 'instances', 'outdatedInstances'],
  systemIdentity: [],
  userIdentities: [],
  tags: 'any',
  extensions: ['id', 'name', 'publisher', 'type', 'version', 'provisioningState', 'settings'],
  associations: ['name', 'ruleId', 'endpointId'],
  heartbeats: ['ama', 'legacy', 'scom'],
  reports: ['workspaceId', 'agent', 'lastSeen'],
  legacyWorkspaces: [],
  unseenWorkspaces: [],
  locks: ['scope', 'level', 'name'],
  findings: ['code', 'detail'],
  assessment: ['status', 'reasons'],
  missingActions: [],
};

const MAX_DEPTH = 20;
const MAX_LENGTH = 50_000;
/** Conditions of one query: each is tried on every machine. */
const MAX_CONDITIONS = 200;

/** Makes a query over machines computable, or says what is wrong with it and where. */
export function compileQuery(query: Readonly<Record<string, unknown>>, path: string): CompiledQuery {
  const tooLong = JSON.stringify(query).length > MAX_LENGTH;
  const faults = tooLong
    ? [{ path, message: `is longer than ${MAX_LENGTH} characters` }]
    : checkDocument(query, { path, depth: 0, ofMachine: true });
  if (faults.length === 0 && conditionsOf(query) > MAX_CONDITIONS)
    faults.push({ path, message: `has more than ${MAX_CONDITIONS} conditions; use $in for lists of values` });
  if (faults.length > 0) return { ok: false, faults };
  const test = sift.createQueryTester(queryForm(query) as never, { operations: OPERATIONS });
  return { ok: true, test: (machine) => test(machineForm(machine) as never) };
}

function conditionsOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + conditionsOf(item), 0);
  if (!isObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + 1 + conditionsOf(part), 0);
}

interface Place {
  readonly path: string;
  readonly depth: number;
  /** Whether names stand for fields of the machine itself. */
  readonly ofMachine: boolean;
}

/** Conditions on fields, joined by `$and`, `$or`, `$nor`. */
function checkDocument(value: unknown, place: Place): Fault[] {
  if (!isObject(value)) return fault(place, 'must be an object with conditions');
  if (place.depth > MAX_DEPTH) return fault(place, 'is nested too deeply');
  const entries = Object.entries(value);
  if (entries.length === 0) return fault(place, 'has no condition');
  return entries.flatMap(([name, part]) => {
    const inner = inside(place, `.${name}`);
    if (name === '$and' || name === '$or' || name === '$nor') return checkList(part, inner);
    if (name.startsWith('$')) return fault(inner, 'is no operator that is possible here');
    const [first = '', ...rest] = name.split('.');
    if (place.ofMachine && !isField(first, rest)) return fault(inner, 'is no field of a machine');
    // What every object inherits is no data.
    // The name of a tag is one word, whatever dots it holds.
    const words = first === 'tags' && rest.length > 0 ? [first, rest.join('.')] : [first, ...rest];
    if (words.some((word) => word === '' || word in Object.prototype)) {
      return fault(inner, 'is no field name');
    }
    return checkCondition(part, inner);
  });
}

function isField(first: string, [second]: readonly string[]): boolean {
  if (!Object.hasOwn(FIELDS, first)) return false;
  const inner = FIELDS[first as keyof Machine];
  return second === undefined || inner === 'any' || inner.includes(second);
}

function checkList(value: unknown, place: Place): Fault[] {
  if (!Array.isArray(value) || value.length === 0) {
    return fault(place, 'must be a list with at least one condition');
  }
  return value.flatMap((item, i) => checkDocument(item, inside(place, `[${i}]`)));
}

/** A value to equal, or operators. */
function checkCondition(value: unknown, place: Place): Fault[] {
  if (place.depth > MAX_DEPTH) return fault(place, 'is nested too deeply');
  if (!hasOperator(value)) return checkLiteral(value, place);
  return Object.entries(value).flatMap(([name, operand]) => {
    const inner = inside(place, `.${name}`);
    if (!Object.hasOwn(OPERATIONS, name)) return fault(inner, 'is no operator that is possible here');
    return checkOperand(name as Operator, operand, inner);
  });
}

function checkOperand(name: Operator, operand: unknown, place: Place): Fault[] {
  switch (name) {
    case '$eq':
    case '$ne':
      return checkLiteral(operand, place);
    case '$in':
    case '$nin':
    case '$all':
      return Array.isArray(operand) ? checkLiteral(operand, place) : fault(place, 'must be a list');
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (typeof operand === 'string' || typeof operand === 'number') return [];
      return fault(place, 'must be a number or a text');
    case '$exists':
      return typeof operand === 'boolean' ? [] : fault(place, 'must be true or false');
    case '$size':
      if (Number.isSafeInteger(operand) && (operand as number) >= 0) return [];
      return fault(place, 'must be a whole number from 0 on');
    case '$not':
      return hasOperator(operand)
        ? checkCondition(operand, place)
        : fault(place, 'must be an object with operators');
    case '$elemMatch': {
      const element = { ...place, ofMachine: false };
      return hasOperator(operand) ? checkCondition(operand, element) : checkDocument(operand, element);
    }
    default:
      return fault(place, 'joins conditions and cannot stand inside one');
  }
}

/** A plain value: operators inside would not be seen as such. */
function checkLiteral(value: unknown, place: Place): Fault[] {
  if (place.depth > MAX_DEPTH) return fault(place, 'is nested too deeply');
  if (Array.isArray(value)) return value.flatMap((item, i) => checkLiteral(item, inside(place, `[${i}]`)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const inner = inside(place, `.${name}`);
    return name.startsWith('$')
      ? fault(inner, 'is no operator that is possible here')
      : checkLiteral(item, inner);
  });
}

function inside({ path, depth, ofMachine }: Place, part: string): Place {
  return { path: `${path}${part}`, depth: depth + 1, ofMachine };
}

function fault({ path }: Place, message: string): Fault[] {
  return [{ path, message }];
}

function hasOperator(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.keys(value).some((name) => name.startsWith('$'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
