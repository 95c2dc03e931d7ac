import type { Dict } from '../json.ts';
import { canonicalType } from '../state/ids.ts';

/** Fields ARM answers; an export from Resource Graph has more (tenantId, subscriptionId, managedBy, …). */
const ENVELOPE = [
  'tags',
  'identity',
  'kind',
  'sku',
  'plan',
  'zones',
  'etag',
  'systemData',
  'extendedLocation',
] as const;

/** A stored resource as ARM answers it: no nulls at any depth, the type in ARM's casing, Graph-only columns left out. */
export function armView(
  resource: Dict,
  id: string,
  type: string,
  properties: unknown,
): Record<string, unknown> {
  const out: Record<string, unknown> = {
    id,
    name: id.split('/').at(-1),
    type: canonicalType(type),
    location: resource['location'],
  };
  for (const field of ENVELOPE) {
    const value = resource[field];
    if (value !== '') out[field] = value;
  }
  out['properties'] = properties;
  return withoutNulls(out);
}

/** The object without null and undefined entries, at every depth; items of arrays keep their places. */
export function withoutNulls(value: Dict): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in value) {
    const entry = value[key];
    if (entry !== null && entry !== undefined) out[key] = withoutNested(entry);
  }
  return out;
}

function withoutNested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNested);
  return value !== null && typeof value === 'object' ? withoutNulls(value as Dict) : value;
}
