import { styleText } from 'node:util';
import { duration, nameOf } from '../../shared/reports/words.ts';
import type { Metrics } from './metrics.ts';
import type { Report, ReportedMachine } from './report.ts';

/** Machines shown per list; the JSON report has all. */
const SHOWN = 20;

/** The summary a person reads at the end of a run. */
export function formatReport(report: Report, metrics: Metrics | undefined): string {
  const { counts } = report;
  const lines = [
    '',
    heading('Result'),
    row('migrated', counts.migrated, 'on Azure Monitor Agent, data confirmed, legacy agent removed'),
    ...(counts.legacyKept > 0
      ? [row('legacy kept', counts.legacyKept, 'on Azure Monitor Agent, legacy agent stays')]
      : []),
    row('already there', counts.alreadyMigrated, 'had only Azure Monitor Agent'),
    row('blocked', counts.blocked, 'a person must act first'),
    row('failed', counts.failed, ''),
    ...(counts.notReached > 0 ? [row('not reached', counts.notReached, 'in waves that did not start')] : []),
    ...(counts.notSelected > 0
      ? [row('not selected', counts.notSelected, 'no agent, or outside the selection')]
      : []),
    ...machineList('Blocked', report.blocked),
    ...machineList('Failed', report.failed),
    ...machineList('Legacy agent kept', report.legacyKept),
    '',
    heading('Waves'),
    ...report.waves.map(
      ({ index, machines, phase, message }) =>
        `  ${index === 0 ? 'pilot ' : `wave ${index}`}  ${String(machines).padStart(5)} machines  ${paint(phase)}  ${message}`,
    ),
    ...(report.connectors.length === 0 ? [] : ['', heading('Legacy security-event collection')]),
    ...report.connectors.map(
      ({ workspaceId, wave, outcome, detail }) =>
        `  ${nameOf(workspaceId)}  wave ${wave}: ${outcome}${detail === undefined ? '' : `, ${detail}`}`,
    ),
    ...(metrics === undefined ? [] : formatMetrics(metrics)),
    '',
  ];
  return lines.join('\n');
}

function formatMetrics(metrics: Metrics): string[] {
  return [
    '',
    heading('Cost of the run'),
    `  simulated duration     ${duration(metrics.simulatedSeconds)} in ${metrics.wallSeconds.toFixed(1)} s`,
    `  ARM calls              ${metrics.armCalls} (${metrics.perMachine.armCalls} per machine), ${metrics.queries} queries, ${metrics.throttled} answered 429`,
    `  activities             ${metrics.activities} (${metrics.perMachine.activities} per machine), ${metrics.perMachine.historyEvents} history events per machine`,
    `  throttle ceiling       highest share in use ${Math.round(metrics.highestShare.share * 100)} % (${metrics.highestShare.bucket})`,
  ];
}

function machineList(title: string, machines: readonly ReportedMachine[]): string[] {
  if (machines.length === 0) return [];
  return [
    '',
    heading(title),
    ...machines
      .slice(0, SHOWN)
      .map(
        (machine) =>
          `  ${nameOf(machine.machineId).padEnd(22)} ${machine.reason.padEnd(18)} ${explain(machine)}`,
      ),
    ...(machines.length > SHOWN ? [`  ... and ${machines.length - SHOWN} more`] : []),
  ];
}

/** Where it stopped, what it means, and what exactly was seen. */
function explain({ text, detail, stage, wave }: ReportedMachine): string {
  const where = stage === undefined ? '' : `[${stage}, ${wave === 0 ? 'pilot' : `wave ${wave}`}] `;
  return `${where}${text ?? ''}${detail === undefined ? '' : ` (${detail})`}`;
}

function row(label: string, n: number, text: string): string {
  return `  ${label.padEnd(14)} ${String(n).padStart(6)}  ${styleText('dim', text)}`;
}

function heading(text: string): string {
  return styleText('bold', text);
}

function paint(phase: string): string {
  const color = phase === 'completed' ? 'green' : phase === 'held' || phase === 'degraded' ? 'yellow' : 'red';
  return styleText(color, phase.padEnd(10));
}
