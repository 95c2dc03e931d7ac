import type { Behaviour } from '../file/behaviour.ts';
import type { Resource } from '../file/schema.ts';
import { type Dict, dict, dig, list, text } from '../json.ts';
import { type ArmPath, parseArmPath } from './ids.ts';
import { loadExtension } from './load-extension.ts';
import { loadMachine } from './load-machine.ts';
import { type Instance, instanceExtension, type ScaleSet } from './scale-sets.ts';
import type { State } from './state.ts';
import type { TraitIndex } from './traits.ts';
import type { Extension, Machine } from './types.ts';

export const SCALE_SET = 'microsoft.compute/virtualmachinescalesets';
export const INSTANCE = `${SCALE_SET}/virtualmachines`;

interface Parsed {
  readonly path: ArmPath;
  readonly resource: Resource;
}

/** Builds the Uniform scale sets of a file. Instances of Flexible ones are VMs. */
export function loadScaleSets(
  state: State,
  behaviour: Behaviour,
  index: TraitIndex,
  parsed: readonly Parsed[],
): void {
  const instances = Map.groupBy(
    parsed.filter(({ path }) => path.type === INSTANCE),
    ({ path }) => path.id.split('/').slice(0, -2).join('/').toLowerCase(),
  );
  for (const { path, resource } of parsed) {
    if (path.type !== SCALE_SET || isFlexible(resource)) continue;
    const model = loadMachine(state, behaviour, index, path, resource);
    state.machines.set(model.key, model);
    for (const extension of list(
      dig(resource.properties, 'virtualMachineProfile', 'extensionProfile', 'extensions'),
    )) {
      loadExtension(state, model, dict(extension));
    }
    const own = (instances.get(model.key) ?? []).map((one) =>
      loadInstance(state, behaviour, index, model, one),
    );
    model.members.push(...own.map(({ machine }) => machine));
    state.scaleSets.set(model.key, {
      model,
      policy: policyOf(resource),
      instances: new Map(own.map((one) => [one.id, one])),
      version: 1,
      rolling: undefined,
    });
  }
}

function isFlexible(resource: Resource): boolean {
  return /flexible/i.test(text(dig(resource.properties, 'orchestrationMode')) ?? '');
}

function policyOf(resource: Resource): ScaleSet['policy'] {
  const mode = text(dig(resource.properties, 'upgradePolicy', 'mode'))?.toLowerCase();
  return mode === 'automatic' || mode === 'rolling' ? mode : 'manual';
}

/** An instance is what its set's model says, and what the file says of itself. */
function loadInstance(
  state: State,
  behaviour: Behaviour,
  index: TraitIndex,
  model: Machine,
  { path, resource }: Parsed,
): Instance {
  const id = text(dig(resource, 'properties', 'instanceId')) ?? path.names[1] ?? '';
  const profile = dict(dig(model.resource, 'properties', 'virtualMachineProfile'));
  const merged: Resource = {
    location: model.location,
    ...resource,
    identity: dict(model.resource['identity']),
    properties: {
      storageProfile: profile['storageProfile'],
      osProfile: { computerName: `${model.name}${id.padStart(6, '0')}` },
      ...dict(resource.properties),
    },
  };
  const machine: Machine = {
    ...loadMachine(state, behaviour, index, path, merged),
    associations: model.associations,
    links: model.links,
  };
  state.machines.set(machine.key, machine);
  const nested = list(resource.resources);
  for (const one of nested) loadExtension(state, machine, dict(one));
  if (nested.length === 0)
    for (const one of model.extensions.values())
      loadExtension(state, machine, resourceOf(instanceExtension(machine, one)));
  return {
    id,
    machine,
    isProtected: dig(resource, 'properties', 'protectionPolicy', 'protectFromScaleSetActions') === true,
    version: dig(resource, 'properties', 'latestModelApplied') === false ? 0 : 1,
    readyAt: Number.NEGATIVE_INFINITY,
  };
}

/** An extension as a file shows it. */
function resourceOf({ id, name, location, extra, ...own }: Extension): Dict {
  const { publisher, type, typeHandlerVersion, settings, protectedSettings, autoUpgradeMinorVersion } = own;
  const properties = {
    ...{ ...extra, publisher, type, typeHandlerVersion, settings, protectedSettings },
    ...{ autoUpgradeMinorVersion, enableAutomaticUpgrade: own.enableAutomaticUpgrade },
  };
  return { id, name, location, properties };
}

/** The set an id names, by the id of the set or anything below it. */
export function scaleSetOf(state: State, id: string): ScaleSet | undefined {
  const path = parseArmPath(id);
  if (path?.type.startsWith(SCALE_SET) !== true) return undefined;
  return state.scaleSets.get(path.id.split('/').slice(0, 9).join('/').toLowerCase());
}
