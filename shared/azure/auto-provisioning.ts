import type { ProvisioningGateway } from '../connectors/provisioning.ts';
import type { Arm } from './arm.ts';
import { attempt } from './trouble.ts';

/** The one version there is (Microsoft.Security/autoProvisioningSettings in the template reference). */
const API_VERSION = '2017-08-01-preview';

/** Defender's automatic provisioning of the legacy agent. Facts file 3.7. */
export function createProvisioningGateway(arm: Arm): ProvisioningGateway {
  return {
    write: (subscriptionId, name, on) =>
      attempt(async () => {
        const setting = `Microsoft.Security/autoProvisioningSettings/${encodeURIComponent(name)}`;
        await arm({
          method: 'PUT',
          url: `/subscriptions/${subscriptionId}/providers/${setting}?api-version=${API_VERSION}`,
          body: { properties: { autoProvision: on ? 'On' : 'Off' } },
        });
      }),
  };
}
