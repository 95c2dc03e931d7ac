import { text } from '../json.ts';
import { region } from '../state/ids.ts';
import type { Other } from '../state/state.ts';

/** `tostring()` of Kusto: a missing value is an empty string. */
export const str = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** A dynamic column: what the resource has, or null. */
export const dynamic = (value: unknown): unknown => value ?? null;

/** Resource Graph writes regions in one form; one that an export left null stays null. */
export const place = (location: unknown): string | null =>
  typeof location === 'string' ? region(location) : null;

/** Exports may leave the name out; the id ends with it. */
export const nameOf = ({ id, resource }: Pick<Other, 'id' | 'resource'>): string =>
  text(resource['name']) ?? id.split('/').at(-1) ?? '';

export const subscriptionIn = (id: string): string => id.split('/')[2] ?? '';

/** `has_any` of Kusto: whole words, in any casing. */
export function hasAny(value: string, words: readonly string[]): boolean {
  return words.some((word) => {
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`, 'i').test(value);
  });
}
