import { dict, text } from '../json.ts';
import type { Other } from '../state/state.ts';
import type { Reply } from '../wire.ts';
import { checkFields, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, notFound } from './errors.ts';
import { inScope } from './rules.ts';

const TYPE = 'Microsoft.Security/autoProvisioningSettings';

/** Whether Defender for Cloud installs the legacy agent by itself; off where the file says nothing. Facts file 3.7. */
export const autoProvisioningSettings: Route = {
  kinds: { read: 'autoProvisioning.read', write: 'autoProvisioning.write' },
  list: (call) => ({ status: 200, body: { value: settings(call).map(view) } }),
  get: (call) => {
    const found = settings(call).find(({ id }) => id.toLowerCase() === call.path.id.toLowerCase());
    return found === undefined ? notFound(call.path.id, TYPE) : { status: 200, body: view(found) };
  },
  put,
};

function settings(call: Call): Other[] {
  const stored = [...call.state.others.values()].filter(({ type }) => type === TYPE.toLowerCase());
  const here = inScope(call, stored);
  return here.length > 0
    ? here
    : [setting(`/subscriptions/${call.path.subscription}/providers/${TYPE}/default`, 'Off')];
}

function put(call: Call): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const refused =
    checkFields(read.body, { id: 'string', name: 'string', type: 'string', properties: 'object' }, '') ??
    checkFields(properties, { autoProvision: 'string' }, 'properties');
  if (refused !== undefined) return refused;
  const value = text(properties['autoProvision']) ?? '';
  if (!/^(on|off)$/i.test(value))
    return badRequest(
      'InvalidParameter',
      `The value '${value}' of 'autoProvision' is not one of On, Off.`,
      'properties.autoProvision',
    );
  const stored = setting(call.path.id, value);
  call.state.others.set(call.path.id.toLowerCase(), stored);
  return { status: 200, body: view(stored) };
}

function setting(id: string, autoProvision: string): Other {
  return { id, type: TYPE.toLowerCase(), resource: { properties: { autoProvision } } };
}

function view({ id, resource }: Other): unknown {
  return {
    id,
    name: id.split('/').at(-1),
    type: TYPE,
    properties: { autoProvision: dict(resource['properties'])['autoProvision'] ?? 'Off' },
  };
}
