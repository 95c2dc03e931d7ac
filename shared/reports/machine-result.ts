import type { Outcome } from '../model/outcome.ts';
import { ALL_STAGES, type Stage, UNDO_STAGES } from '../model/stages.ts';

/** What became of a machine in a wave; each machine is exactly one of them, so that they add up. */
export const RESULTS = {
  migrated: 'On Azure Monitor Agent, data confirmed, legacy agent removed.',
  legacyKept: 'On Azure Monitor Agent; the legacy agent stays on purpose.',
  failed: 'A stage failed.',
  blocked: 'Somebody must act first.',
  rolledBack: 'Changes were undone.',
  notUndone: 'A rollback could not undo something.',
  stopped: 'Left as it was when the wave was aborted.',
  dryRun: 'Dry run: worked out, nothing changed.',
  open: 'Under way, or waiting.',
  notStarted: 'Not looked at yet.',
} as const;
export type MachineResult = keyof typeof RESULTS;
export type ResultCounts = Record<MachineResult, number>;

/** As records have them, and as the API shows them. */
type Outcomes = Readonly<Partial<Record<Stage, Outcome>>>;

/** The stage that stopped a machine, with the reason as a stable code. */
export interface MachineTrouble {
  readonly stage: Stage;
  readonly status: 'failed' | 'blocked' | 'skipped' | 'waiting';
  readonly reason: string;
  readonly detail?: string;
}

/** The one place that says what became of a machine. */
export function resultOf(outcomes: Outcomes): MachineResult {
  const undone = statusesOf(outcomes, UNDO_STAGES);
  if (undone.includes('failed') || undone.includes('blocked')) return 'notUndone';
  if (undone.includes('waiting')) return 'open';
  if (undone.includes('done') || undone.includes('alreadyDone')) return 'rolledBack';
  const statuses = statusesOf(outcomes, ALL_STAGES);
  if (statuses.length === 0) return 'notStarted';
  if (statuses.includes('failed')) return 'failed';
  if (statuses.includes('blocked')) return 'blocked';
  if (isSkippedFor(outcomes.confirm, 'aborted')) return 'stopped';
  if (Object.values(outcomes).some((outcome) => isSkippedFor(outcome, 'dryRun'))) return 'dryRun';
  if (keptFor(outcomes) !== undefined) return 'legacyKept';
  const { status } = outcomes.confirm ?? {};
  return status === 'done' || status === 'alreadyDone' ? 'migrated' : 'open';
}

/** What stands, or stood, in a machine's way; undefined where nothing did. */
export function troubleOf(outcomes: Outcomes): MachineTrouble | undefined {
  const result = resultOf(outcomes);
  if (result === 'legacyKept') return troubleAt('uninstall', outcomes.uninstall);
  const statuses = STOPPED_BY[result] ?? [];
  const stages: readonly Stage[] = result === 'notUndone' ? UNDO_STAGES : ALL_STAGES;
  const stage = stages.find((one) => statuses.includes(outcomes[one]?.status ?? 'done'));
  return stage === undefined ? undefined : troubleAt(stage, outcomes[stage]);
}

const STOPPED_BY: Readonly<Partial<Record<MachineResult, readonly Outcome['status'][]>>> = {
  failed: ['failed'],
  blocked: ['blocked'],
  notUndone: ['failed', 'blocked'],
  open: ['waiting'],
};

function troubleAt(stage: Stage, outcome: Outcome | undefined): MachineTrouble | undefined {
  if (outcome === undefined || !('reason' in outcome || 'code' in outcome)) return undefined;
  const { status, detail } = outcome;
  const reason = 'code' in outcome ? outcome.code : outcome.reason;
  return { stage, status, reason, ...(detail === undefined ? {} : { detail }) };
}

/** Why a legacy agent was left; a skip that only follows an earlier stage keeps nothing on purpose. */
function keptFor({ uninstall }: Outcomes): string | undefined {
  if (uninstall?.status !== 'skipped') return undefined;
  return ['earlierStage', 'aborted', 'dryRun'].includes(uninstall.reason) ? undefined : uninstall.reason;
}

function statusesOf(outcomes: Outcomes, stages: readonly Stage[]): Outcome['status'][] {
  return stages.flatMap((stage) => outcomes[stage]?.status ?? []);
}

function isSkippedFor(outcome: Outcome | undefined, reason: string): boolean {
  return outcome?.status === 'skipped' && outcome.reason === reason;
}

export function noResults(): ResultCounts {
  return Object.fromEntries(Object.keys(RESULTS).map((result) => [result, 0])) as ResultCounts;
}
