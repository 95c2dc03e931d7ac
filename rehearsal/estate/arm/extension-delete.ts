import { startOperation } from '../state/operations.ts';
import type { Extension, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call } from './call.ts';
import { conflict, offRefusal } from './extension-put.ts';
import { operationHeaders } from './operation-links.ts';

/** DELETE of an extension: 202 and an operation; 204 when there is nothing. */
export function deleteExtension(call: Call, machine: Machine, extension: Extension | undefined): Reply {
  if (extension === undefined) return { status: 204 };
  if (extension.operation !== undefined) return conflict(machine);
  const off = offRefusal(call, machine);
  if (off !== undefined) return off;
  extension.provisioningState = 'Deleting';
  const operation = startOperation(call.state, machine, extension, 'remove', call.now);
  // A removal that sticks leaves the mark behind; one that works leaves nothing.
  extension.markedForDeletion = operation.stuck && machine.kind === 'azureVm';
  return {
    status: 202,
    headers: operationHeaders(call, operation),
  };
}
