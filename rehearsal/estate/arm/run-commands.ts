import { dict } from '../json.ts';
import { startTask } from '../state/tasks.ts';
import type { Machine, RunCommand } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { checkFields, checkRequired, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { notFound } from './errors.ts';
import { conflict, offRefusal } from './extension-put.ts';
import { onMachine } from './on-machine.ts';
import { operationHeaders } from './operation-links.ts';
import { armView } from './view.ts';

/** Managed run commands of VMs and Arc machines, as the resource types of today have them. */
export const runCommands: Route = {
  kinds: {
    read: 'runCommand.read',
    write: 'runCommand.write',
    delete: 'runCommand.delete',
    list: 'runCommand.read',
  },
  list: (call) =>
    onCommand(call, (machine) => ({
      status: 200,
      body: {
        value: [...machine.runCommands.values()].map((command) =>
          runCommandView(machine, command, expands(call, machine)),
        ),
      },
    })),
  get: (call) =>
    onCommand(call, (machine, command) =>
      command === undefined
        ? notFound(call.path.id, call.path.type)
        : { status: 200, body: runCommandView(machine, command, expands(call, machine)) },
    ),
  put: (call) => onCommand(call, (machine, command) => put(call, machine, command)),
  delete: (call) => onCommand(call, (machine, command) => remove(call, machine, command)),
};

function onCommand(call: Call, answer: (machine: Machine, found: RunCommand | undefined) => Reply): Reply {
  return onMachine(call, (machine, child) => answer(machine, machine.runCommands.get(child)));
}

/** Arc answers the instance view unasked; on a VM it is asked for by `$expand`. */
function expands(call: Call, machine: Machine): boolean {
  return machine.kind === 'arcServer' || call.query.get('$expand')?.toLowerCase() === 'instanceview';
}

const SENT = {
  source: 'object',
  parameters: 'array',
  protectedParameters: 'array',
  asyncExecution: 'boolean',
  runAsUser: 'string',
  runAsPassword: 'string',
  timeoutInSeconds: 'number',
  outputBlobUri: 'string',
  errorBlobUri: 'string',
  outputBlobManagedIdentity: 'object',
  errorBlobManagedIdentity: 'object',
  treatFailureAsDeploymentFailure: 'boolean',
} as const;

function put(call: Call, machine: Machine, existing: RunCommand | undefined): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const wrong =
    checkRequired(read.body, ['location'], '') ??
    checkFields(read.body, { location: 'string', tags: 'tags', properties: 'object' }, '') ??
    checkFields(properties, SENT, 'properties') ??
    checkRequired(dict(properties['source']), ['script'], 'properties.source');
  if (wrong !== undefined) return wrong;
  if (existing?.operation !== undefined) return conflict(machine);
  const off = offRefusal(call, machine);
  if (off !== undefined) return off;

  const name = call.path.names[1] ?? '';
  const { protectedParameters: _, runAsPassword: __, ...shown } = properties;
  const command: RunCommand = {
    id: `${machine.id}/runCommands/${name}`,
    name,
    location: String(read.body['location']),
    tags: read.body['tags'],
    properties: shown,
    provisioningState: existing === undefined ? 'Creating' : 'Updating',
    view: { executionState: 'Pending' },
    operation: undefined,
  };
  machine.runCommands.set(name.toLowerCase(), command);
  const operation = startTask(call.state, machine, 'runScript', call.now, command);
  return {
    status: existing === undefined ? 201 : 200,
    headers: operationHeaders(call, operation),
    body: runCommandView(machine, command, false),
  };
}

function remove(call: Call, machine: Machine, command: RunCommand | undefined): Reply {
  if (command === undefined) return { status: 204 };
  if (command.operation !== undefined) return conflict(machine);
  command.provisioningState = 'Deleting';
  const operation = startTask(call.state, machine, 'deleteScript', call.now, command);
  return { status: 202, headers: operationHeaders(call, operation) };
}

/** A run command as ARM answers it. */
export function runCommandView(
  machine: Machine,
  command: RunCommand,
  withInstanceView: boolean,
): Record<string, unknown> {
  const type =
    machine.kind === 'azureVm'
      ? 'Microsoft.Compute/virtualMachines/runCommands'
      : 'Microsoft.HybridCompute/machines/runCommands';
  return armView({ location: command.location, tags: command.tags }, command.id, type, {
    ...command.properties,
    provisioningState: command.provisioningState,
    instanceView: withInstanceView ? command.view : undefined,
  });
}
