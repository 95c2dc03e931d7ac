import { compact, type Dict } from '../json.ts';
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

/** A stored resource as ARM answers it: no nulls, the type in ARM's casing, Graph-only columns left out. */
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
    location: resource['location'] ?? undefined,
  };
  for (const field of ENVELOPE) {
    const value = resource[field];
    if (value !== null && value !== undefined && value !== '') out[field] = value;
  }
  out['properties'] = properties;
  return compact(out);
}

/** The object without null entries, at the first level. */
export function withoutNulls(value: Dict): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in value) if (value[key] !== null) out[key] = value[key];
  return out;
}
