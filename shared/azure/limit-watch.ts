import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { LIMIT_NAMES, type LimitName, type LimitSeen } from '../model/limits.ts';
import { retryAfter } from './trouble.ts';

/** What is being watched: the requests that one piece of work sends, wherever in the code. */
interface Watch {
  /** ARM counts by subscription; requests to others are not of this budget. */
  readonly subscriptionId: string;
  readonly seen: Map<LimitName, Tally>;
  now(): number;
}

interface Tally {
  calls: number;
  remaining: number | null;
  at: number;
  retryAfterMs: number | null;
  unavailable: number;
}

const watches = new AsyncLocalStorage<Watch>();

/** Does a piece of work and reports what the answers to its requests said of the limits of a subscription. */
export async function watchLimits<T>(
  subscriptionId: string,
  now: () => number,
  work: () => Promise<T>,
): Promise<{ value: T; seen: LimitSeen[] }> {
  const watch: Watch = { subscriptionId: subscriptionId.toLowerCase(), seen: new Map(), now };
  const value = await watches.run(watch, work);
  return { value, seen: LIMIT_NAMES.flatMap((limit) => seenOf(watch, limit)) };
}

function seenOf({ seen, now }: Watch, limit: LimitName): LimitSeen[] {
  const tally = seen.get(limit);
  if (tally !== undefined) return [{ limit, ...tally }];
  // Only answers tell what Compute counted; where nothing was changed, it counted nothing.
  if (limit !== 'compute' || !(seen.has('writes') || seen.has('deletes'))) return [];
  return [{ limit, calls: null, remaining: null, at: now(), retryAfterMs: null, unavailable: 0 }];
}

/** Reads the limits off every answer; changes nothing. */
export const limitPolicy: PipelinePolicy = {
  name: 'limitPolicy',
  async sendRequest(request, next) {
    const watch = watches.getStore();
    if (watch === undefined) return next(request);
    const limit = limitOf(watch, request.method, request.url);
    try {
      const response = await next(request);
      if (limit !== undefined) note(watch, limit, response);
      return response;
    } catch (error) {
      if (limit !== undefined) {
        const tally = tallyOf(watch, limit);
        tally.calls += 1;
        tally.unavailable += 1;
      }
      throw error;
    }
  },
};

/** The limit a request draws from; undefined: none that is planned for here. Platform facts 6. */
function limitOf({ subscriptionId }: Watch, method: string, url: string): LimitName | undefined {
  const { pathname } = new URL(url);
  if (/^\/v1\/workspaces\/[^/]+\/query$/i.test(pathname)) return 'queries';
  const subscription = /^\/subscriptions\/([^/]+)\//i.exec(pathname)?.[1];
  if (subscription?.toLowerCase() !== subscriptionId) return undefined;
  if (method === 'GET' || method === 'HEAD') return 'reads';
  return method === 'DELETE' ? 'deletes' : 'writes';
}

const REMAINING: Partial<Record<LimitName, string>> = {
  reads: 'x-ms-ratelimit-remaining-subscription-reads',
  writes: 'x-ms-ratelimit-remaining-subscription-writes',
  deletes: 'x-ms-ratelimit-remaining-subscription-deletes',
};

function note(watch: Watch, limit: LimitName, { status, headers }: PipelineResponse): void {
  const tally = tallyOf(watch, limit);
  // A request that was refused has taken nothing.
  if (status !== 429) tally.calls += 1;
  const left = numberOf(headers.get(REMAINING[limit] ?? ''));
  if (left !== null) lower(tally, left, watch.now());
  const compute = computeRemaining(headers.get('x-ms-ratelimit-remaining-resource'));
  if (compute.subscription !== null) {
    const group = tallyOf(watch, 'compute');
    if (status !== 429) group.calls += 1;
    lower(group, compute.subscription, watch.now());
    if (status === 429) refused(group, headers);
  } else if (status === 429 && !compute.named) refused(tally, headers);
  if (status >= 500) tally.unavailable += 1;
}

/**
 * What Compute's group "update VM" has left in the region: `Microsoft.Compute/UpdateVMSubscriptionMaximum;1499,
 * Microsoft.Compute/UpdateVMResource;11`, the second for the one VM. Platform facts 3. `named`: a group was named,
 * so a refusal is Compute's and not ARM's.
 */
function computeRemaining(header: string | undefined): { subscription: number | null; named: boolean } {
  const found = /UpdateVM\w*SubscriptionMaximum;(\d+)/i.exec(header ?? '')?.[1];
  return { subscription: numberOf(found), named: header !== undefined };
}

function tallyOf(watch: Watch, limit: LimitName): Tally {
  const known = watch.seen.get(limit);
  if (known !== undefined) return known;
  const fresh: Tally = { calls: 0, remaining: null, at: watch.now(), retryAfterMs: null, unavailable: 0 };
  watch.seen.set(limit, fresh);
  return fresh;
}

function lower(tally: Tally, remaining: number, at: number): void {
  if (tally.remaining !== null && tally.remaining <= remaining) return;
  tally.remaining = remaining;
  tally.at = at;
}

/** Without a word of the service for how long, a refusal counts for this time. */
const REFUSED_MS = 5000;

function refused(tally: Tally, headers: PipelineResponse['headers']): void {
  tally.retryAfterMs = Math.max(tally.retryAfterMs ?? 0, retryAfter(headers) ?? REFUSED_MS);
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
