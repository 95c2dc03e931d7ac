import type { PhaseName } from './phase.ts';
import type { Hold } from './wave.ts';

/** Who let a run go on to a wave; `policy` is the plan itself. */
export interface RunPromotion {
  /** The wave that may start. */
  readonly wave: number;
  readonly by: string;
  readonly at: string;
  readonly reason: string | null;
}

/** A whole plan that is run wave after wave: its record in the ledger, the one place its state is kept. */
export interface PlanRun {
  readonly id: string;
  readonly planId: string;
  readonly requestedBy: string;
  /** As with waves. */
  readonly requestedById?: string;
  readonly requestedOnBehalfOf?: string;
  /** Digest of the Idempotency-Key it was started with. */
  readonly startKey: string | null;
  readonly createdAt: string;
  /** When its first wave starts; null: at once. */
  readonly startAt: string | null;
  readonly fromWave: number;
  /** The wave it is at: about to start, running, or ended and not yet promoted from. */
  readonly wave: number;
  readonly promotions: readonly RunPromotion[];
  /** Those of a person are passed on to the wave it is at. */
  readonly holds: readonly Hold[];
  readonly abort: { readonly at: string; readonly by: string; readonly reason: string } | null;
  readonly finishedAt: string | null;
}

/** What a run has to know of the wave it is at. */
export interface RunWave {
  readonly phase: PhaseName;
  readonly message: string;
  readonly finishedAt: string | null;
  readonly machines: number;
  readonly failed: number;
}

/** Runs of a plan are numbered, so that two started at the same time cannot both be there. */
export function runId(planId: string, number: number): string {
  return `${planId}-run-${String(number).padStart(4, '0')}`;
}
