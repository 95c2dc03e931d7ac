import { type Buckets, book, findStart, type Reservation, sizeOf, type Wanted } from './budget.ts';
import { aheadOf, type Pace, type Queue, type Queues, type Reserve, timeUntilTurn } from './queue-time.ts';

/**
 * Who may book when. Bookings reach a short time ahead, so that whoever comes later finds room soon; who finds
 * none gets a place in a queue of its wave and asks again about when its turn comes. Waves that want the same
 * bucket at the same time may each have their part of that short time. All of it is a function of its
 * arguments: an entity keeps the state, replay changes nothing.
 */
export interface Budget {
  readonly buckets: Buckets;
  readonly queues: Queues;
}

export interface Demand {
  /** Who shares with whom: the wave. */
  readonly flow: string;
  /** Starts what then takes minutes in Azure; it goes before what only looks or ends. */
  readonly urgent: boolean;
  readonly reservations: readonly Reservation[];
  /** When it can start at the earliest, milliseconds since the epoch; absent: at once. */
  readonly from?: number;
  /** What the answer before said; null at the first time. */
  readonly ticket: Ticket | null;
}

/** A place in a queue, and how it stood when it was last asked for. */
export interface Ticket {
  readonly queue: string;
  readonly place: number;
  readonly since: number;
  readonly asked: { readonly at: number; readonly ahead: number } | null;
}

/** Booked for `at`; with a ticket: not booked, ask again then. */
export interface Answer {
  readonly at: number;
  readonly ticket: Ticket | null;
}

/** How far ahead is booked. The urgent book further ahead than the others, so they find the others' room. */
const HORIZON_MS: Readonly<Record<Pace, number>> = { urgent: 16_000, other: 6000 };
/** The same for one that comes again as it was told, and for the first of a queue: others would be in its place later. */
const RETURNED_HORIZON_MS: Readonly<Record<Pace, number>> = { urgent: 30_000, other: 15_000 };
const HEAD_HORIZON_MS = 45_000;
/** How long before its turn a caller asks again. */
const LEAD_MS: Readonly<Record<Pace, number>> = { urgent: 8000, other: 3000 };
const SHORTEST_SLEEP_MS = 5000;
/** Part of the time until a turn that is slept: less where it is only reckoned. */
const SLEPT = { measured: 0.95, reckoned: 0.85 };
/** Nothing waits behind the urgent for ever. */
const AGEING_MS = 300_000;
/** The first of a queue asks again within a minute. One that is not heard of for so long has callers that ended. */
const FIRST_SLEEP_MS = 60_000;
const FORGOTTEN_MS = 150_000;

