import { z } from 'zod';
import type { Loss, SettingsSource } from './model.ts';
import { readProperties } from './properties.ts';
import { inOrder, isKind, loss, originOf } from './wanted.ts';

const Gate = z.object({ state: z.string() });

/**
 * A `…Collection` source switches the other sources of its kind on or off for the whole workspace (facts file 3.6).
 * Without one, or with one that cannot be read, nothing was switched off: the sources count.
 */
export function readGate(
  sources: readonly SettingsSource[],
  kind: string,
): { readonly off: boolean; readonly losses: readonly Loss[] } {
  const read = inOrder(sources.filter((source) => isKind(source, kind))).map((source) => {
    const { value, losses } = readProperties(source, Gate);
    if (value === undefined) return { off: false, losses };
    const state = value.state.trim().toLowerCase();
    const origin = originOf(source, 'state');
    if (state === 'disabled') return { off: true, losses: [...losses, loss(origin, 'disabled')] };
    return state === 'enabled'
      ? { off: false, losses: [...losses, loss(origin, 'switchOnly')] }
      : { off: false, losses: [...losses, loss(origin, 'malformed', `state: ${value.state}`)] };
  });
  return { off: read.some(({ off }) => off), losses: read.flatMap(({ losses }) => losses) };
}

/** What sources ask for when their collection is switched off: nothing, item by item. */
export function switchedOff<T>(read: {
  readonly asked: readonly { readonly origin: Loss['origin']; readonly value: T }[];
  readonly losses: readonly Loss[];
}): readonly Loss[] {
  return [...read.losses, ...read.asked.map(({ origin }) => loss(origin, 'disabled'))];
}
