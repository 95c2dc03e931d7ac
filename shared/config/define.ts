import type { z } from 'zod';

/** One setting of the app (D12). */
export interface SettingDefinition {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType<unknown>;
  /** As it would be written in an environment variable; undefined: the setting has no value unless set. */
  readonly default: string | undefined;
  readonly secret: boolean;
}

export function define<T>(
  name: string,
  schema: z.ZodType<T>,
  description: string,
  fallback?: string,
): SettingDefinition & { readonly schema: z.ZodType<T> } {
  return { name, schema, description, default: fallback, secret: false };
}
