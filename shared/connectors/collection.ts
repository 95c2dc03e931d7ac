import { contentHash } from '../model/ids.ts';
import type { Collection } from './gateway.ts';

/** Whether a setting collects anything. */
export function isOn({ tier }: Pick<Collection, 'tier'>): boolean {
  return tier.toLowerCase() !== 'none';
}

/** The same setting with tier None, in the body Azure takes (facts file 3.7). */
export function switchedOff(collection: Collection): Collection {
  return {
    ...collection,
    tier: 'None',
    properties: { ...collection.properties, tier: 'None', tierSetMethod: 'Custom' },
  };
}

/** "KIND tier TIER, …" for sentences. */
export function describe(collections: readonly { readonly kind: string; readonly tier: string }[]): string {
  return collections.map(({ kind, tier }) => `${kind} tier ${tier}`).join(', ');
}

/** Whether two looks at the settings show the same, whatever the order; versions are not compared. */
export function sameSettings(a: readonly Collection[], b: readonly Collection[]): boolean {
  const digest = (all: readonly Collection[]) =>
    all.map(({ kind, name, properties }) => contentHash({ kind, name, properties })).sort();
  return digest(a).join() === digest(b).join();
}
