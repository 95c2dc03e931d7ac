import { extensionView } from '../arm/extension-view.ts';
import { dig, text } from '../json.ts';
import type { Subscription } from '../state/places.ts';
import { isOutdated } from '../state/scale-sets.ts';
import type { Other, State } from '../state/state.ts';
import { dynamic, place, str } from './kusto.ts';
import { canonical } from './rows-collection.ts';

type Row = Record<string, unknown>;

export function subscriptionRow({ id, name, tenantId, status }: Subscription): Row {
  return { id: `/subscriptions/${id}`, name, subscriptionId: id, tenantId, state: status };
}

export function scaleSetRow(state: State, { id, resource }: Other): Row {
  const p = resource['properties'];
  const profile = dig(p, 'virtualMachineProfile');
  const model = state.scaleSets.get(id.toLowerCase())?.model;
  return {
    id,
    name: text(resource['name']) ?? id.split('/').at(-1),
    location: place(resource['location']),
    subscriptionId: canonical(state, id),
    resourceGroup: (id.split('/')[4] ?? '').toLowerCase(),
    tags: dynamic(resource['tags']),
    identityType: str(dig(resource, 'identity', 'type')),
    userAssignedIdentities: dynamic(dig(resource, 'identity', 'userAssignedIdentities')),
    vmSize: str(dig(resource, 'sku', 'name')),
    orchestration: str(dig(p, 'orchestrationMode')),
    upgradePolicy: str(dig(p, 'upgradePolicy', 'mode')),
    osType: str(dig(profile, 'storageProfile', 'osDisk', 'osType')),
    imageReference: dynamic(dig(profile, 'storageProfile', 'imageReference')),
    extensions: dynamic(
      model === undefined
        ? dig(profile, 'extensionProfile', 'extensions')
        : [...model.extensions.values()].map((one) => extensionView(model, one, '')),
    ),
  };
}

/** Instances summarized per scale set. */
export function instanceRows(state: State, instances: Iterable<Other>): Row[] {
  const sets = new Map<string, { instances: number; outdatedInstances: number }>();
  for (const { id, resource } of instances) {
    const set = id.toLowerCase().split('/virtualmachines/')[0] ?? '';
    const count = sets.get(set) ?? { instances: 0, outdatedInstances: 0 };
    sets.set(set, count);
    count.instances += 1;
    const known = state.scaleSets.get(set);
    const own = known?.instances.get(text(dig(resource, 'properties', 'instanceId')) ?? '');
    const outdated =
      known === undefined || own === undefined
        ? str(dig(resource, 'properties', 'latestModelApplied')).toLowerCase() === 'false'
        : isOutdated(known, own);
    if (outdated) count.outdatedInstances += 1;
  }
  return [...sets].map(([id, counts]) => ({ id, ...counts }));
}

export function defenderPlanRow(state: State, { id, resource }: Other): Row {
  return {
    id,
    name: text(resource['name']) ?? id.split('/').at(-1),
    subscriptionId: canonical(state, id),
    tier: str(dig(resource, 'properties', 'pricingTier')),
    plan: str(dig(resource, 'properties', 'subPlan')),
  };
}
