import { z } from 'zod';
import { inventories } from './inventories.ts';
import { live } from './killable-life.ts';
import { CUSTOMER } from './small-estate.ts';

const Any = z.custom<Record<string, unknown>>();

/** A switch by hand that can be killed: inventory, disable under an override, and how it stands in the end. */
await live(async (api, participant) => {
  const inventory = inventories(() => ({ api, participant }));
  await inventory.ended(await inventory.start(undefined, 'killed'));
  const body = { by: 'carla', reason: 'change 4711', override: { reason: 'retired' }, whatIf: false };
  await api.post(`/connectors/${CUSTOMER}/disable`, Any, body);
  const { body: found } = await api.get(`/connectors/${CUSTOMER}`, Any);
  const { collections, switched } = found as {
    collections: { tier: string; stored: { tier: string; restorable: boolean } | null }[];
    switched: { confirmedAt: string | null } | null;
  };
  return {
    confirmed: switched?.confirmedAt != null,
    values: collections.map(({ tier, stored }) => [tier, stored?.tier, stored?.restorable]),
  };
});
