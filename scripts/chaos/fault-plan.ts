import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { share } from '../../rehearsal/estate/random.ts';

type Fault = NonNullable<NonNullable<EstateFile['behaviour']>['faults']>[number];

/** What shall go wrong in one run; all of it follows from the seed. Shares are of 1. */
export interface FaultPlan {
  readonly seed: number;
  readonly wire: readonly Fault[];
  /** Exchanges during which time leaps. */
  readonly slow: number;
  readonly activities: { readonly answerLost: number; readonly throwsAfter: number; readonly twice: number };
  readonly events: { readonly lost: number; readonly repeated: number };
  readonly ledger: { readonly conflict: number; readonly refused: number; readonly answerLost: number };
  /** Places at which the process dies, as shares of the run; in order. */
  readonly kills: readonly number[];
  /** Looks of the client after which the operator does something rash. */
  readonly looks: {
    readonly approvedTwice: number;
    readonly held: number;
    readonly terminated: number;
    readonly leap: number;
  };
  /** Longest time by which the app's clock runs ahead. */
  readonly skewMs: number;
}

const MINUTE = 60_000;

/** Draws a run's trouble. Strength differs from seed to seed, so that quiet and wild runs both occur. */
export function faultPlan(seed: number): FaultPlan {
  const draw = (what: string) => share(seed, 'plan', what);
  const up = (what: string, most: number) => draw(what) ** 2 * most;
  const kills = Math.floor(draw('kills') * 7);
  return {
    seed,
    wire: wireFaults(up),
    slow: up('slow', 0.05),
    activities: {
      answerLost: up('answerLost', 0.15),
      throwsAfter: up('throwsAfter', 0.08),
      twice: up('twice', 0.15),
    },
    events: { lost: draw('lost') * 0.5, repeated: draw('repeated') * 0.5 },
    ledger: {
      conflict: up('conflict', 0.15),
      refused: up('refused', 0.01),
      answerLost: up('ledgerAnswerLost', 0.01),
    },
    kills: Array.from({ length: kills }, (_, n) => share(seed, 'kill', n)).sort((a, b) => a - b),
    looks: {
      approvedTwice: draw('approvedTwice'),
      held: up('held', 0.04),
      terminated: up('terminated', 0.03),
      leap: up('leap', 0.04),
    },
    skewMs: Math.round(up('skew', MINUTE)),
  };
}

/** The wire's trouble as the estate file declares it; at most 6 % of all exchanges by each. */
function wireFaults(up: (what: string, most: number) => number): Fault[] {
  const most = 0.06;
  return [
    {
      name: '429',
      match: {},
      effect: { status: 429, code: 'TooManyRequests', retryAfterSeconds: 30 },
      probability: up('429', most),
    },
    ...[500, 503, 504].map((status) => ({
      name: `${status}`,
      match: {},
      effect: { status },
      probability: up(`${status}`, most),
    })),
    {
      name: 'reset before the work',
      match: {},
      effect: { reset: 'before' as const },
      probability: up('resetBefore', most),
    },
    {
      name: 'reset after the work',
      match: {},
      effect: { reset: 'after' as const },
      probability: up('resetAfter', most),
    },
    { name: 'truncated answer', match: {}, effect: { truncate: true }, probability: up('truncated', most) },
  ];
}
