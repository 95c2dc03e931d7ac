import { type ExtensionIdentity, isAmaExtension, isLegacyExtension } from '../model/agents.ts';
import { normalizeId, normalizeRegion, parseMachineId } from '../model/ids.ts';
import type { Association, Extension, Machine } from '../model/machine.ts';
import { architectureOf } from './architecture.ts';
import type { GraphRow } from './queries/graph.ts';

/** What Resource Graph itself says of a machine; the rest is joined to it. */
export type MachineFacts = Pick<
  Machine,
  | 'id'
  | 'resourceId'
  | 'kind'
  | 'name'
  | 'subscriptionId'
  | 'resourceGroup'
  | 'region'
  | 'os'
  | 'osName'
  | 'osVersion'
  | 'architecture'
  | 'availability'
  | 'vmId'
  | 'guestAgent'
  | 'extensionsAllowed'
  | 'arcAgent'
  | 'scaleSetId'
  | 'scaleSet'
  | 'systemIdentity'
  | 'userIdentities'
  | 'tags'
  | 'extensions'
>;

/** A VM or Arc server; undefined where the id is of neither. Missing properties stay unknown. */
export function machineFacts(
  row: GraphRow<'machines'>,
  extensions: readonly Extension[],
): MachineFacts | undefined {
  const address = parseMachineId(row.id);
  if (address === undefined || address.kind === 'scaleSet') return undefined;
  const arc = address.kind === 'arcServer';
  return {
    id: normalizeId(row.id),
    resourceId: row.id,
    kind: address.kind,
    name: row.name || address.name,
    subscriptionId: address.subscriptionId,
    resourceGroup: address.resourceGroup,
    region: normalizeRegion(row.location ?? ''),
    os: osOf(row.osType, extensions),
    osName: row.osName || imageName(row.imageReference) || null,
    osVersion: row.osVersion || null,
    architecture: architectureOf(row.vmSize || null, row.arcProcessors?.[0]?.name || null),
    availability: arc ? arcStatusOf(row.arcStatus) : powerOf(row.powerState),
    vmId: row.vmId?.toLowerCase() || null,
    guestAgent: isFalse(row.windowsGuestAgent) || isFalse(row.linuxGuestAgent) ? 'absent' : 'unknown',
    extensionsAllowed:
      !isFalse(row.allowExtensionOperations) && !isFalse(row.arcExtensionsEnabled) && arcTakesAgent(row),
    arcAgent: arc
      ? { version: row.arcAgentVersion || null, proxyUrl: withoutCredentials(row.arcProxyUrl) }
      : null,
    scaleSetId: row.scaleSetId ? normalizeId(row.scaleSetId) : null,
    scaleSet: null,
    systemIdentity: arc || /SystemAssigned/i.test(row.identityType ?? ''),
    userIdentities: Object.keys(row.userAssignedIdentities ?? {}).map(normalizeId),
    tags: tagsOf(row.tags),
    extensions,
  };
}

