import { list } from '../json.ts';
import { groupOf } from '../state/places.ts';
import type { State } from '../state/state.ts';
import { subscriptionIn } from './kusto.ts';

/** What a request asks about: subscriptions, management groups, or with neither everything. */
export interface GraphScope {
  /** Lower case; undefined is every subscription. */
  readonly subscriptions: ReadonlySet<string> | undefined;
  /** Whether a resource is in it. */
  readonly holds: (id: string) => boolean;
}

/** The scope of a request body, or the management group nobody knows. */
export function scopeOf(
  state: State,
  body: Readonly<Record<string, unknown>>,
  filter: string | undefined,
): { readonly ok: true; readonly scope: GraphScope } | { readonly ok: false; readonly unknown: string } {
  const subscriptions = names(body['subscriptions']);
  const groups = names(body['managementGroups']);
  const unknown = groups.find((group) => !state.managementGroups.has(group));
  if (unknown !== undefined) return { ok: false, unknown };
  if (subscriptions.length === 0 && groups.length === 0)
    return { ok: true, scope: { subscriptions: undefined, holds: () => true } };

  const inside = new Set(subscriptions);
  for (const [key, { chain }] of state.subscriptions)
    if (chain.some((group) => groups.includes(group))) inside.add(key);
  const policyGroups = new Set([
    ...beneath(state, groups),
    ...(/above/i.test(filter ?? '') ? above(state, subscriptions, groups) : []),
  ]);
  const holds = (id: string): boolean => {
    const group = groupOf(id);
    if (group !== undefined) return policyGroups.has(group);
    // Built-in definitions belong to the tenant and are in every answer.
    return !/^\/subscriptions\//i.test(id) || inside.has(subscriptionIn(id).toLowerCase());
  };
  return { ok: true, scope: { subscriptions: inside, holds } };
}

function names(value: unknown): string[] {
  return list(value).map((one) => String(one).toLowerCase());
}

function beneath(state: State, groups: readonly string[]): string[] {
  return [...state.managementGroups].flatMap(([group, chain]) =>
    groups.includes(group) || chain.some((one) => groups.includes(one)) ? [group] : [],
  );
}

/** `AtScopeAboveAndBelow`: policies of the groups above hold in the scope too. */
function above(state: State, subscriptions: readonly string[], groups: readonly string[]): string[] {
  return [
    ...subscriptions.flatMap((one) => state.subscriptions.get(one)?.chain ?? []),
    ...groups.flatMap((one) => state.managementGroups.get(one) ?? []),
  ];
}
