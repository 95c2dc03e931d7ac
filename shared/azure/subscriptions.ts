import type { AutoProvisioning, GuestAgent, Permission, SubscriptionGateway } from '../inventory/gateway.ts';
import { normalizeId } from '../model/ids.ts';
import { type Arm, listArm } from './arm.ts';
import { attempt } from './trouble.ts';

const PERMISSIONS_API_VERSION = '2022-04-01';
const SECURITY_API_VERSION = '2017-08-01-preview';
const COMPUTE_API_VERSION = '2024-07-01';

/** Lists of a subscription that Resource Graph does not hold. */
export function createSubscriptionGateway(arm: Arm): SubscriptionGateway {
  return {
    permissions: (scope) =>
      attempt(async () => {
        const found: Permission[] = [];
        const url = `${scope}/providers/Microsoft.Authorization/permissions?api-version=${PERMISSIONS_API_VERSION}`;
        for await (const { actions, notActions } of listArm<Partial<Permission>>(arm, url)) {
          found.push({ actions: actions ?? [], notActions: notActions ?? [] });
        }
        return found;
      }),

    autoProvisioning: (subscriptionId) =>
      attempt(async () => {
        const found: AutoProvisioning[] = [];
        const url = `/subscriptions/${subscriptionId}/providers/Microsoft.Security/autoProvisioningSettings?api-version=${SECURITY_API_VERSION}`;
        for await (const { name, properties } of listArm<Setting>(arm, url)) {
          found.push({ name: name ?? '', on: /^on$/i.test(properties?.autoProvision ?? '') });
        }
        return found;
      }),

    guestAgents: (subscriptionId) =>
      attempt(async () => {
        const found: GuestAgent[] = [];
        const url = `/subscriptions/${subscriptionId}/providers/Microsoft.Compute/virtualMachines?api-version=${COMPUTE_API_VERSION}&statusOnly=true`;
        for await (const { id, properties } of listArm<VmStatus>(arm, url)) {
          const codes = (properties?.instanceView?.vmAgent?.statuses ?? []).map(({ code }) => code ?? '');
          // Without a status nothing is known; a stopped VM has none.
          if (id === undefined || codes.length === 0) continue;
          const ready = codes.some((code) => /^provisioningstate\/succeeded$/i.test(code));
          found.push({ machineId: normalizeId(id), state: ready ? 'ready' : 'notReady' });
        }
        return found;
      }),
  };
}

interface Setting {
  readonly name?: string;
  readonly properties?: { readonly autoProvision?: string };
}

interface VmStatus {
  readonly id?: string;
  readonly properties?: {
    readonly instanceView?: {
      readonly vmAgent?: { readonly statuses?: readonly { readonly code?: string }[] };
    };
  };
}
