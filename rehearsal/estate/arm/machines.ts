import { settle } from '../state/settle.ts';
import { listKey } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { notFound } from './errors.ts';
import { arcView, instanceView, statusView, vmView } from './machine-view.ts';
import { paged } from './paging.ts';

export const virtualMachines: Route = {
  kinds: { read: 'machine.read', list: 'machine.list' },
  get: (call) =>
    withMachine(call, (machine) => ({ status: 200, body: vmView(machine, call.now, expands(call)) })),
  list: (call) => {
    const statusOnly = call.query.get('statusOnly')?.toLowerCase() === 'true';
    return listMachines(call, 'azureVm', (machine) =>
      statusOnly ? statusView(machine, call.now) : vmView(machine, call.now, expands(call)),
    );
  },
};

export const vmInstanceViews: Route = {
  kinds: { read: 'machine.read', list: 'machine.read' },
  list: (call) => withMachine(call, (machine) => ({ status: 200, body: instanceView(machine, call.now) })),
};

export const arcMachines: Route = {
  kinds: { read: 'machine.read', list: 'machine.list' },
  get: (call) =>
    withMachine(call, (machine) => ({ status: 200, body: arcView(machine, call.now, call.apiVersion) })),
  list: (call) => listMachines(call, 'arcServer', (machine) => arcView(machine, call.now, call.apiVersion)),
};

function withMachine(call: Call, answer: (machine: Machine) => Reply): Reply {
  if (call.machine === undefined) return notFound(call.path.id, call.path.type);
  settle(call.state, call.machine, call.now);
  return answer(call.machine);
}

function expands(call: Call): boolean {
  return call.query.get('$expand')?.toLowerCase().includes('instanceview') === true;
}

function listMachines(call: Call, kind: Machine['kind'], view: (machine: Machine) => unknown): Reply {
  const group = call.path.group?.toLowerCase();
  const all = call.state.listed.get(listKey(call.path.subscription ?? '', kind)) ?? [];
  const asked = group === undefined ? all : all.filter((machine) => machine.group.toLowerCase() === group);
  return paged(call, asked, (machine) => {
    settle(call.state, machine, call.now);
    return view(machine);
  });
}
