import type { State } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import { compare } from './table.ts';

/** Whose rows a query counts together: one machine's, or those of the instances of a scale set. */
export interface Owner {
  readonly key: string;
  readonly machines: readonly Machine[];
}

/** The queries compare ids in lower case: an id that is not lower case finds nothing, as in Azure. */
export function ownersOf(state: State, ids: string | readonly string[] | undefined): Owner[] {
  const found = (Array.isArray(ids) ? ids : []).flatMap((id) => state.machines.get(id) ?? []);
  return [...new Set(found)]
    .sort((a, b) => compare(a.key, b.key))
    .map((machine) => ({
      key: machine.key,
      machines: machine.kind === 'scaleSet' ? machine.members : [machine],
    }));
}
