import type { State } from '../state/state.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { scopeLocked } from './errors.ts';

/** The refusal of a locked scope, or undefined. A lock holds for everything beneath it. */
export function lockRefusal(state: State, action: 'write' | 'delete', id: string): Reply | undefined {
  if (state.locks.size === 0) return undefined;
  const key = id.toLowerCase();
  for (const lock of state.locks.values()) {
    if (lock.level === 'CanNotDelete' && action === 'write') continue;
    if (key === lock.scope || key.startsWith(`${lock.scope}/`)) return scopeLocked(action, id, lock.scope);
  }
  return undefined;
}

export const locks: Route = {
  kinds: { read: 'lock.read' },
  list: (call) => ({ status: 200, body: { value: lockList(call) } }),
};

/** Locks at and beneath the scope that is asked about. */
function lockList(call: Call): unknown[] {
  const scope = (call.path.parent?.id ?? '').toLowerCase();
  return [...call.state.locks.values()]
    .filter((lock) => lock.scope === scope || lock.scope.startsWith(`${scope}/`))
    .map((lock) => ({
      id: lock.id,
      name: lock.name,
      type: 'Microsoft.Authorization/locks',
      properties: { level: lock.level, ...(lock.notes === undefined ? {} : { notes: lock.notes }) },
    }));
}
