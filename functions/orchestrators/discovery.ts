import { GRAPH_KINDS } from '../../shared/model/graph-kinds.ts';
import { isPast } from '../../shared/model/instants.ts';
import type { DiscoveryCursor, DiscoveryInput } from '../contracts/payloads.ts';
import {
  callActivity,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  sleepUntil,
} from './durable.ts';

/** Looks after which discovery starts over with an empty history. */
const MAX_LOOKS = 100;

/** Times a busy workspace is asked before it counts as unread. */
const DETAILS_ATTEMPTS = 10;

/** Takes an inventory: Resource Graph kind by kind and page by page, then heartbeats and locks, then the join. */
export function* discoveryOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as DiscoveryInput;
  const { inventoryId } = input;
  try {
    const cursor = yield* readGraph(context, input);
    if (cursor.kindIndex < GRAPH_KINDS.length) {
      context.df.continueAsNew({ ...input, cursor });
      return undefined;
    }
    yield* readDetails(context, inventoryId);
    yield* callActivity(context, 'completeInventory', { inventoryId, pages: cursor.pages });
    return 'completed';
  } catch (error) {
    yield* callActivity(context, 'failInventory', { inventoryId, problem: messageOf(error) });
    return 'failed';
  }
}

/** Reads what is beside Resource Graph, again while a service is only busy. What stays unread is in the inventory. */
function* readDetails(context: OrchestrationContext, inventoryId: string): Steps<void> {
  for (let attempt = 0; attempt < DETAILS_ATTEMPTS; attempt += 1) {
    const { waitMs } = yield* callActivity(context, 'discoverDetails', { inventoryId });
    if (waitMs === 0) return;
    yield* sleepUntil(context, now(context) + waitMs);
  }
}

/** Reads until all kinds are done or the history is long; returns where to go on. */
function* readGraph(context: OrchestrationContext, input: DiscoveryInput): Steps<DiscoveryCursor> {
  const { inventoryId, subscriptions, deadline } = input;
  let cursor = input.cursor;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const kind = GRAPH_KINDS[cursor.kindIndex];
    if (kind === undefined) return cursor;
    const { page, skipToken } = cursor;
    const progress = yield* callActivity(context, 'discoverKind', {
      inventoryId,
      subscriptions,
      kind,
      page,
      skipToken,
    });
    if (progress.problem !== null) throw new Error(progress.problem);
    const pages = cursor.pages + progress.page - page;
    cursor = progress.done
      ? { kindIndex: cursor.kindIndex + 1, page: 0, skipToken: null, pages }
      : { ...cursor, page: progress.page, skipToken: progress.skipToken, pages };
    // The quota is per user and shared by all kinds: wait before the next query, whatever it asks.
    if (progress.waitMs > 0) yield* sleepUntil(context, now(context) + progress.waitMs);
    if (isPast(deadline, now(context))) {
      throw new Error(`The inventory was given up at its deadline, ${deadline}, while reading ${kind}.`);
    }
  }
  return cursor;
}
