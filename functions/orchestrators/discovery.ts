import type { DiscoveryInput } from '../contracts/payloads.ts';
import {
  callActivity,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  sleepUntil,
} from './durable.ts';

const KINDS = ['machines', 'extensions', 'associations', 'rules', 'endpoints', 'workspaces'] as const;

/** Takes an inventory: Resource Graph kind by kind and page by page, then heartbeats and locks, then the join. */
export function* discoveryOrchestrator(context: OrchestrationContext): Steps<string> {
  const input = context.df.getInput() as DiscoveryInput;
  try {
    const pages = yield* readGraph(context, input);
    yield* callActivity(context, 'discoverDetails', { inventoryId: input.inventoryId });
    yield* callActivity(context, 'completeInventory', { inventoryId: input.inventoryId, pages });
    return 'completed';
  } catch (error) {
    yield* callActivity(context, 'failInventory', {
      inventoryId: input.inventoryId,
      problem: messageOf(error),
    });
    return 'failed';
  }
}

function* readGraph(
  context: OrchestrationContext,
  { inventoryId, subscriptions }: DiscoveryInput,
): Steps<number> {
  let pages = 0;
  for (const kind of KINDS) {
    let page = 0;
    let skipToken: string | null = null;
    for (let done = false; !done; ) {
      const progress: {
        page: number;
        skipToken: string | null;
        done: boolean;
        waitMs: number;
        problem: string | null;
      } = yield* callActivity(context, 'discoverKind', { inventoryId, subscriptions, kind, page, skipToken });
      if (progress.problem !== null) throw new Error(progress.problem);
      ({ page, skipToken, done } = progress);
      // The quota is per user and shared by all kinds: wait before the next query, whatever it asks.
      if (progress.waitMs > 0) yield* sleepUntil(context, now(context) + progress.waitMs);
    }
    pages += page;
  }
  return pages;
}
