import { settle } from '../state/settle.ts';
import type { Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import type { Call } from './call.ts';
import { notFound, parentNotFound } from './errors.ts';

/** Answers a call about a child of a machine, named in lower case, once all that is due there has happened. */
export function onMachine(call: Call, answer: (machine: Machine, child: string) => Reply): Reply {
  const { machine, path } = call;
  if (machine === undefined) {
    const parent = path.id
      .split('/')
      .slice(0, path.list ? -1 : -2)
      .join('/');
    return call.method === 'PUT'
      ? parentNotFound(parent.split('/providers/')[1] ?? parent)
      : notFound(parent, path.type.replace(/\/[^/]+$/, ''));
  }
  settle(call.state, machine, call.now);
  return answer(machine, (path.names[1] ?? '').toLowerCase());
}