/** Books a look, or says when to ask again. */
export function ask(budget: Budget, demand: Demand, nowMs: number): { budget: Budget; answer: Answer } {
  const from = Math.max(nowMs, demand.from ?? nowMs);
  const { wanted, startAt } = findStart(budget.buckets, demand.reservations, nowMs, from);
  if (wanted.length === 0) return { budget, answer: { at: nowMs, ticket: null } };
  const queues = remembered(budget.queues, nowMs);
  const work = workOf(demand.reservations);
  const pace = demand.urgent ? 'urgent' : 'other';
  const key = demand.ticket?.queue ?? `${demand.flow}|${pace}|${slowestOf(work)}`;
  const queue = queues[key];
  const ticket = queue === undefined ? null : demand.ticket;
  const since = demand.ticket?.since ?? nowMs;
  const ahead = aheadOf(queue, ticket);
  const rivals = rivalsOf(queues, demand.flow, wanted);

  const aged = nowMs - since >= AGEING_MS;
  const slowest = Math.max(...Object.values(work));
  // A look larger than what flows back within the horizon must not wait for ever.
  const paced = aged ? 'urgent' : pace;
  const returned = ahead === 0 ? HEAD_HORIZON_MS : RETURNED_HORIZON_MS[paced];
  const reach = ticket === null ? HORIZON_MS[paced] : returned;
  const horizon = Math.max(reach, 2 * slowest);
  const near = startAt <= from + horizon && (ticket !== null || ahead * slowest <= horizon);
  if (near && keepsToItsPart(demand.flow, wanted, rivals)) {
    const buckets = book(budget.buckets, wanted, startAt, demand.flow);
    const left = ticket === null ? queues : servedIn(queues, key, nowMs);
    return { budget: { buckets, queues: left }, answer: { at: startAt, ticket: null } };
  }
  const known = queue ?? { flow: demand.flow, pace, work, joined: 0, served: 0, since: nowMs, seenAt: nowMs };
  const place = ticket?.place ?? known.joined;
  const waiting: Queue = {
    ...known,
    joined: ticket === null ? known.joined + 1 : known.joined,
    seenAt: nowMs,
  };
  const all = { ...queues, [key]: waiting };
  const asked = ticket?.asked ?? null;
  const { ms, measured } = timeUntilTurn(all, key, { ahead, asked, nowMs }, reservesOf(wanted));
  const turn = Math.max(startAt - nowMs, ms);
  const slept = turn * (measured ? SLEPT.measured : SLEPT.reckoned);
  const sleep = Math.max(SHORTEST_SLEEP_MS, Math.min(turn - LEAD_MS[pace], slept));
  return {
    budget: { ...budget, queues: all },
    answer: {
      at: nowMs + Math.round(ahead < 2 ? Math.min(FIRST_SLEEP_MS, sleep) : sleep),
      ticket: { queue: key, place, since, asked: { at: nowMs, ahead } },
    },
  };
}

/** How long each bucket alone would take for a look, milliseconds. */
function workOf(reservations: readonly Reservation[]): Record<string, number> {
  return Object.fromEntries(
    reservations.map(({ bucket, limit, count }) => [bucket, Math.round(count / sizeOf(limit).perMs)]),
  );
}

function reservesOf(wanted: readonly Wanted[]): Readonly<Record<string, Reserve>> {
  return Object.fromEntries(
    wanted.map(({ bucket, limit, settled, size: { perMs } }) => {
      const booked = settled.booked.reduce((sum, [, tokens]) => sum + tokens, 0);
      return [bucket, { ms: (settled.level - booked) / perMs, slowdown: sizeOf(limit).perMs / perMs }];
    }),
  );
}

function slowestOf(work: Readonly<Record<string, number>>): string {
  const [first] = Object.entries(work).toSorted(([, a], [, b]) => b - a);
  return first?.[0] ?? '';
}

/** Other waves that wait for one of the buckets. */
function rivalsOf(queues: Queues, flow: string, wanted: readonly Wanted[]): number {
  const others = Object.values(queues).filter(
    (queue) => queue.flow !== flow && wanted.some(({ bucket }) => bucket in queue.work),
  );
  return new Set(others.map((queue) => queue.flow)).size;
}

/** Whether a wave stays within its part of what each bucket gives in the time that is booked ahead. */
function keepsToItsPart(flow: string, wanted: readonly Wanted[], rivals: number): boolean {
  if (rivals === 0) return true;
  return wanted.every(({ settled, size, count }) => {
    const own = settled.booked.reduce((sum, [, tokens, of]) => (of === flow ? sum + tokens : sum), 0);
    return own === 0 || own + count <= (HORIZON_MS.urgent * size.perMs) / (rivals + 1);
  });
}

function servedIn(queues: Queues, key: string, nowMs: number): Queues {
  const { [key]: queue, ...others } = queues;
  if (queue === undefined) return queues;
  const served = queue.served + 1;
  return served >= queue.joined ? others : { ...others, [key]: { ...queue, served, seenAt: nowMs } };
}

function remembered(queues: Queues, nowMs: number): Queues {
  const entries = Object.entries(queues);
  const kept = entries.filter(([, { seenAt }]) => nowMs - seenAt <= FORGOTTEN_MS);
  return kept.length === entries.length ? queues : Object.fromEntries(kept);
}
