import { dict } from '../json.ts';
import type { Route } from './call.ts';
import { inScope } from './rules.ts';

const TYPE = 'Microsoft.Security/autoProvisioningSettings';

/** Whether Defender for Cloud installs the legacy agent by itself; off where the file says nothing. Facts file 3.7. */
export const autoProvisioningSettings: Route = {
  kinds: { read: 'autoProvisioning.read' },
  list: (call) => {
    const settings = [...call.state.others.values()].filter(({ type }) => type === TYPE.toLowerCase());
    const value = inScope(call, settings).map(({ id, resource }) => ({
      id,
      name: id.split('/').at(-1),
      type: TYPE,
      properties: { autoProvision: dict(resource['properties'])['autoProvision'] ?? 'Off' },
    }));
    const usual = {
      id: `/subscriptions/${call.path.subscription}/providers/${TYPE}/default`,
      name: 'default',
      type: TYPE,
      properties: { autoProvision: 'Off' },
    };
    return { status: 200, body: { value: value.length > 0 ? value : [usual] } };
  },
};
