import type { DriftCode, RemedyKind } from './drift-codes.ts';
import type { FleetSnapshot } from './fleet.ts';
import type { PhaseName, WaveTotals } from './phase.ts';
import type { Hold } from './wave.ts';

export const DIGEST_PERIODS = ['daily', 'weekly'] as const;
export type DigestPeriod = (typeof DIGEST_PERIODS)[number];

/** A whole period of UTC days; weeks begin on Monday. */
export interface DigestSpan {
  /** `daily-2026-11-21`, `weekly-2026-11-16`: by its first day. */
  readonly id: string;
  readonly period: DigestPeriod;
  readonly from: string;
  /** Exclusive. */
  readonly until: string;
}

export interface DigestWave {
  readonly id: string;
  readonly phase: PhaseName;
  readonly message: string;
  readonly totals: WaveTotals;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface DoublePaid {
  readonly twiceGbPerDay: number;
  readonly removalSavesGbPerDay: number;
  readonly workspaces: number;
  /** What could not be measured: it is in no sum. */
  readonly unread: readonly { readonly workspace: string; readonly reason: string }[];
}

/** What a ticket desk or a flow has to know of a period, in one object. */
export interface Digest extends DigestSpan {
  readonly madeAt: string;
  /** The last inventory of the period or before; null: none was taken. */
  readonly fleet: FleetSnapshot | null;
  /** The last one before the period began. */
  readonly fleetBefore: FleetSnapshot | null;
  readonly waves: {
    readonly started: number;
    readonly completed: number;
    readonly aborted: number;
    /** Not ended, or ended in the period; those that need a person first, at most a hundred. */
    readonly shown: readonly DigestWave[];
    readonly more: number;
  };
  /** What waits for a person; at most a hundred. */
  readonly holds: readonly (Pick<Hold, 'kind' | 'reason' | 'since' | 'by'> & { readonly waveId: string })[];
  /** The newest drift check that ended by then; null: none. */
  readonly drift: {
    readonly id: string;
    readonly completedAt: string;
    readonly status: 'completed' | 'failed';
    readonly problem: string | null;
    readonly counts: Partial<Record<DriftCode, number>>;
    readonly implausible: readonly DriftCode[];
    readonly remedies: readonly {
      readonly kind: RemedyKind;
      readonly status: string;
      readonly machines: number;
    }[];
  } | null;
  /** What is paid twice a day by now; null: not measured for this digest. */
  readonly doublePaid: DoublePaid | null;
}
