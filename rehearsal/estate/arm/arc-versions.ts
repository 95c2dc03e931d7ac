import { type Dict, dict } from '../json.ts';

/** Arc's oldest api-version here, and the one its only SDK client sends. */
export const FIRST_ARC_VERSION = '2021-05-20';

type Fields = { readonly [field: string]: true | Fields };

const RESOURCE = {
  id: true,
  name: true,
  type: true,
  location: true,
  tags: true,
  systemData: true,
} as const;

/** Fields of a machine in the public specification of the first version. */
export const FIRST_MACHINE: Fields = {
  ...RESOURCE,
  identity: true,
  properties: {
    locationData: true,
    osProfile: { computerName: true },
    provisioningState: true,
    status: true,
    lastStatusChange: true,
    errorDetails: true,
    agentVersion: true,
    vmId: true,
    displayName: true,
    machineFqdn: true,
    clientPublicKey: true,
    osName: true,
    osVersion: true,
    vmUuid: true,
    extensions: true,
    osSku: true,
    domainName: true,
    adFqdn: true,
    dnsFqdn: true,
    privateLinkScopeResourceId: true,
    parentClusterResourceId: true,
    detectedProperties: true,
  },
};

/** Fields of an extension in the public specification of the first version. */
export const FIRST_EXTENSION: Fields = {
  ...RESOURCE,
  properties: {
    forceUpdateTag: true,
    publisher: true,
    type: true,
    typeHandlerVersion: true,
    autoUpgradeMinorVersion: true,
    settings: true,
    provisioningState: true,
    instanceView: true,
  },
};

/** The view as an api-version answers it: the first one leaves out every field that came later. */
export function arcAsOf(
  apiVersion: string,
  first: Fields,
  view: Record<string, unknown>,
): Record<string, unknown> {
  return apiVersion === FIRST_ARC_VERSION ? pick(view, first) : view;
}

function pick(value: Dict, fields: Fields): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in value) {
    const known = fields[key];
    if (known !== undefined) out[key] = known === true ? value[key] : pick(dict(value[key]), known);
  }
  return out;
}
