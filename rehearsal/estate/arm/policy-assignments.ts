import { type Dict, dict } from '../json.ts';
import { guid } from '../random.ts';
import { ASSIGNMENTS, holdsFor, scopeOfAssignment } from '../state/denials.ts';
import type { Other } from '../state/state.ts';
import type { Reply } from '../wire.ts';
import { checkFields, checkRequired, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, fail, notFound } from './errors.ts';
import { paged } from './paging.ts';

const TYPE = 'Microsoft.Authorization/policyAssignments';

/** Assignments of policies at subscriptions and resource groups. Definitions are not looked up. */
export const policyAssignments: Route = {
  kinds: {
    read: 'policyAssignment.read',
    write: 'policyAssignment.write',
    delete: 'policyAssignment.delete',
  },
  list,
  get: (call) => {
    const found = call.state.others.get(call.path.id.toLowerCase());
    return found === undefined ? notFound(call.path.id, TYPE) : { status: 200, body: view(found) };
  },
  put,
  delete: (call) => {
    const key = call.path.id.toLowerCase();
    const found = call.state.others.get(key);
    call.state.others.delete(key);
    return found === undefined ? { status: 204 } : { status: 200, body: view(found) };
  },
};

/** `atExactScope()`: made here; `atScope()`: those that hold here; without a filter those beneath as well. */
function list(call: Call): Reply {
  const filter = (call.query.get('$filter') ?? '').trim().toLowerCase();
  if (filter !== '' && filter !== 'atexactscope()' && filter !== 'atscope()')
    return badRequest(
      'InvalidFilterInQueryString',
      `Invalid $filter '${filter}' specified in the query string.`,
    );
  const asked = (call.path.parent?.id ?? '').toLowerCase();
  const all = [...call.state.others.values()].filter(({ type }) => type === ASSIGNMENTS);
  const wanted = all.filter(({ id }) => {
    const scope = scopeOfAssignment(id);
    if (filter === 'atexactscope()') return scope === asked;
    return holdsFor(call.state, scope, asked) || (filter === '' && scope.startsWith(`${asked}/`));
  });
  return paged(call, wanted, view);
}

const FIELDS = {
  displayName: 'string',
  description: 'string',
  policyDefinitionId: 'string',
  scope: 'string',
  notScopes: 'array',
  parameters: 'object',
  metadata: 'object',
  enforcementMode: 'string',
  nonComplianceMessages: 'array',
  resourceSelectors: 'array',
  overrides: 'array',
} as const;

function put(call: Call): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const envelope = { id: 'string', name: 'string', type: 'string', location: 'string' } as const;
  const refused =
    checkFields(read.body, { ...envelope, identity: 'object', properties: 'object' }, '') ??
    checkFields(properties, FIELDS, 'properties') ??
    checkRequired(properties, ['policyDefinitionId'], 'properties');
  if (refused !== undefined) return refused;
  const name = call.path.names[0] ?? '';
  if (name.length > 64 || /[<>*%&:?+\\/]/.test(name))
    return fail(400, 'InvalidPolicyAssignmentName', `The policy assignment name '${name}' is not valid.`);
  const scope = call.path.parent?.id ?? '';
  const identity = identityOf(call, read.body['identity']);
  if (identity !== undefined && read.body['location'] === undefined)
    return badRequest('MissingIdentityLocation', 'A policy assignment with an identity needs a location.');
  const resource = {
    id: call.path.id,
    name,
    type: TYPE,
    ...(identity === undefined ? {} : { identity, location: read.body['location'] }),
    properties: { enforcementMode: 'Default', ...properties, scope },
  };
  const stored: Other = { id: call.path.id, type: ASSIGNMENTS, resource };
  call.state.others.set(call.path.id.toLowerCase(), stored);
  return { status: 201, body: view(stored) };
}

/** Azure makes the principal of a system-assigned identity. */
function identityOf({ state, path }: Call, given: unknown): Dict | undefined {
  const asked = dict(given);
  if (!/systemassigned/i.test(String(asked['type'] ?? ''))) return undefined;
  const principalId = guid(state.seed, path.id.toLowerCase(), 'principal');
  return { ...asked, principalId, tenantId: guid(state.seed, 'tenant') };
}

function view({ id, resource }: Other): unknown {
  const p = dict(resource['properties']);
  const { identity, location } = resource;
  return {
    ...{ id, name: id.split('/').at(-1), type: TYPE },
    ...(identity === undefined ? {} : { identity, location }),
    properties: { enforcementMode: 'Default', ...p },
  };
}
