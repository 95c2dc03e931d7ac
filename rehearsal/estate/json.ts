export type Dict = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one when it is none. Estate files hold whatever Azure returned. */
export function dict(value: unknown): Dict {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Dict) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Walks nested objects: `dig(vm, 'properties', 'storageProfile', 'osDisk')`. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = dict(at)[key];
  return at;
}

/** The object without entries whose value is undefined. */
export function compact(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in value) if (value[key] !== undefined) out[key] = value[key];
  return out;
}

export function parseJson(body: string | undefined): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: body === undefined || body === '' ? undefined : JSON.parse(body) };
  } catch {
    return { ok: false };
  }
}
