import type { PlanReportView } from './api.ts';
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
  readonly counts: PlanReportView['numbers'];
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

/** The numbers are the app's own; the lists name machines. */
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
  return {
    completed: result.completed,
    planId: plan.id,
    counts: result.report.numbers,
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
    blocked: [...atPlan, ...atRun('blocked')],
    failed: atRun('failed'),
    legacyKept: atRun('kept'),
  };
}
