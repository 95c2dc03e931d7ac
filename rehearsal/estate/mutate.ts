import type { EstateFile } from './file/schema.ts';
import { dict } from './json.ts';
import { addMachine } from './state/add-machine.ts';
import { addAssociation, removeAssociation } from './state/associations.ts';
import { endEpisode } from './state/episodes.ts';
import { loadExtension } from './state/load-extension.ts';
import { setPower, setPowerBetween } from './state/power.ts';
import { settle } from './state/settle.ts';
import type { State } from './state/state.ts';
import type { Machine, Power } from './state/types.ts';
import { putDataSource } from './state/workspaces.ts';

/** Changes somebody else makes to the estate while the app works; for tests and demonstrations. */
export interface Mutate {
  /** The machine goes down (or up: `running`) at an instant, by default now; with `until` it then returns to what it was. */
  setPower(machineId: string, state: Power, at?: number, until?: number): void;
  /** The machine is gone from Azure, and with it its extensions; its rows stay. */
  deleteMachine(machineId: string): void;
  /** A machine is made: resources as an export has them, the machine itself first, then its extensions. */
  addMachine(resources: EstateFile['resources']): void;
  setIdentity(machineId: string, identity: Readonly<Record<string, unknown>> | null): void;
  /** `null` takes the tag away. */
  setTag(machineId: string, name: string, value: string | null): void;
  addLock(scope: string, level: 'CanNotDelete' | 'ReadOnly', name?: string): void;
  removeLock(scope: string): void;
  /** An extension appears as if installed by somebody else: a resource as ARM returns it, `properties` at least. */
  addExtension(machineId: string, name: string, properties: Readonly<Record<string, unknown>>): void;
  removeExtension(machineId: string, name: string): void;
  associate(machineId: string, name: string, target: { ruleId?: string; endpointId?: string }): void;
  dissociate(machineId: string, name: string): void;
  setTier(workspaceId: string, kind: string, tier: string): void;
  setSecret(vault: string, name: string, value: string): void;
}

export function createMutate(state: State, file: EstateFile): Mutate {
  function machineOf(id: string): Machine {
    const machine = state.machines.get(id.toLowerCase());
    if (machine === undefined) throw new Error(`no machine ${id} in the estate`);
    settle(state, machine, state.clock.now());
    return machine;
  }

  return {
    setPower(id, power, at = state.clock.now(), until) {
      const machine = machineOf(id);
      if (until === undefined) setPower(machine, at, power);
      else setPowerBetween(machine, at, until, power);
    },
    deleteMachine(id) {
      const machine = machineOf(id);
      setPower(machine, state.clock.now(), 'deallocated');
      state.machines.delete(id.toLowerCase());
      for (const list of [state.machineOrder, ...state.listed.values()]) {
        const place = list.indexOf(machine);
        if (place >= 0) list.splice(place, 1);
      }
    },
    addMachine(resources) {
      addMachine(state, file.behaviour ?? {}, resources);
    },
    setIdentity(id, identity) {
      const machine = machineOf(id);
      machine.resource = { ...machine.resource, identity };
    },
    setTag(id, name, value) {
      const machine = machineOf(id);
      const { [name]: _, ...others } = dict(machine.resource['tags']);
      const tags = value === null ? others : { ...others, [name]: value };
      machine.resource = { ...machine.resource, tags };
    },
    addLock(scope, level, name = 'added-lock') {
      const id = `${scope}/providers/Microsoft.Authorization/locks/${name}`;
      state.locks.set(id.toLowerCase(), { id, name, scope: scope.toLowerCase(), level, notes: undefined });
    },
    removeLock(scope) {
      for (const [key, lock] of state.locks) if (lock.scope === scope.toLowerCase()) state.locks.delete(key);
    },
    addExtension(id, name, properties) {
      const machine = machineOf(id);
      loadExtension(state, machine, { name, properties }, state.clock.now());
    },
    removeExtension(id, name) {
      const machine = machineOf(id);
      const extension = machine.extensions.get(name.toLowerCase());
      machine.extensions.delete(name.toLowerCase());
      if (extension === undefined) return;
      endEpisode(machine, extension, state.clock.now());
    },
    associate(id, name, target) {
      const properties = { dataCollectionRuleId: target.ruleId, dataCollectionEndpointId: target.endpointId };
      addAssociation(state, machineOf(id), name, properties, state.clock.now());
    },
    dissociate(id, name) {
      removeAssociation(machineOf(id), name, state.clock.now());
    },
    setTier(workspaceId, kind, tier) {
      const workspace = state.workspaces.get(workspaceId.toLowerCase());
      if (workspace === undefined) throw new Error(`no workspace ${workspaceId} in the estate`);
      const stored = [...workspace.dataSources.values()].find(
        (source) => source.kind.toLowerCase() === kind.toLowerCase(),
      );
      putDataSource(
        workspace,
        stored?.name ?? kind,
        kind,
        { ...stored?.properties, tier },
        state.clock.now(),
      );
    },
    setSecret(vault, name, value) {
      const secrets = state.vaults.get(vault.toLowerCase()) ?? new Map();
      const known = secrets.get(name.toLowerCase());
      const before = known === undefined ? [] : [...(known.before ?? []), known.value];
      secrets.set(name.toLowerCase(), { name, value, enabled: true, before });
      state.vaults.set(vault.toLowerCase(), secrets);
    },
  };
}
