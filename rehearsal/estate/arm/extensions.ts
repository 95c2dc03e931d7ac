import { settle } from '../state/settle.ts';
import type { Extension, Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { notFound, parentNotFound } from './errors.ts';
import { deleteExtension } from './extension-delete.ts';
import { putExtension } from './extension-put.ts';
import { extensionView } from './extension-view.ts';

/** Extensions of VMs and of Arc machines; the differences sit in put, delete and view. */
export const extensions: Route = {
  kinds: {
    read: 'extension.read',
    write: 'extension.write',
    delete: 'extension.delete',
    list: 'extension.read',
  },
  list: (call) =>
    onMachine(call, (machine) => ({
      status: 200,
      body: {
        value: [...machine.extensions.values()].map((extension) =>
          extensionView(machine, extension, call.apiVersion, expands(call)),
        ),
      },
    })),
  get: (call) =>
    onMachine(call, (machine, extension) =>
      extension === undefined
        ? notFound(call.path.id, call.path.type)
        : { status: 200, body: extensionView(machine, extension, call.apiVersion, expands(call)) },
    ),
  put: (call) => onMachine(call, (machine, extension) => putExtension(call, machine, extension)),
  patch: (call) =>
    onMachine(call, (machine, extension) =>
      extension === undefined
        ? notFound(call.path.id, call.path.type)
        : putExtension(call, machine, extension),
    ),
  delete: (call) => onMachine(call, (machine, extension) => deleteExtension(call, machine, extension)),
};

function onMachine(call: Call, answer: (machine: Machine, extension: Extension | undefined) => Reply): Reply {
  const { machine, path } = call;
  if (machine === undefined) {
    const parent = path.id
      .split('/')
      .slice(0, path.list ? -1 : -2)
      .join('/');
    return call.method === 'PUT'
      ? parentNotFound(parent.split('/providers/')[1] ?? parent)
      : notFound(parent, path.type.replace(/\/extensions$/, ''));
  }
  settle(call.state, machine, call.now);
  return answer(machine, machine.extensions.get((path.names[1] ?? '').toLowerCase()));
}

function expands(call: Call): boolean {
  return call.query.get('$expand')?.toLowerCase() === 'instanceview';
}
