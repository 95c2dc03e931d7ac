import { contentHash, normalizeId } from '../../model/ids.ts';
import type { Blocker, MigrationPreview, TableObservation, WriterRows } from './model.ts';

const NO_OVERRIDE = 'Nothing overrides this.';

/** Whether a table may be migrated, what that would mean, and what to repeat to have it done. Pure. */
export function judgeTable(seen: TableObservation): MigrationPreview {
  const blockers = blockersOf(seen);
  const free = seen.state === 'classic' && blockers.length === 0;
  return {
    ...seen,
    blockers,
    irreversible:
      `The table ${seen.table} can never be turned back: from then on it takes rows of data collection rules, ` +
      'legacy agents must not write to it, the Data Collector API fills only the columns that are there, and ' +
      'custom fields get no new values.',
    notes: notesOf(seen),
    confirmation: free ? confirmationOf(seen) : null,
  };
}

/** Bound to the workspace, the table and all that was looked at, but for counts that change with every row. */
function confirmationOf({
  workspace,
  table,
  columns,
  customLogs,
  writes,
  ...seen
}: TableObservation): string {
  const looked = {
    ...{ workspace: normalizeId(workspace.resourceId), table, columns, customLogs },
    writers: writes?.writers.map(({ sourceSystem }) => sourceSystem),
    legacyAgents: (seen.legacyAgents?.agents ?? 0) > 0,
    lookBackHours: seen.lookBackHours,
  };
  return `migrate ${table} in ${workspace.name} for good: ${contentHash(looked, 12)}`;
}

function blockersOf(seen: TableObservation): readonly Blocker[] {
  const { table, workspace } = seen;
  if (seen.state === 'absent')
    return [{ code: 'tableNotFound', message: `The workspace ${workspace.name} has no table ${table}.` }];
  if (seen.state === 'other')
    return [
      {
        code: 'notCustomTable',
        message: `The table ${table} is no custom table of the legacy kind; there is nothing to migrate.`,
      },
    ];
  if (seen.state === 'failed')
    return [
      {
        code: 'tableFailed',
        message: `The last change of the table ${table} failed. Repeat or undo that change first.`,
      },
    ];
  return seen.state === 'classic' ? writerBlockers(seen) : [];
}

function writerBlockers(seen: TableObservation): readonly Blocker[] {
  const { table, writes, customLogs, legacyAgents, lookBackHours, unread } = seen;
  const blockers: Blocker[] = [];
  const legacy = rowsOf(seen, 'legacyAgent');
  if (legacy.length > 0)
    blockers.push({
      code: 'legacyAgentWrites',
      message:
        `Legacy agents wrote ${count(legacy)} rows to ${table} in the last ${lookBackHours} hours and would ` +
        'lose them. Send the logs to a new table through data collection rules, take the custom log from the ' +
        `workspace, and try again once no row came for ${lookBackHours} hours. ${NO_OVERRIDE}`,
    });
  if ((customLogs?.length ?? 0) > 0 && (legacyAgents?.agents ?? 0) > 0)
    blockers.push({
      code: 'legacyAgentCanWrite',
      message:
        `${legacyAgents?.agents} legacy agents were heard in the last ${lookBackHours} hours, and the ` +
        `workspace still tells them to fill ${table} (${customLogs?.join(', ')}). Take the custom log from the ` +
        `workspace's legacy agent settings, or remove the agents. ${NO_OVERRIDE}`,
    });
  const unknown = rowsOf(seen, 'unknown');
  if (unknown.length > 0)
    blockers.push({
      code: 'unknownWriter',
      message:
        `${count(unknown)} rows came to ${table} in the last ${lookBackHours} hours from a writer this app does ` +
        `not know (SourceSystem ${unknown.map(({ sourceSystem }) => `"${sourceSystem}"`).join(', ')}). Find ` +
        `and stop it first. ${NO_OVERRIDE}`,
    });
  if (writes === null || customLogs === null || legacyAgents === null)
    blockers.push({
      code: 'writersUnknown',
      message:
        `Who writes to ${table} could not be read, and unknown is not nobody. Give this app read access to the ` +
        `workspace and its logs: ${unread.join(' ')}`,
    });
  return blockers;
}

function notesOf(seen: TableObservation): readonly string[] {
  const api = rowsOf(seen, 'dataCollectorApi');
  if (seen.state !== 'classic' || api.length === 0) return [];
  return [
    `The Data Collector API wrote ${count(api)} rows and goes on to fill the columns that are there. Never change ` +
      'the columns while it writes: it would stop for the whole table.',
  ];
}

function rowsOf({ writes }: TableObservation, writer: WriterRows['writer']): readonly WriterRows[] {
  return (writes?.writers ?? []).filter((one) => one.writer === writer && one.rows > 0);
}

function count(rows: readonly WriterRows[]): number {
  return rows.reduce((sum, one) => sum + one.rows, 0);
}
