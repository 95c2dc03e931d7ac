import type { Behaviour } from '../file/behaviour.ts';
import { region } from '../state/ids.ts';
import type { Load } from './bucket.ts';
import type { Policy } from './policies.ts';

/**
 * Another user of the same limits, of whom the app is not told: ARM's buckets of a subscription and Compute's of its
 * regions. Limits of single machines and of the query services are not touched.
 */
export function createOtherLoad(
  declared: Behaviour['otherLoad'],
): (policy: Policy, scope: string) => readonly Load[] {
  const loads = (declared ?? []).map((load) => ({
    subscription: load.subscription?.toLowerCase(),
    location: load.location === undefined ? undefined : region(load.location),
    from: Date.parse(load.from),
    until: load.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(load.until),
    share: load.share,
  }));
  return ({ per }, scope) => {
    if (per !== 'cell' && per !== 'principalSubscription') return [];
    const [subscription, place] = scope.split(per === 'cell' ? '/' : '|');
    return loads.filter(
      (load) =>
        (load.subscription === undefined || load.subscription === subscription) &&
        // ARM counts a subscription as a whole, wherever its machines are.
        (load.location === undefined || (per === 'cell' && load.location === place)),
    );
  };
}
