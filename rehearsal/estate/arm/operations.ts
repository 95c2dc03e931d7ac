import { compact } from '../json.ts';
import { settle } from '../state/settle.ts';
import type { Operation } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { fail } from './errors.ts';
import { extensionView } from './extension-view.ts';
import { operationHeaders, retryAfter } from './operation-links.ts';
import { runCommandView } from './run-commands.ts';

/** Status of an operation, as `{name, status, startTime, …}`. */
export const operationStatus: Route = {
  kinds: { read: 'operation.read' },
  get: (call) =>
    withOperation(call, (operation) =>
      call.query.get('monitor') === 'true' ? results(call, operation) : status(call, operation),
    ),
};

/** Arc's `location` address: 202 while it runs, then the result. */
export const operationResults: Route = {
  kinds: { read: 'operation.read' },
  get: (call) => withOperation(call, (operation) => results(call, operation)),
};

function withOperation(call: Call, answer: (operation: Operation) => Reply): Reply {
  const operation = call.state.operations.get((call.path.names[1] ?? '').toLowerCase());
  if (operation === undefined)
    return fail(404, 'NotFound', `The entity was not found: operation ${call.path.names[1]}.`);
  settle(call.state, operation.machine, call.now);
  return answer(operation);
}

function status(call: Call, operation: Operation): Reply {
  const { end } = operation;
  const shown = end !== undefined && end.at <= call.now ? end : undefined;
  const body = compact({
    ...(operation.machine.kind === 'arcServer' ? { id: call.path.id } : {}),
    name: operation.id,
    status: shown?.status ?? 'InProgress',
    startTime: new Date(operation.startedAt).toISOString(),
    endTime: shown === undefined ? undefined : new Date(shown.at).toISOString(),
    error: shown?.status === 'Failed' ? { code: shown.code, message: shown.message } : undefined,
    properties: shown?.status === 'Succeeded' ? outputOf(operation, call) : undefined,
  });
  return shown === undefined
    ? { status: 200, headers: { 'retry-after': String(retryAfter(call.state)) }, body }
    : { status: 200, body };
}

function results(call: Call, operation: Operation): Reply {
  const { end } = operation;
  if (end === undefined || end.at > call.now) {
    return {
      status: 202,
      headers: operationHeaders(call, operation),
    };
  }
  if (end.status === 'Failed') return fail(409, end.code ?? 'OperationFailed', end.message ?? '');
  const output = outputOf(operation, call);
  return output === undefined ? { status: 204 } : { status: 200, body: output.output };
}

/** The resource that was written; an operation that leaves none has no output. */
function outputOf(operation: Operation, { apiVersion }: Call): { output: unknown } | undefined {
  const { kind, machine, extension, command } = operation;
  if (kind === 'runScript' && command !== undefined)
    return { output: runCommandView(machine, command, false) };
  if (extension === undefined || kind === 'remove') return undefined;
  return { output: extensionView(machine, extension, apiVersion) };
}
