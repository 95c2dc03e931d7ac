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
  /** When the first of them joined. */
  readonly since: number;
  readonly seenAt: number;
}

export type Queues = Readonly<Record<string, Queue>>;

/** Looks before a place; before the next new one without a place. */
export function aheadOf(queue: Queue | undefined, ticket: { readonly place: number } | null): number {
  if (queue === undefined) return 0;
  return Math.max(0, (ticket?.place ?? queue.joined) - queue.served);
}

/** When a place has its turn, and whether that is known from how fast its queue moved, or only reckoned. */
export interface Turn {
  readonly ms: number;
  readonly measured: boolean;
}

/** What one bucket has left, in the time it takes to flow back; below zero where it is booked ahead. */
export interface Reserve {
  readonly ms: number;
  /** How many times as long everything takes because others take a part of what flows back. */
  readonly slowdown: number;
}

/**
 * How long it takes until a place has its turn, as exactly as can be told: asked too late, a limit lies idle; asked
 * too early, it costs a request. Queues for one bucket take turns. Things may go faster than the books say, where less
 * is sent than was booked; and what is not urgent goes in the gaps that all that is urgent leaves, which only its own
 * pace tells.
 */
export function timeUntilTurn(
  queues: Queues,
  key: string,
  place: { ahead: number; asked: { at: number; ahead: number } | null; nowMs: number },
  reserves: Readonly<Record<string, Reserve>>,
): Turn {
  const own = queues[key];
  if (own === undefined) return { ms: 0, measured: false };
  const times = Object.entries(reserves).map(([bucket, { ms, slowdown }]) => {
    return timeIn(queues, key, bucket, place.ahead) * slowdown - ms;
  });
  const full = Math.max(0, ...times);
  const measured = timeAtPace(own, place);
  if (measured !== null) return { ms: Math.min(full, measured), measured: true };
  return { ms: own.pace === 'urgent' ? full : Math.min(full, place.ahead * UNKNOWN_MS), measured: false };
}

/** The time at the pace since the place was asked for last, or else over the life of its queue; null: not known yet. */
function timeAtPace(
  queue: Queue,
  { ahead, asked, nowMs }: { ahead: number; asked: { at: number; ahead: number } | null; nowMs: number },
): number | null {
  const served = asked === null ? queue.served : asked.ahead - ahead;
  if (served > 0) return (ahead * (nowMs - (asked?.at ?? queue.since))) / served;
  return asked === null ? null : Number.POSITIVE_INFINITY;
}

/** The time that one bucket needs for all looks before a place, and for its own. */
function timeIn(queues: Queues, key: string, bucket: string, ahead: number): number {
  const own = queues[key] as Queue;
  let sum = (ahead + 1) * (own.work[bucket] ?? 0);
  for (const [other, queue] of Object.entries(queues)) {
    const each = queue.work[bucket];
    if (other === key || each === undefined) continue;
    const looks = queue.joined - queue.served;
    if (queue.pace === own.pace) sum += Math.min(looks, ahead) * each;
    else if (queue.pace === 'urgent') sum += looks * each;
  }
  return sum;
}

/** About what a look of a batch costs the slowest limit. */
const UNKNOWN_MS = 2500;
