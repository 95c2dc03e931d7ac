import type { CsvColumn } from '../csv/table.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { resultOf, troubleOf } from './machine-result.ts';
import { hours } from './numbers.ts';
import type { PlanWaveLine } from './plan-report.ts';
import { bothAgentsMs, explained } from './tally.ts';

/** A machine of a wave as a line of its report. */
export interface MachineLine {
  readonly machine: WaveMachine;
  /** When the wave ended, or now. */
  readonly end: string;
}

export const MACHINE_COLUMNS: readonly CsvColumn<MachineLine>[] = [
  { header: 'id', value: ({ machine }) => machine.planned.resourceId },
  { header: 'kind', value: ({ machine }) => machine.planned.kind },
  { header: 'os', value: ({ machine }) => machine.planned.osRelease ?? machine.planned.os },
  { header: 'region', value: ({ machine }) => machine.planned.region },
  { header: 'result', value: ({ machine }) => resultOf(machine.record.outcomes) },
  { header: 'stage', value: ({ machine }) => troubleOf(machine.record.outcomes)?.stage },
  { header: 'reason', value: ({ machine }) => troubleOf(machine.record.outcomes)?.reason },
  { header: 'whatToDo', value: ({ machine }) => explanation(machine)?.text },
  { header: 'whoMustAct', value: ({ machine }) => explanation(machine)?.needs },
  { header: 'detail', value: ({ machine }) => troubleOf(machine.record.outcomes)?.detail },
  { header: 'verdict', value: ({ machine }) => machine.record.verdict?.result },
  { header: 'acceptedBy', value: ({ machine }) => machine.record.verdict?.accepted?.by },
  { header: 'associatedAt', value: ({ machine }) => machine.record.associatedAt },
  { header: 'removedAt', value: ({ machine }) => machine.record.removedAt },
  { header: 'bothAgentsHours', value: ({ machine, end }) => hours(bothAgentsMs(machine, end)) },
];

function explanation({ record }: WaveMachine): { text: string; needs: string } | undefined {
  const trouble = troubleOf(record.outcomes);
  return trouble === undefined ? undefined : explained(trouble.reason);
}

export const WAVE_COLUMNS: readonly CsvColumn<PlanWaveLine>[] = [
  { header: 'wave', value: ({ index }) => index },
  { header: 'id', value: ({ id }) => id },
  { header: 'machines', value: ({ machines }) => machines },
  { header: 'phase', value: ({ phase }) => phase ?? 'notStarted' },
  { header: 'message', value: ({ message }) => message },
  ...(
    ['migrated', 'legacyKept', 'failed', 'blocked', 'rolledBack', 'notUndone', 'stopped', 'open'] as const
  ).map((name) => ({ header: name, value: ({ numbers }: PlanWaveLine) => numbers?.[name] })),
  { header: 'createdAt', value: ({ createdAt }) => createdAt },
  { header: 'finishedAt', value: ({ finishedAt }) => finishedAt },
  { header: 'seconds', value: ({ seconds }) => seconds },
  { header: 'forecastSeconds', value: ({ forecastSeconds }) => forecastSeconds },
  { header: 'bothAgentsHours', value: ({ numbers }) => numbers?.bothAgentsHours },
  { header: 'approvedBy', value: ({ approvals }) => approvals.map(({ by }) => by).join('; ') },
  { header: 'evidence', value: ({ evidence }) => evidence },
];
