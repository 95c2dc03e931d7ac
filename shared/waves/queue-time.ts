/** The urgent go first; the others have what they leave. */
export type Pace = 'urgent' | 'other';

/** What one wave waits for in one place. */
export interface Queue {
  readonly flow: string;
  readonly pace: Pace;
  /** How long each bucket alone takes for one of its looks, milliseconds. */
  readonly work: Readonly<Record<string, number>>;
  /** Looks that ever joined, and those of them that have booked. */
  readonly joined: number;
  readonly served: number;
  readonly seenAt: number;
}

export type Queues = Readonly<Record<string, Queue>>;

/** Looks before a place; before the next new one without a place. */
export function aheadOf(queue: Queue | undefined, ticket: { readonly place: number } | null): number {
  if (queue === undefined) return 0;
  return Math.max(0, (ticket?.place ?? queue.joined) - queue.served);
}

/**
 * How long it takes until a place has its turn, as exactly as can be told: asked too late, a limit lies idle; asked
 * too early, it costs a request. Queues for one bucket take turns. What is not urgent has two chances, of which the
 * earlier counts: that things go on as slowly as since it was last asked, and that all that is urgent has gone by.
 */
export function timeUntilTurn(
  queues: Queues,
  key: string,
  place: { ahead: number; asked: { at: number; ahead: number } | null; nowMs: number },
): number {
  const own = queues[key];
  if (own === undefined) return 0;
  const full = Math.max(...Object.keys(own.work).map((bucket) => timeIn(queues, key, bucket, place.ahead)));
  if (own.pace === 'urgent') return full;
  return Math.min(full, timeAsBefore(place));
}

/** The time that one bucket needs for all looks before a place. */
function timeIn(queues: Queues, key: string, bucket: string, ahead: number): number {
  const own = queues[key] as Queue;
  let sum = ahead * (own.work[bucket] ?? 0);
  for (const [other, queue] of Object.entries(queues)) {
    const each = queue.work[bucket];
    if (other === key || each === undefined) continue;
    const looks = queue.joined - queue.served;
    if (queue.pace === own.pace) sum += Math.min(looks, ahead) * each;
    else if (queue.pace === 'urgent') sum += looks * each;
  }
  return sum;
}

/** The time at the pace since the last time it was asked; without such a time, not known and taken for short. */
function timeAsBefore({
  ahead,
  asked,
  nowMs,
}: {
  ahead: number;
  asked: { at: number; ahead: number } | null;
  nowMs: number;
}): number {
  if (asked === null) return ahead * UNKNOWN_MS;
  const served = asked.ahead - ahead;
  return served <= 0 ? Number.POSITIVE_INFINITY : (ahead * (nowMs - asked.at)) / served;
}

/** About what a look of a batch costs the slowest limit. */
const UNKNOWN_MS = 2500;
