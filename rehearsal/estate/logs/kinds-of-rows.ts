import { TABLES, type Table } from '../../../shared/model/streams.ts';
import type { Agent } from '../file/common.ts';
import { elapsedIn } from '../intervals.ts';
import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { rowActivity } from '../telemetry/activity.ts';
import { keyShares } from '../telemetry/keys.ts';
import { rowRate } from '../telemetry/rates.ts';
import { rowBytes } from '../telemetry/volume.ts';
import { DEFAULT_COLUMNS, TEXT_LOG } from './distributions.ts';
import { compare, type LogTable, long, real, string } from './table.ts';
import { usageRows } from './usage.ts';

const AGENTS: readonly Agent[] = ['ama', 'legacy'];

interface Asked {
  readonly since: number;
  readonly until: number;
  readonly now: number;
}

/** A part of a table's rows. */
interface Part {
  readonly key: string;
  readonly rowCount: number;
  readonly billedBytes: number;
}

/** Rows of a table by event log and event id; a level is told where the query asks for it. */
export function eventIds(
  state: State,
  workspace: Workspace,
  table: 'SecurityEvent' | 'Event',
  asked: Asked & { readonly top: number },
): LogTable {
  const parts = partsOf(state, workspace, table, (key) => key, asked);
  const rows = parts.map(({ key, rowCount, billedBytes }) => {
    const [log, id] = key === '' ? ['', -1] : split(key, '/', 'Security');
    const level = table === 'Event' ? [key === '' ? '' : 'Information'] : [];
    return [log, Number(id), ...level, rowCount, billedBytes];
  });
  const level = table === 'Event' ? [string('Level')] : [];
  return {
    columns: [string('Log'), long('EventID'), ...level, long('rowCount'), real('billedBytes')],
    rows,
  };
}

/** Rows of Syslog by facility and severity, or of Perf by object and counter. */
export function pairs(
  state: State,
  workspace: Workspace,
  table: 'Syslog' | 'Perf',
  asked: Asked & { readonly top: number },
): LogTable {
  const [names, separator] =
    table === 'Syslog'
      ? ([['Facility', 'SeverityLevel'], '/'] as const)
      : ([['ObjectName', 'CounterName'], '\\'] as const);
  // Instances are no matter of these questions.
  const plain = (key: string) => (table === 'Perf' ? key.replace(/\([^()]*\)(?=\\)/, '') : key);
  return {
    columns: [...names.map(string), long('rowCount'), real('billedBytes')],
    rows: partsOf(state, workspace, table, plain, asked).map(({ key, rowCount, billedBytes }) => [
      ...split(key, separator, ''),
      rowCount,
      billedBytes,
    ]),
  };
}

/** Bytes of the columns in a sample of a table's rows. */
export function columnBytes(
  state: State,
  workspace: Workspace,
  table: string,
  asked: Asked & { readonly rowsWanted: number },
): LogTable {
  const known = TABLES.find((one) => one === table);
  const bytes = billedBytes(state, workspace, table, asked);
  const perRow = rowBytes(table);
  const sampled = Math.min(asked.rowsWanted, Math.round(bytes / perRow));
  const columns = known === undefined ? TEXT_LOG : (DEFAULT_COLUMNS[known] ?? {});
  const rows = Object.entries(columns).map(([name, part]) => [
    name,
    Math.round(part * sampled * perRow),
    sampled,
  ]);
  return {
    columns: [string('ColumnName'), long('textBytes'), long('sampled')],
    rows: sampled === 0 ? [] : rows.sort((a, b) => Number(b[1]) - Number(a[1])),
  };
}

/** The parts of a table's billed volume, the largest first; what is not among the first has no name. */
function partsOf(
  state: State,
  workspace: Workspace,
  table: Table,
  plain: (key: string) => string,
  asked: Asked & { readonly top: number },
): readonly Part[] {
  const total = billedBytes(state, workspace, table, asked);
  const weights = weightsOf(state, workspace, table, plain, asked);
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return [];
  const part = (key: string, share: number): Part => ({
    key,
    rowCount: Math.round((total * share) / rowBytes(table)),
    billedBytes: total * share,
  });
  const sorted = [...weights]
    .map(([key, weight]) => part(key, weight / whole))
    .sort((a, b) => b.billedBytes - a.billedBytes || compare(a.key, b.key));
  const named = sorted.slice(0, asked.top);
  const rest = 1 - named.reduce((sum, one) => sum + one.billedBytes, 0) / total;
  return rest > 1e-9 ? [...named, part('', rest)] : named;
}

/**
 * How much of each kind the machines of a workspace wrote, in no unit. A declared volume that no machine wrote is
 * of the kinds that its machines would write.
 */
function weightsOf(
  state: State,
  workspace: Workspace,
  table: Table,
  plain: (key: string) => string,
  { since, until, now }: Asked,
): ReadonlyMap<string, number> {
  const written = new Map<string, number>();
  const usual = new Map<string, number>();
  const add = (weights: Map<string, number>, key: string, weight: number) =>
    weight > 0 && weights.set(key, (weights.get(key) ?? 0) + weight);
  for (const machine of workspace.reporters) {
    for (const agent of AGENTS) {
      const active = rowActivity(state, machine, agent, table, workspace);
      const time = elapsedIn(active, Math.min(until, now)) - elapsedIn(active, since);
      const rate = rowRate(state, machine, agent, table);
      for (const { key, share, ofAma } of keyShares(state, machine, table)) {
        const part = agent === 'ama' ? ofAma : 1;
        if (part === 0) continue;
        add(written, plain(key), Math.max(0, time) * rate * share * part);
        add(usual, plain(key), rate * share);
      }
    }
  }
  return written.size > 0 ? written : usual;
}

/** The table's billed volume as `Usage` tells it. */
function billedBytes(
  state: State,
  workspace: Workspace,
  table: string,
  { since, until, now }: Asked,
): number {
  const found = usageRows(state, workspace, since, until, now).rows.find(
    ([name, billed]) => String(name).toLowerCase() === table.toLowerCase() && billed === true,
  );
  return Number(found?.[2] ?? 0) * 1e6;
}

function split(key: string, separator: string, before: string): readonly [string, string] {
  const at = key.lastIndexOf(separator);
  return at < 0 ? [key === '' ? '' : before, key] : [key.slice(0, at), key.slice(at + separator.length)];
}