/** A scale set, with the extensions of its model. */
export function scaleSetFacts(
  row: GraphRow<'scaleSets'>,
  counts: { instances: number; outdatedInstances: number } | undefined,
): MachineFacts {
  const id = normalizeId(row.id);
  const [, , subscriptionId = '', , resourceGroup = ''] = row.id.split('/');
  const extensions = (row.extensions ?? []).flatMap(({ name, properties }) =>
    properties?.publisher && properties.type
      ? [
          {
            id: `${id}/extensions/${(name ?? properties.type).toLowerCase()}`,
            name: name ?? properties.type,
            publisher: properties.publisher,
            type: properties.type,
            version: properties.typeHandlerVersion ?? null,
            provisioningState: properties.provisioningState ?? null,
            settings: properties.settings ?? null,
          },
        ]
      : [],
  );
  return {
    id,
    resourceId: row.id,
    kind: 'scaleSet',
    name: row.name,
    subscriptionId: subscriptionId.toLowerCase(),
    resourceGroup,
    region: normalizeRegion(row.location ?? ''),
    os: osOf(row.osType, extensions),
    osName: imageName(row.imageReference) || null,
    osVersion: null,
    architecture: architectureOf(row.vmSize || null, null),
    availability: 'unknown',
    vmId: null,
    guestAgent: 'unknown',
    extensionsAllowed: true,
    arcAgent: null,
    scaleSetId: null,
    scaleSet: {
      orchestration: /flexible/i.test(row.orchestration ?? '') ? 'flexible' : 'uniform',
      upgradePolicy: upgradePolicyOf(row.upgradePolicy),
      instances: counts?.instances ?? 0,
      outdatedInstances: counts?.outdatedInstances ?? 0,
    },
    systemIdentity: /SystemAssigned/i.test(row.identityType ?? ''),
    userIdentities: Object.keys(row.userAssignedIdentities ?? {}).map(normalizeId),
    tags: tagsOf(row.tags),
    extensions,
  };
}

export function extensionOf(row: GraphRow<'extensions'>): Extension {
  return {
    id: normalizeId(row.id),
    name: row.id.split('/').at(-1) || row.name,
    publisher: row.publisher,
    type: row.extensionType,
    version: row.version || null,
    provisioningState: row.provisioningState || null,
    settings: row.settings ?? null,
  };
}

export function associationOf(row: GraphRow<'associations'>): Association {
  return {
    name: row.name,
    ruleId: row.ruleId ? normalizeId(row.ruleId) : null,
    endpointId: row.endpointId ? normalizeId(row.endpointId) : null,
  };
}

function osOf(osType: string | null | undefined, extensions: readonly ExtensionIdentity[]): Machine['os'] {
  if (/windows/i.test(osType ?? '')) return 'windows';
  if (/linux/i.test(osType ?? '')) return 'linux';
  const agent = extensions.find((extension) => isLegacyExtension(extension) || isAmaExtension(extension));
  if (agent === undefined) return 'unknown';
  return /linux/i.test(agent.type) ? 'linux' : 'windows';
}

function imageName(image: GraphRow<'machines'>['imageReference']): string {
  return [image?.publisher, image?.offer, image?.sku].filter(Boolean).join(' ');
}

function powerOf(code: string | null | undefined): Machine['availability'] {
  if (!code) return 'unknown';
  return /\/running$/i.test(code) ? 'running' : 'stopped';
}

function arcStatusOf(status: string | null | undefined): Machine['availability'] {
  if (!status) return 'unknown';
  if (/^connected$/i.test(status)) return 'running';
  return /^expired$/i.test(status) ? 'expired' : 'disconnected';
}

type UpgradePolicy = NonNullable<Machine['scaleSet']>['upgradePolicy'];

function upgradePolicyOf(mode: string | null | undefined): UpgradePolicy {
  const known = (['manual', 'automatic', 'rolling'] as const).find((name) => name === mode?.toLowerCase());
  return known ?? 'unknown';
}

/** The Arc agent can be told which extensions it takes, by publisher and type. */
function arcTakesAgent(row: GraphRow<'machines'>): boolean {
  const isAgent = (one: { publisher?: string | null | undefined; type?: string | null | undefined }) =>
    isAmaExtension({ publisher: one.publisher ?? '', type: one.type ?? '' });
  const allowed = row.arcAllowedExtensions ?? [];
  if ((row.arcBlockedExtensions ?? []).some(isAgent)) return false;
  return allowed.length === 0 || allowed.some(isAgent);
}

function isFalse(text: string | null | undefined): boolean {
  return /^false$/i.test(text ?? '');
}

/** A proxy address may carry a user and a password, in any characters; an inventory must not. */
function withoutCredentials(address: string | null | undefined): string | null {
  return address ? address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1') : null;
}

function tagsOf(tags: Readonly<Record<string, unknown>> | null | undefined) {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [name, String(value ?? '')]));
}
