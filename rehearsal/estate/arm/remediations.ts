import { dict, dig, text } from '../json.ts';
import { guid } from '../random.ts';
import { addAssociation } from '../state/associations.ts';
import { ASSIGNMENTS, holdsFor, scopeOfAssignment } from '../state/denials.ts';
import { startOperation } from '../state/operations.ts';
import { powerAt } from '../state/power.ts';
import type { Other } from '../state/state.ts';
import type { Extension, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { checkFields, checkRequired, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, notFound } from './errors.ts';
import { paged } from './paging.ts';

const TYPE = 'Microsoft.PolicyInsights/remediations';
const STORED = TYPE.toLowerCase();

/** Built-in policies that install Azure Monitor Agent, and that associate a rule. Facts file 3.8. */
const INSTALL: Readonly<Record<string, { readonly kind: Machine['kind']; readonly os: Machine['os'] }>> = {
  'ca817e41-e85a-4783-bc7f-dc532d36235e': { kind: 'azureVm', os: 'windows' },
  'a4034bc6-ae50-406d-bf76-50f4ee5a7811': { kind: 'azureVm', os: 'linux' },
  '94f686d6-9a24-4e19-91f1-de937dc171a4': { kind: 'arcServer', os: 'windows' },
  '845857af-0333-4c5d-bbbc-6076697da122': { kind: 'arcServer', os: 'linux' },
};
const ASSOCIATE: Readonly<Record<string, Machine['os']>> = {
  'eab1f514-22e3-42e3-9a1f-e1dc9199355c': 'windows',
  '2ea82cdd-f2e8-4500-af75-67a2e084ca74': 'linux',
};

/** Remediations of Azure Policy: they deploy what is missing at once, and last as long as what they started. */
export const remediations: Route = {
  kinds: { read: 'remediation.read', write: 'remediation.write' },
  list: (call) => {
    const scope = (call.path.parent?.id ?? '').toLowerCase();
    const stored = [...call.state.others.values()].filter(
      ({ id, type }) => type === STORED && id.toLowerCase().startsWith(`${scope}/providers/${STORED}/`),
    );
    return paged(call, stored, (one) => view(call, one));
  },
  get: (call) => {
    const found = call.state.others.get(call.path.id.toLowerCase());
    return found === undefined ? notFound(call.path.id, TYPE) : { status: 200, body: view(call, found) };
  },
  put,
};

function put(call: Call): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const refused =
    checkFields(read.body, { id: 'string', name: 'string', type: 'string', properties: 'object' }, '') ??
    checkFields(
      properties,
      { policyAssignmentId: 'string', resourceDiscoveryMode: 'string' },
      'properties',
    ) ??
    checkRequired(properties, ['policyAssignmentId'], 'properties');
  if (refused !== undefined) return refused;
  const assignment = call.state.others.get(String(properties['policyAssignmentId']).toLowerCase());
  if (assignment?.type !== ASSIGNMENTS)
    return badRequest('InvalidPolicyAssignment', 'The policy assignment of the remediation was not found.');
  const targets = [...call.state.machineOrder].filter(
    (machine) =>
      holdsFor(call.state, scopeOfAssignment(assignment.id), machine.id) && deploy(call, assignment, machine),
  );
  const stored: Other = {
    id: call.path.id,
    type: STORED,
    resource: { properties: { ...properties, createdOn: call.now, targets: targets.map(({ key }) => key) } },
  };
  call.state.others.set(call.path.id.toLowerCase(), stored);
  return { status: 201, body: view(call, stored) };
}

/** Whether the policy had something to do on a machine; it starts that. */
function deploy(call: Call, assignment: Other, machine: Machine): boolean {
  const p = assignment.resource['properties'];
  const definition = (text(dig(p, 'policyDefinitionId')) ?? '').toLowerCase().split('/').at(-1) ?? '';
  const install = INSTALL[definition];
  if (install !== undefined) {
    if (install.kind !== machine.kind || install.os !== machine.os || hasAgent(machine)) return false;
    if (powerAt(machine, call.now) === 'running') installAgent(call, machine);
    return true;
  }
  const rule = call.state.rules.get(
    (text(dig(p, 'parameters', 'dcrResourceId', 'value')) ?? '').toLowerCase(),
  );
  if (rule === undefined || ASSOCIATE[definition] !== machine.os || rule.machines.has(machine)) return false;
  const name = `policy-${guid(call.state.seed, machine.key, rule.key).slice(0, 8)}`;
  addAssociation(call.state, machine, name, { dataCollectionRuleId: rule.id }, call.now);
  return true;
}

function hasAgent(machine: Machine): boolean {
  return [...machine.extensions.values()].some(({ type }) =>
    /^azuremonitor(windows|linux)agent$/i.test(type),
  );
}

function installAgent(call: Call, machine: Machine): void {
  const type = machine.os === 'windows' ? 'AzureMonitorWindowsAgent' : 'AzureMonitorLinuxAgent';
  const extension: Extension = {
    ...{ name: type, id: `${machine.id}/extensions/${type}`, publisher: 'Microsoft.Azure.Monitor', type },
    typeHandlerVersion: machine.os === 'windows' ? '1.2' : '1.36',
    ...{ reportedVersion: undefined, autoUpgradeMinorVersion: true, enableAutomaticUpgrade: true },
    ...{ settings: undefined, protectedSettings: undefined, provisioningState: 'Creating' },
    ...{ message: undefined, code: undefined, extra: {}, location: machine.location, tags: undefined },
    ...{ markedForDeletion: false, operation: undefined },
  };
  machine.extensions.set(type.toLowerCase(), extension);
  startOperation(call.state, machine, extension, 'install', call.now);
}

function view(call: Call, { id, resource }: Other): unknown {
  const { targets, createdOn, ...properties } = dict(resource['properties']);
  const keys = Array.isArray(targets) ? targets.map(String) : [];
  const open = keys.filter((key) => {
    const machine = call.state.machines.get(key);
    return (
      machine !== undefined && [...machine.extensions.values()].some((one) => one.operation !== undefined)
    );
  });
  const done = keys.length - open.length;
  return {
    ...{ id, name: id.split('/').at(-1), type: TYPE },
    properties: {
      ...properties,
      provisioningState: open.length > 0 ? 'Evaluating' : 'Succeeded',
      createdOn: new Date(Number(createdOn)).toISOString(),
      deploymentStatus: { totalDeployments: keys.length, successfulDeployments: done, failedDeployments: 0 },
    },
  };
}
