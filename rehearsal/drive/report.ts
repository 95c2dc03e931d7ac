import type { DriveResult } from './drive.ts';

/** A machine that is not migrated, with why and who can change it. */
export interface ReportedMachine {
  readonly machineId: string;
  readonly reason: string;
  readonly text?: string;
  readonly needs?: string;
  readonly detail?: string;
  readonly wave?: number;
  readonly stage?: string;
}

/** The result of a run as one document: what people read and what `--json` prints come from here. */
export interface Report {
  readonly completed: boolean;
  readonly planId: string;
  readonly counts: {
    readonly machines: number;
    readonly migrated: number;
    readonly alreadyMigrated: number;
    readonly blocked: number;
    readonly failed: number;
    readonly legacyKept: number;
    readonly notSelected: number;
    readonly notReached: number;
  };
  readonly waves: readonly {
    readonly id: string;
    readonly index: number;
    readonly machines: number;
    readonly phase: string;
    readonly message: string;
  }[];
  readonly connectors: readonly {
    readonly workspaceId: string;
    readonly wave: number;
    readonly outcome: string;
    readonly detail?: string;
  }[];
  readonly blocked: readonly ReportedMachine[];
  readonly failed: readonly ReportedMachine[];
  readonly legacyKept: readonly ReportedMachine[];
}

/** Puts the numbers of a run together, once. */
export function reportOf(result: DriveResult): Report {
  const { plan, waves, troubled } = result;
  const atRun = (status: string) =>
    troubled
      .filter((machine) => machine.status === status)
      .map(({ machineId, reason, detail, text, wave, stage }) => ({
        machineId,
        reason,
        wave,
        stage,
        ...(text === undefined ? {} : { text }),
        ...(detail === undefined ? {} : { detail }),
      }));
  const atPlan: ReportedMachine[] = plan.blocked.flatMap(({ machineId, reasons }) =>
    reasons.slice(0, 1).map(({ code, text, needs, detail }) => ({
      machineId,
      reason: code,
      text,
      needs,
      ...(detail === undefined ? {} : { detail }),
    })),
  );
  const confirmed = waves.reduce((n, { counts }) => n + (counts['confirm']?.['done'] ?? 0), 0);
  const reached = waves.reduce((n, { machineCount }) => n + machineCount, 0);
  const blocked = [...atPlan, ...atRun('blocked')];
  const failed = atRun('failed');
  const legacyKept = atRun('kept');
  return {
    completed: result.completed,
    planId: plan.id,
    counts: {
      machines: plan.counts.machines,
      migrated: confirmed,
      alreadyMigrated: plan.counts.alreadyMigrated,
      blocked: plan.counts.blocked + atRun('blocked').length,
      failed: failed.length,
      legacyKept: legacyKept.length,
      notSelected: plan.counts.notSelected,
      notReached: plan.counts.planned - reached,
    },
    waves: waves.map(({ id, index, machineCount, phase, message }) => ({
      id,
      index,
      machines: machineCount,
      phase,
      message,
    })),
    connectors: waves.flatMap(({ index, connectors }) =>
      connectors.map(({ workspaceId, outcome }) => ({
        workspaceId,
        wave: index,
        outcome: outcome.reason === undefined ? outcome.status : `${outcome.status} (${outcome.reason})`,
        ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
      })),
    ),
    blocked,
    failed,
    legacyKept,
  };
}
