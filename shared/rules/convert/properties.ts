import type { z } from 'zod';
import type { Loss, SettingsSource } from './model.ts';
import { visible } from './names.ts';
import { loss, originOf } from './wanted.ts';

/** Keys that Azure adds to several kinds and that choose nothing. Seen in exported workspaces. */
const NEUTRAL = ['collectorType'];

/**
 * Properties of a source, or why they cannot be used. A key that the kind does not have is named either way:
 * it is most often the reason why another one is missing.
 */
export function readProperties<T extends z.ZodRawShape>(
  source: SettingsSource,
  schema: z.ZodObject<T>,
): { readonly value: z.infer<z.ZodObject<T>> | undefined; readonly losses: readonly Loss[] } {
  const { properties } = source;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return { value: undefined, losses: [loss(originOf(source), 'malformed', 'properties: no object')] };
  }
  const known = [...Object.keys(schema.shape), ...NEUTRAL];
  const others = Object.keys(properties).filter((key) => !known.includes(key));
  const parsed = schema.safeParse(properties);
  if (parsed.success) {
    return {
      value: parsed.data,
      losses: others.map((key) => loss(originOf(source), 'keyIgnored', visible(key))),
    };
  }
  const bag = properties as Readonly<Record<string, unknown>>;
  const wrong = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))].map((key) =>
    bag[key] === undefined ? `${key}: missing` : `${key}: not usable: ${visible(bag[key])}`,
  );
  const unknown = others.map((key) => `${visible(key)}: not a key of this kind`);
  return {
    value: undefined,
    losses: [loss(originOf(source), 'malformed', [...wrong, ...unknown].join('; '))],
  };
}
