import { createHash } from 'node:crypto';
import { type CsvColumn, csvText } from '../csv/table.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PlannedMachine } from '../model/plan.ts';
import { type Wave, waveBatches } from '../model/wave.ts';
import { VERDICT_COLUMNS } from '../verification/verdicts/columns.ts';
import { countMachine, newTally } from '../verification/verdicts/tally.ts';
import { tableVerdicts, workspaceVerdicts } from '../verification/verdicts/view.ts';
import type { TicketFile } from './desk.ts';
import type { WaveStanding } from './standing.ts';

/** Files of a ticket, by what they are for. */
export type FileLabel = 'machines' | 'verdicts-gate' | 'verdicts' | 'evidence';

export interface HashedFile extends TicketFile {
  readonly label: FileLabel;
  readonly sha256: string;
}

/** A desk takes files of this size without a setting of its own; what is left out is said in the file. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** A file of a wave. The same wave in the same state gives the same file, and so the same name. */
export async function fileOf(
  label: FileLabel,
  ledger: Ledger,
  wave: Wave,
  standing: WaveStanding,
): Promise<HashedFile> {
  if (label === 'machines') return machineList(await ledger.plans.machines(wave.planId, wave.index), wave);
  const tally = newTally();
  // What was accepted until some time counts by when the wave was judged, not by when this is written.
  const judgedAt = wave.finishedAt ?? wave.gates.at(-1)?.at ?? wave.createdAt;
  for (const id of wave.detailsPurgedAt === undefined ? waveBatches(wave) : [])
    for (const machine of await ledger.waves.batch(wave.id, id))
      countMachine(tally, machine, Date.parse(judgedAt));
  if (label !== 'evidence')
    return hashed(label, 'csv', 'text/csv', csvText(VERDICT_COLUMNS, tableVerdicts(tally)));
  const { id, planId, index, approvals, gates, checks, connectors, promotions, rollback } = wave;
  const evidence = {
    ...{ waveId: id, planId, wave: index, requestedBy: wave.requestedBy, createdAt: wave.createdAt },
    ...{
      finishedAt: wave.finishedAt,
      phase: standing.phase,
      message: standing.message,
      totals: standing.totals,
    },
    ...{ approvals, gates, checks, connectors, promotions, abort: wave.abort },
    rolledBack: rollback === undefined ? null : { at: rollback.at, by: rollback.by, reason: rollback.reason },
    machines: tally.machines,
    workspaces: workspaceVerdicts(tally),
    tables: tableVerdicts(tally),
  };
  return hashed(label, 'json', 'application/json', `${JSON.stringify(evidence, null, 2)}\n`);
}

const MACHINE_COLUMNS: readonly CsvColumn<PlannedMachine>[] = [
  { header: 'machine', value: ({ resourceId }) => resourceId },
  { header: 'kind', value: ({ kind }) => kind },
  { header: 'os', value: ({ os }) => os },
  { header: 'region', value: ({ region }) => region },
  { header: 'rules', value: ({ rules }) => rules.length },
  { header: 'legacyWorkspaces', value: ({ legacyWorkspaces }) => legacyWorkspaces.join(' ') },
];

function machineList(machines: readonly PlannedMachine[], { planId, index }: Wave): HashedFile {
  const whole = csvText(MACHINE_COLUMNS, machines);
  if (whole.length <= MOST_CHARACTERS) return hashed('machines', 'csv', 'text/csv', whole);
  const kept = whole.slice(0, whole.lastIndexOf('\r\n', MOST_CHARACTERS) + 2);
  const shown = kept.split('\r\n').length - 2;
  const rest = `"and ${machines.length - shown} more: GET /api/plans/${planId}/waves/${index}/machines"\r\n`;
  return hashed('machines', 'csv', 'text/csv', kept + rest);
}

function hashed(label: FileLabel, extension: string, contentType: string, text: string): HashedFile {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { label, name: `ama-${label}-${sha256.slice(0, 12)}.${extension}`, contentType, text, sha256 };
}
