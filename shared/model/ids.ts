import { createHash } from 'node:crypto';

/** What waves work on. A Flexible scale set is none of these: its instances are VMs of their own. */
export type MachineKind = 'azureVm' | 'arcServer' | 'scaleSet';

export interface MachineAddress {
  readonly kind: MachineKind;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

const MACHINE_ID =
  /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/(microsoft\.compute\/virtualmachines|microsoft\.compute\/virtualmachinescalesets|microsoft\.hybridcompute\/machines)\/([^/]+)$/i;

/** The form every id is compared and keyed in: ARM ids are case-insensitive, exports mix casings. */
export function normalizeId(id: string): string {
  return id.trim().replace(/\/+$/, '').toLowerCase();
}

/**
 * Whether an id that a person wrote has nothing but names between its slashes. A part such as `..`, or one with a
 * mark that ends a path, would make a request with the app's token go elsewhere than the id says. What does not begin
 * as an id is for other rules to refuse, once.
 */
export function hasPlainParts(id: string): boolean {
  const [first, ...parts] = id.trim().replace(/\/+$/, '').split('/');
  return first !== '' || parts.every((part) => /^(?!\.{1,2}$)[\p{L}\p{N}_().-]+$/u.test(part));
}
export const NOT_PLAIN = 'has a part that is no name of a resource';

const KINDS: Readonly<Record<string, MachineKind>> = {
  'microsoft.compute/virtualmachines': 'azureVm',
  'microsoft.compute/virtualmachinescalesets': 'scaleSet',
  'microsoft.hybridcompute/machines': 'arcServer',
};

/** The parts of a machine's ARM id, or undefined when it is not the id of a VM, scale set or Arc server. */
export function parseMachineId(id: string): MachineAddress | undefined {
  const match = MACHINE_ID.exec(id.trim().replace(/\/+$/, ''));
  if (match === null) return undefined;
  const [, subscriptionId = '', resourceGroup = '', type = '', name = ''] = match;
  const kind = KINDS[type.toLowerCase()] ?? 'azureVm';
  return { kind, subscriptionId: subscriptionId.toLowerCase(), resourceGroup, name };
}

const MACHINE_CHILD =
  /^(\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/(?:microsoft\.compute\/virtualmachines|microsoft\.compute\/virtualmachinescalesets|microsoft\.hybridcompute\/machines)\/[^/]+)\/(?:extensions|providers\/microsoft\.insights)\//;

/** The machine that an extension or association id belongs to, normalised; undefined for other owners. */
export function ownerMachineId(childId: string): string | undefined {
  return MACHINE_CHILD.exec(normalizeId(childId))?.[1];
}

const HEARTBEAT_OWNER =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/(?:microsoft\.compute\/virtualmachines|microsoft\.compute\/virtualmachinescalesets|microsoft\.hybridcompute\/machines)\/[^/]+/;

/**
 * The machine a heartbeat's resource id speaks of, normalised: a VM, an Arc server, or the scale set of an
 * instance. Undefined for anything else, such as a container cluster.
 */
export function heartbeatOwner(resourceId: string): string | undefined {
  return HEARTBEAT_OWNER.exec(normalizeId(resourceId))?.[0];
}

/** The form regions are compared in: "West Europe" is "westeurope". */
export function normalizeRegion(region: string): string {
  return region.toLowerCase().replaceAll(' ', '');
}

/** The unit Azure throttles by: one subscription in one region (DESIGN section 2). */
export function cellOf(subscriptionId: string, region: string): string {
  return `${subscriptionId.toLowerCase()}.${normalizeRegion(region)}`;
}

/** The subscription whose limits a cell shares. */
export function subscriptionOfCell(cell: string): string {
  return cell.split('.')[0] ?? cell;
}

/** A short stable digest: fits instance ids, row keys and resource names, where ARM ids do not. */
export function shortHash(text: string, length = 16): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** A digest of a JSON value that does not depend on the order of its keys. */
export function contentHash(value: unknown, length = 16): string {
  return shortHash(canonicalJson(value), length);
}

/** A digest over many values in order, for content too large to be one text. */
export function contentHashOf(values: Iterable<unknown>, length = 16): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(canonicalJson(value)).update('\n');
  return hash.digest('hex').slice(0, length);
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
