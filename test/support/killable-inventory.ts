import { inventories } from './inventories.ts';
import { live } from './killable-life.ts';

/** An inventory that can be killed; says in the end everything that is in it. */
await live(async (api, participant) => {
  const inventory = inventories(() => ({ api, participant }));
  const { id } = await inventory.ended(await inventory.start(undefined, 'killed'));
  return inventory.content(id);
});
