import { powerAt } from '../state/power.ts';
import { settle } from '../state/settle.ts';
import { startTask } from '../state/tasks.ts';
import type { Route } from './call.ts';
import { notFound } from './errors.ts';
import { operationHeaders } from './operation-links.ts';
import { permissionRefusal } from './permissions.ts';

/** POST of `start` or `deallocate` on a VM: an operation, or nothing to do where it is in that state. */
export function powerRoute(action: 'start' | 'deallocate'): Route {
  return {
    kinds: { read: 'machine.power' },
    post: (call) => {
      const { state, machine, path, now } = call;
      if (machine === undefined) return notFound(path.id, path.type);
      const refused = permissionRefusal(state, path, 'action');
      if (refused !== undefined) return refused;
      settle(state, machine, now);
      const off = powerAt(machine, now) === 'deallocated';
      if (off === (action === 'deallocate')) return { status: 200 };
      return {
        status: 202,
        headers: operationHeaders(call, startTask(state, machine, action, now)),
      };
    },
  };
}
