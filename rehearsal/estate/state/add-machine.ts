import type { Behaviour } from '../file/behaviour.ts';
import type { EstateFile } from '../file/schema.ts';
import { parseArmPath } from './ids.ts';
import { loadNested } from './load.ts';
import { loadMachine } from './load-machine.ts';
import { listKey, type State } from './state.ts';
import { indexTraits } from './traits.ts';

/** A VM or Arc server that somebody makes while the estate runs, with the extensions it comes with. */
export function addMachine(state: State, behaviour: Behaviour, resources: EstateFile['resources']): void {
  const [resource, ...children] = resources;
  const path = resource === undefined ? undefined : parseArmPath(resource.id);
  if (resource === undefined || path === undefined) throw new Error('a machine needs a resource');
  const machine = loadMachine(state, behaviour, indexTraits(behaviour), path, resource);
  state.machines.set(machine.key, machine);
  for (const child of children) loadNested(state, machine.key, child);
  const key = listKey(machine.subscription, machine.kind);
  const listed = state.listed.get(key) ?? [];
  state.listed.set(key, listed);
  for (const list of [state.machineOrder, listed]) {
    list.push(machine);
    list.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
