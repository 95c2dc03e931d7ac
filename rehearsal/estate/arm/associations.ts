import { compact, dict, text } from '../json.ts';
import { guid } from '../random.ts';
import { addAssociation, removeAssociation } from '../state/associations.ts';
import type { Association, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { checkFields, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, fail, notFound, parentNotFound } from './errors.ts';
import { paged } from './paging.ts';

/** Associations of a machine. An association holds a rule or an endpoint, never both. Facts file 3.2. */
export const associations: Route = {
  kinds: { read: 'association.read', write: 'association.write', delete: 'association.delete' },
  list: (call) =>
    onMachine(call, (machine) =>
      paged(call, [...machine.associations.values()], (one) => associationView(call, one)),
    ),
  get: (call) =>
    onMachine(call, (machine) => {
      const found = machine.associations.get(nameOf(call));
      return found === undefined
        ? notFound(call.path.id, call.path.type)
        : { status: 200, body: associationView(call, found) };
    }),
  put: (call) => onMachine(call, (machine) => put(call, machine)),
  delete: (call) =>
    onMachine(call, (machine) => ({
      status: removeAssociation(machine, nameOf(call), call.now) ? 200 : 204,
    })),
};

/** Machines of a rule, by their associations. */
export const ruleAssociations: Route = {
  kinds: { read: 'association.read', list: 'association.read' },
  list: (call) => {
    const key = call.path.id.split('/').slice(0, -1).join('/').toLowerCase();
    const rule = call.state.rules.get(key);
    if (rule === undefined) return notFound(key, 'Microsoft.Insights/dataCollectionRules');
    const all = [...rule.machines].flatMap((machine) =>
      [...machine.associations.values()].filter((one) => one.ruleKey === key),
    );
    return paged(call, all, (one) => associationView(call, one));
  },
};

function put(call: Call, machine: Machine): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const refused =
    checkFields(
      read.body,
      {
        id: 'string',
        name: 'string',
        type: 'string',
        etag: 'string',
        properties: 'object',
        systemData: 'object',
      },
      '',
    ) ??
    checkFields(
      properties,
      {
        description: 'string',
        dataCollectionRuleId: 'string',
        dataCollectionEndpointId: 'string',
        provisioningState: 'string',
        metadata: 'object',
      },
      'properties',
    ) ??
    checkTarget(call, properties);
  if (refused !== undefined) return refused;
  const existed = machine.associations.has(nameOf(call));
  const stored = addAssociation(call.state, machine, call.path.names[0] ?? '', properties, call.now);
  return { status: existed ? 200 : 201, body: associationView(call, stored) };
}

function checkTarget(call: Call, properties: Readonly<Record<string, unknown>>): Reply | undefined {
  const rule = text(properties['dataCollectionRuleId']);
  const endpoint = text(properties['dataCollectionEndpointId']);
  if ((rule === undefined) === (endpoint === undefined)) {
    return badRequest(
      'InvalidPayload',
      "Data collection rule association must specify exactly one of 'dataCollectionRuleId' and 'dataCollectionEndpointId'.",
    );
  }
  const reserved = nameOf(call) === 'configurationaccessendpoint';
  if (endpoint !== undefined && !reserved)
    return badRequest(
      'InvalidAssociationName',
      "An association with a data collection endpoint must be named 'configurationAccessEndpoint'.",
    );
  if (rule !== undefined && reserved)
    return badRequest(
      'InvalidAssociationName',
      "The name 'configurationAccessEndpoint' is reserved for an association with a data collection endpoint.",
    );
  const target = rule ?? endpoint ?? '';
  const exists =
    rule !== undefined
      ? call.state.rules.has(target.toLowerCase())
      : call.state.endpoints.has(target.toLowerCase());
  if (exists) return undefined;
  return fail(
    404,
    'NotFound',
    `The ${rule !== undefined ? 'data collection rule' : 'data collection endpoint'} '${target}' was not found.`,
  );
}

function associationView(call: Call, association: Association): unknown {
  return {
    id: association.id,
    name: association.name,
    type: 'Microsoft.Insights/dataCollectionRuleAssociations',
    etag: `"${guid(call.state.seed, association.id, association.from).slice(0, 8)}-0000-0000-0000-000000000000"`,
    properties: compact({
      description: association.description ?? undefined,
      dataCollectionRuleId: association.ruleId,
      dataCollectionEndpointId: association.endpointId,
    }),
  };
}

function onMachine(call: Call, answer: (machine: Machine) => Reply): Reply {
  if (call.machine !== undefined) return answer(call.machine);
  const parent = call.path.parent?.id ?? '';
  return call.method === 'PUT'
    ? parentNotFound(parent.split('/providers/')[1] ?? parent)
    : notFound(parent, call.path.parent?.type ?? '');
}

function nameOf(call: Call): string {
  return (call.path.names[0] ?? '').toLowerCase();
}
