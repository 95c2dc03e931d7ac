import { dict, list } from '../json.ts';
import { scaleSetOf } from '../state/load-scale-sets.ts';
import {
  advance,
  type Instance,
  isOutdated,
  provisioningState,
  type ScaleSet,
  upgradeInstances,
} from '../state/scale-sets.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { badRequest, fail, notFound } from './errors.ts';
import { vmExtensionView } from './extension-view.ts';
import { instanceView } from './machine-view.ts';
import { operationHeaders } from './operation-links.ts';
import { paged } from './paging.ts';
import { permissionRefusal } from './permissions.ts';
import { armView, withoutNulls } from './view.ts';

const TYPE = 'Microsoft.Compute/virtualMachineScaleSets';

/** A scale set with its model; a Flexible one as the file shows it. */
export const scaleSets: Route = {
  kinds: { read: 'scaleSet.read' },
  get: (call) => {
    const set = scaleSetOf(call.state, call.path.id);
    if (set === undefined) {
      const other = call.state.others.get(call.path.id.toLowerCase());
      return other === undefined
        ? notFound(call.path.id, TYPE)
        : { status: 200, body: withoutNulls(other.resource) };
    }
    advance(call.state, set, call.now);
    return { status: 200, body: scaleSetView(set) };
  },
};

function scaleSetView({ model }: ScaleSet): unknown {
  const stored = dict(model.resource['properties']);
  const extensions = [...model.extensions.values()].map((extension) => {
    const { name, properties } = vmExtensionView(extension, false);
    const { provisioningState: _, ...rest } = dict(properties);
    return { name, properties: rest };
  });
  return armView(model.resource, model.id, TYPE, {
    ...stored,
    provisioningState: model.pending.length > 0 ? 'Updating' : 'Succeeded',
    virtualMachineProfile: { ...dict(stored['virtualMachineProfile']), extensionProfile: { extensions } },
  });
}

/** Instances of a set, with their extensions. */
export const scaleSetInstances: Route = {
  kinds: { read: 'scaleSet.read', list: 'scaleSet.read' },
  list: (call) =>
    onSet(call, (set) =>
      paged(call, [...set.instances.values()], (one) => instanceOf(set, one, call.now, expands(call))),
    ),
  get: (call) =>
    onSet(call, (set) => {
      const found = set.instances.get(call.path.names[1] ?? '');
      return found === undefined
        ? notFound(call.path.id, `${TYPE}/virtualMachines`)
        : { status: 200, body: instanceOf(set, found, call.now, expands(call)) };
    }),
};

function instanceOf(set: ScaleSet, one: Instance, now: number, expand: boolean): unknown {
  const { machine, id, isProtected } = one;
  const children = [...machine.extensions.values()].map((extension) => vmExtensionView(extension, false));
  const { identity: _, ...resource } = machine.resource;
  const view = armView(resource, machine.id, `${TYPE}/virtualMachines`, {
    ...dict(machine.resource['properties']),
    instanceId: undefined,
    latestModelApplied: !isOutdated(set, one) && machine.pending.length === 0,
    vmId: machine.vmId,
    provisioningState: provisioningState(one),
    protectionPolicy: isProtected ? { protectFromScaleSetActions: true } : undefined,
    instanceView: expand ? viewOf(machine, now) : undefined,
  });
  return { ...view, name: `${set.model.name}_${id}`, instanceId: id, resources: children };
}

/** What the view of an instance shares with that of a VM; the names of its system came with later versions. */
function viewOf(machine: Instance['machine'], now: number): unknown {
  const { vmAgent, extensions, statuses } = instanceView(machine, now);
  return { vmAgent, extensions, statuses };
}

/** `POST …/manualupgrade`: the instances named get the present model. */
export const manualUpgrade: Route = {
  kinds: { read: 'scaleSet.upgrade' },
  post: (call) =>
    onSet(call, (set) => {
      const refused = permissionRefusal(call.state, call.path, 'action');
      if (refused !== undefined) return refused;
      const ids = list(dict(call.body)['instanceIds']).map(String);
      if (ids.length === 0)
        return badRequest(
          'InvalidParameter',
          "Required parameter 'instanceIds' is missing (null).",
          'instanceIds',
        );
      const unknown = ids.find((id) => !set.instances.has(id));
      if (unknown !== undefined)
        return badRequest(
          'InvalidParameter',
          `The provided instanceId ${unknown} is not an active Virtual Machine Scale Set VM instanceId.`,
          'instanceIds',
        );
      const instances = ids.flatMap((id) => set.instances.get(id) ?? []);
      const operation = upgradeInstances(call.state, set, instances, call.now);
      return { status: 202, headers: operationHeaders(call, operation) };
    }),
};

/** `GET …/rollingUpgrades/latest`. */
export const rollingUpgrades: Route = {
  kinds: { read: 'scaleSet.read' },
  get: (call) =>
    onSet(call, (set) => {
      const { rolling, model } = set;
      if (rolling === undefined)
        return fail(404, 'NotFound', `No Rolling Upgrade was found for VM Scale Set '${model.name}'.`);
      const all = [...set.instances.values()];
      const count = (test: (one: Instance) => boolean) => all.filter(test).length;
      return {
        status: 200,
        body: armView(
          { location: model.location },
          `${model.id}/rollingUpgrades/latest`,
          `${TYPE}/rollingUpgrades`,
          {
            runningStatus: {
              code: rolling.status,
              startTime: new Date(rolling.startedAt).toISOString(),
              lastAction: 'Start',
              lastActionTime: new Date(rolling.lastActionAt).toISOString(),
            },
            progress: {
              successfulInstanceCount: count(
                (one) => !isOutdated(set, one) && provisioningState(one) === 'Succeeded',
              ),
              failedInstanceCount: count((one) => provisioningState(one) === 'Failed'),
              inProgressInstanceCount: count((one) => provisioningState(one) === 'Updating'),
              pendingInstanceCount: count((one) => isOutdated(set, one)),
            },
            error: rolling.error,
          },
        ),
      };
    }),
};

function onSet(call: Call, answer: (set: ScaleSet) => Reply): Reply {
  const set = scaleSetOf(call.state, call.path.id);
  if (set === undefined) return notFound(call.path.id.split('/').slice(0, 9).join('/'), TYPE);
  advance(call.state, set, call.now);
  return answer(set);
}

function expands(call: Call): boolean {
  return call.query.get('$expand')?.toLowerCase().includes('instanceview') === true;
}
