import type { Subscription } from '../state/places.ts';
import type { Route } from './call.ts';
import { groupNotFound, subscriptionNotFound } from './errors.ts';
import { paged } from './paging.ts';

export const subscriptions: Route = {
  kinds: { read: 'subscription.read' },
  list: (call) => paged(call, [...call.state.subscriptions.values()], subscriptionView),
  get: (call) => {
    const found = call.state.subscriptions.get((call.path.subscription ?? '').toLowerCase());
    return found === undefined
      ? subscriptionNotFound(call.path.subscription ?? '')
      : { status: 200, body: subscriptionView(found) };
  },
};

export const resourceGroups: Route = {
  kinds: { read: 'subscription.read' },
  list: (call) => {
    const prefix = `/subscriptions/${call.path.subscription ?? ''}/`.toLowerCase();
    return paged(
      call,
      [...call.state.groups.values()].filter((group) => group.id.toLowerCase().startsWith(prefix)),
      groupView,
    );
  },
  get: (call) => {
    const found = call.state.groups.get(call.path.id.toLowerCase());
    return found === undefined
      ? groupNotFound(call.path.group ?? '')
      : { status: 200, body: groupView(found) };
  },
};

function subscriptionView(subscription: Subscription): unknown {
  return {
    id: `/subscriptions/${subscription.id}`,
    subscriptionId: subscription.id,
    tenantId: subscription.tenantId,
    displayName: subscription.name,
    state: subscription.status,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
    authorizationSource: 'RoleBased',
  };
}

function groupView(group: {
  readonly id: string;
  readonly name: string;
  readonly location: string;
}): unknown {
  return {
    id: group.id,
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location,
    properties: { provisioningState: 'Succeeded' },
  };
}
