import type { Phase } from '../model/phase.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { Stage } from '../model/stages.ts';
import { ALL_STAGES } from '../model/stages.ts';
import type { OutcomeCounts, Wave } from '../model/wave.ts';
import type { StandCounts } from '../verification/verdicts/tally.ts';
import {
  type TableVerdicts,
  tableVerdicts,
  type WorkspaceVerdicts,
  workspaceVerdicts,
} from '../verification/verdicts/view.ts';
import type { EvidenceDigest } from './digest.ts';
import { numbersOf, type WaveNumbers } from './numbers.ts';
import { type Count, explained, type ReportTally, ranked } from './tally.ts';

/** Tables and reasons that a report names; the API has the rest. */
const MOST_TABLES = 200;
const MOST_REASONS = 200;

/** What is known of a wave when it is reported on. */
export interface WaveFacts {
  readonly at: string;
  readonly plan: Plan;
  readonly wave: Wave;
  readonly phase: Phase;
  readonly counts: OutcomeCounts;
  readonly tally: ReportTally;
  readonly evidence: EvidenceDigest;
}

export interface StageLine {
  readonly stage: Stage;
  readonly done: number;
  readonly alreadyDone: number;
  readonly skipped: number;
  readonly waiting: number;
  readonly blocked: number;
  readonly failed: number;
}

/** Machines that one stage stopped for one reason, or keeps waiting, or whose legacy agent it left. */
export interface ReasonLine {
  readonly stage: Stage;
  readonly status: 'failed' | 'blocked' | 'skipped' | 'waiting';
  readonly code: string;
  readonly text: string;
  readonly needs: string;
  readonly machines: number;
  readonly examples: readonly string[];
}

/** Everything that is said of a wave; JSON, tables and pages are made from it and from nothing else. Pure. */
export function waveReport(facts: WaveFacts) {
  const { at, plan, wave, phase, tally, evidence } = facts;
  const policy = policyOfWave(plan, wave.index);
  const { rollback } = wave;
  return {
    kind: 'wave' as const,
    at,
    plan: {
      ...{ id: plan.id, name: plan.name, inventoryId: plan.inventoryId, createdAt: plan.createdAt },
      ...{ inventoryCompletedAt: plan.inventoryCompletedAt, waves: plan.waves.length },
    },
    wave: {
      ...{ id: wave.id, index: wave.index, dryRun: wave.dryRun, step: wave.step, ...phase },
      ...{ requestedBy: wave.requestedBy, createdAt: wave.createdAt, finishedAt: wave.finishedAt },
      requestedOnBehalfOf: wave.requestedOnBehalfOf ?? null,
      startAt: wave.startAt ?? null,
      /** From its start to its end, or to the report. */
      seconds: secondsBetween(wave.createdAt, wave.finishedAt ?? at),
      firstChangeAt: tally.firstChangeAt,
      lastRemovalAt: tally.lastRemovalAt,
    },
    scope: {
      kinds: ranked(tally.kinds),
      systems: ranked(tally.systems),
      regions: ranked(tally.regions),
      workspaces: [...tally.workspaces].sort(),
    },
    numbers: numbersOf(tally),
    stages: stageLines(facts.counts),
    reasons: reasonLines(tally).slice(0, MOST_REASONS),
    data: {
      proof: policy.verification.proof,
      machines: tally.data.machines,
      workspaces: workspaceVerdicts(tally.data),
      tables: tableVerdicts(tally.data).slice(0, MOST_TABLES),
      acceptedBy: ranked(tally.acceptedBy),
    },
    limits: {
      maxNotVerifiedShare: policy.gate.maxNotVerifiedShare,
      maxFailed: policy.gate.maxFailed,
      soakSeconds: policy.soakSeconds,
      approvals: policy.approvals,
      windows: policy.windows.length,
      freezes: policy.freezes.length,
      checks: policy.checks.map(({ name }) => name),
      connector: policy.connector.disable,
    },
    warnings: plan.warnings,
    approvals: wave.approvals,
    gates: wave.gates,
    checks: wave.checks ?? [],
    overruled: wave.overruled ?? [],
    promotions: wave.promotions ?? [],
    holds: wave.holds,
    abort: wave.abort,
    rollback:
      rollback === undefined
        ? null
        : { by: rollback.by, at: rollback.at, reason: rollback.reason, finishedAt: rollback.finishedAt },
    connectors: wave.connectors,
    evidence,
  };
}

export type WaveReport = {
  readonly numbers: WaveNumbers;
  readonly stages: readonly StageLine[];
  readonly reasons: readonly ReasonLine[];
  readonly scope: Readonly<Record<'kinds' | 'systems' | 'regions', readonly Count[]>> & {
    readonly workspaces: readonly string[];
  };
  readonly data: {
    readonly proof: 'parity' | 'presence';
    readonly machines: StandCounts;
    readonly workspaces: readonly WorkspaceVerdicts[];
    readonly tables: readonly TableVerdicts[];
    readonly acceptedBy: readonly Count[];
  };
} & Omit<ReturnType<typeof waveReport>, 'numbers' | 'stages' | 'reasons' | 'scope' | 'data'>;

function stageLines(counts: OutcomeCounts): StageLine[] {
  const none = { done: 0, alreadyDone: 0, skipped: 0, waiting: 0, blocked: 0, failed: 0 };
  return ALL_STAGES.flatMap((stage) => {
    const row = counts[stage];
    return row === undefined ? [] : [{ stage, ...none, ...row }];
  });
}

/** What must be acted on first, then what waits, then what is kept; the most machines first. */
const ORDER = ['failed', 'blocked', 'waiting', 'skipped'];

export function reasonLines({ reasons }: Pick<ReportTally, 'reasons'>): ReasonLine[] {
  return [...reasons.values()]
    .map(({ stage, status, reason, machines, examples }) => ({
      ...{ stage, status, code: reason, ...explained(reason) },
      ...{ machines, examples: [...examples].sort() },
    }))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
        b.machines - a.machines ||
        (`${a.stage} ${a.code}` < `${b.stage} ${b.code}` ? -1 : 1),
    );
}

export function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
