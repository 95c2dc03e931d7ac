import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { CUSTOMER, LINUX_VM, SUBSCRIPTION, smallEstate, WORKSPACE } from './small-estate.ts';

export const SENTINEL_KIND = 'SecurityInsightsSecurityEventCollectionConfiguration';
export const DEFENDER_KIND = 'SecurityEventCollectionConfiguration';
export const INSTALLER = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/install-mma`;

/** The small estate with both kinds, a legacy solution, syslog, and every way by which the agent comes back. */
export function connectorEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const { resources } = smallEstate();
  return {
    resources: [
      ...resources,
      {
        id: `${WORKSPACE}/dataSources/${DEFENDER_KIND}`,
        kind: DEFENDER_KIND,
        properties: { tier: 'Minimal', tierSetMethod: 'Custom' },
      },
      {
        id: `${WORKSPACE}/dataSources/auth`,
        name: 'auth',
        kind: 'LinuxSyslog',
        properties: { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] },
      },
      {
        id: `${WORKSPACE.split('/providers')[0]}/providers/Microsoft.OperationsManagement/solutions/WindowsFirewall(law-main)`,
        name: 'WindowsFirewall(law-main)',
        type: 'microsoft.operationsmanagement/solutions',
        plan: {
          name: 'WindowsFirewall(law-main)',
          product: 'OMSGallery/WindowsFirewall',
          publisher: 'Microsoft',
        },
        properties: { workspaceResourceId: WORKSPACE },
      },
      {
        id: INSTALLER,
        name: 'install-mma',
        type: 'microsoft.authorization/policyassignments',
        properties: {
          displayName: 'Install MMA',
          policyDefinitionId:
            '/providers/Microsoft.Authorization/policyDefinitions/0868462e-646c-4fe3-9ced-a733534b6a2c',
          scope: `/subscriptions/${SUBSCRIPTION}`,
        },
      },
      {
        id: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Security/autoProvisioningSettings/default`,
        name: 'default',
        type: 'microsoft.security/autoprovisioningsettings',
        properties: { autoProvision: 'On' },
      },
    ],
    ...changes,
  };
}

/** The same with no extension of the legacy agent anywhere. */
export function cleanEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const { resources } = connectorEstate();
  return {
    resources: resources.filter(({ properties }) => properties?.['publisher'] === undefined),
    ...changes,
  };
}

export { CUSTOMER, LINUX_VM };
