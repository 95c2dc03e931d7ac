import type { Extension, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { notFound } from './errors.ts';
import { deleteExtension } from './extension-delete.ts';
import { putExtension } from './extension-put.ts';
import { extensionView } from './extension-view.ts';
import { onMachine } from './on-machine.ts';

/** Extensions of VMs and of Arc machines; the differences sit in put, delete and view. */
export const extensions: Route = {
  kinds: {
    read: 'extension.read',
    write: 'extension.write',
    delete: 'extension.delete',
    list: 'extension.read',
  },
  list: (call) =>
    onExtension(call, (machine) => ({
      status: 200,
      body: {
        value: [...machine.extensions.values()].map((extension) =>
          extensionView(machine, extension, call.apiVersion, expands(call)),
        ),
      },
    })),
  get: (call) =>
    onExtension(call, (machine, extension) =>
      extension === undefined
        ? notFound(call.path.id, call.path.type)
        : { status: 200, body: extensionView(machine, extension, call.apiVersion, expands(call)) },
    ),
  put: (call) => onExtension(call, (machine, extension) => putExtension(call, machine, extension)),
  patch: (call) =>
    onExtension(call, (machine, extension) =>
      extension === undefined
        ? notFound(call.path.id, call.path.type)
        : putExtension(call, machine, extension),
    ),
  delete: (call) => onExtension(call, (machine, extension) => deleteExtension(call, machine, extension)),
};

function onExtension(call: Call, answer: (machine: Machine, found: Extension | undefined) => Reply): Reply {
  return onMachine(call, (machine, child) => answer(machine, machine.extensions.get(child)));
}

function expands(call: Call): boolean {
  return call.query.get('$expand')?.toLowerCase() === 'instanceview';
}
