import { type Dict, dict } from '../json.ts';
import { guid } from '../random.ts';
import { reportTo } from '../state/associations.ts';
import { ruleVersion } from '../state/rules.ts';
import type { Rule } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { checkFields, checkRequired, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, fail, notFound } from './errors.ts';
import { paged } from './paging.ts';
import { checkDestinations, checkOutputs, withCustomerIds } from './rule-destinations.ts';
import { RULE_PROPERTIES, RULE_TOP, ruleLimit } from './rule-limits.ts';
import { armView } from './view.ts';

export const rules: Route = {
  kinds: { read: 'rule.read', write: 'rule.write', delete: 'rule.delete' },
  list: (call) => paged(call, inScope(call, [...call.state.rules.values()]), ruleView),
  get: (call) => {
    const rule = call.state.rules.get(call.path.id.toLowerCase());
    return rule === undefined
      ? notFound(call.path.id, 'Microsoft.Insights/dataCollectionRules')
      : { status: 200, body: ruleView(rule) };
  },
  put,
  delete: remove,
};

/** Resources of a collection's subscription, or of its group. */
export function inScope<T extends { readonly id: string }>(call: Call, all: readonly T[]): T[] {
  const subscription = `/subscriptions/${call.path.subscription ?? ''}/`.toLowerCase();
  const group =
    call.path.group === undefined
      ? undefined
      : `${subscription}resourcegroups/${call.path.group.toLowerCase()}/`;
  return all.filter((one) => one.id.toLowerCase().startsWith(group ?? subscription));
}

function put(call: Call): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const refused =
    checkFields(read.body, RULE_TOP, '') ??
    checkRequired(read.body, ['location'], '') ??
    checkFields(properties, RULE_PROPERTIES, 'properties') ??
    checkKind(read.body['kind']) ??
    ruleLimit(properties) ??
    checkDestinations(call, properties) ??
    checkOutputs(call, properties);
  if (refused !== undefined) return refused;
  const { state, now } = call;
  const key = call.path.id.toLowerCase();
  const existing = state.rules.get(key);
  const id = existing?.id ?? call.path.id;
  const resource: Dict = {
    ...read.body,
    etag: `"${guid(state.seed, key, now).slice(0, 8)}-0000-0000-0000-000000000000"`,
    properties: {
      ...withCustomerIds(call, properties),
      immutableId:
        dict(existing?.resource['properties'])['immutableId'] ??
        `dcr-${guid(state.seed, key, 'immutable').replaceAll('-', '')}`,
      provisioningState: 'Succeeded',
    },
  };
  const version = ruleVersion(state, resource, now);
  if (existing === undefined) {
    const rule: Rule = { id, key, resource, versions: [version], machines: new Set(), dropped: [] };
    state.rules.set(key, rule);
    return { status: 201, body: ruleView(rule) };
  }
  existing.resource = resource;
  existing.versions.push(version);
  for (const machine of existing.machines) reportTo(state, machine, existing);
  return { status: 200, body: ruleView(existing) };
}

function checkKind(kind: unknown): Reply | undefined {
  const known = ['linux', 'windows', 'direct', 'agentsettings', 'platformtelemetry', 'workspacetransforms'];
  if (kind === undefined || kind === null || known.includes(String(kind).toLowerCase())) return undefined;
  return badRequest(
    'InvalidPayload',
    `The kind '${String(kind)}' of the data collection rule is not supported.`,
    'kind',
  );
}

/** A rule in use goes only with `deleteAssociations=true`. [recall] */
function remove(call: Call): Reply {
  const rule = call.state.rules.get(call.path.id.toLowerCase());
  if (rule === undefined) return { status: 204 };
  const force = call.query.get('deleteAssociations')?.toLowerCase() === 'true';
  if (rule.machines.size > 0 && !force) {
    return fail(
      409,
      'Conflict',
      `The data collection rule '${rule.id}' has ${rule.machines.size} associations. Delete them first, or pass deleteAssociations=true.`,
    );
  }
  for (const machine of rule.machines) {
    for (const [name, association] of machine.associations) {
      if (association.ruleKey !== rule.key) continue;
      association.until = call.now;
      machine.associations.delete(name);
    }
  }
  // Rows of the past were written while it existed: the versions stay for telemetry under the links.
  rule.versions.push({ from: call.now, os: undefined, flows: new Map(), destinations: [] });
  call.state.rules.delete(rule.key);
  return { status: 200 };
}

export function ruleView(rule: Rule): unknown {
  return armView(
    rule.resource,
    rule.id,
    'Microsoft.Insights/dataCollectionRules',
    dict(rule.resource['properties']),
  );
}
