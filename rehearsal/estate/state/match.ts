import type { MachineMatch } from '../file/common.ts';
import { dict } from '../json.ts';
import { region } from './ids.ts';
import type { MachineKind } from './types.ts';

/** What a match looks at, available before the machine itself is built. */
export interface Facts {
  readonly key: string;
  readonly kind: MachineKind;
  readonly os: string;
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
  readonly tags: unknown;
}

/** Whether every property the match gives is true of the machine; names compare without case. */
export function matches(match: MachineMatch, facts: Facts): boolean {
  const same = (a: string | undefined, b: string) => a === undefined || a.toLowerCase() === b.toLowerCase();
  if (match.machines !== undefined && !idSet(match.machines).has(facts.key)) return false;
  if (!same(match.subscription, facts.subscription) || !same(match.resourceGroup, facts.group)) return false;
  if (match.location !== undefined && region(match.location) !== region(facts.location)) return false;
  if (!same(match.kind, facts.kind) || !same(match.os, facts.os)) return false;
  return match.tag === undefined || hasTag(facts.tags, match.tag);
}

function hasTag(tags: unknown, wanted: { name: string; value?: string | undefined }): boolean {
  return Object.entries(dict(tags)).some(
    ([name, value]) =>
      name.toLowerCase() === wanted.name.toLowerCase() &&
      (wanted.value === undefined || value === wanted.value),
  );
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function idSet(ids: readonly string[]): ReadonlySet<string> {
  let set = sets.get(ids);
  if (set === undefined) {
    set = new Set(ids.map((id) => id.toLowerCase()));
    sets.set(ids, set);
  }
  return set;
}
