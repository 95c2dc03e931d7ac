/** Half-open stretches of time [from, until), sorted and disjoint. Telemetry is arithmetic on these. */
export interface Interval {
  readonly from: number;
  readonly until: number;
}

export type Intervals = readonly Interval[];

/** Instants before this do not matter to any window a query asks for; it stands for "since ever". */
export const EVER = 0;
export const NEVER = Number.POSITIVE_INFINITY;
export const ALWAYS: Intervals = [{ from: EVER, until: NEVER }];

/** Time that is in both. */
export function intersect(a: Intervals, b: Intervals): Intervals {
  const out: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const x = a[i] as Interval;
    const y = b[j] as Interval;
    const from = Math.max(x.from, y.from);
    const until = Math.min(x.until, y.until);
    if (from < until) out.push({ from, until });
    if (x.until < y.until) i += 1;
    else j += 1;
  }
  return out;
}

/** Time that is in any of them. */
export function unite(all: readonly Interval[]): Intervals {
  if (all.length < 2) return all.filter((part) => part.from < part.until);
  const sorted = all.filter((part) => part.from < part.until).sort((a, b) => a.from - b.from);
  const out: Interval[] = [];
  for (const part of sorted) {
    const last = out.at(-1);
    if (last !== undefined && part.from <= last.until) {
      out[out.length - 1] = { from: last.from, until: Math.max(last.until, part.until) };
    } else out.push(part);
  }
  return out;
}

/** Time of `a` that is not in `b`. */
export function subtract(a: Intervals, b: Intervals): Intervals {
  return b.length === 0 ? a : intersect(a, complement(unite(b)));
}

function complement(a: Intervals): Intervals {
  const out: Interval[] = [];
  let from = EVER;
  for (const part of a) {
    if (part.from > from) out.push({ from, until: part.from });
    from = part.until;
  }
  if (from < NEVER) out.push({ from, until: NEVER });
  return out;
}

/** Whether an instant is in one of the intervals. */
export function contains(a: Intervals, instant: number): boolean {
  return a.some(({ from, until }) => from <= instant && instant < until);
}

/** How much of [EVER, instant) is covered. */
export function elapsedIn(a: Intervals, instant: number): number {
  let sum = 0;
  for (const part of a) {
    if (part.from >= instant) break;
    sum += Math.min(part.until, instant) - part.from;
  }
  return sum;
}

/** The instant at which the covered time since EVER reaches `amount`; NEVER when it does not. */
export function instantAfter(a: Intervals, amount: number): number {
  let left = amount;
  for (const part of a) {
    const length = part.until - part.from;
    if (left < length || (left === length && length !== NEVER)) return part.from + left;
    left -= length;
  }
  return NEVER;
}
