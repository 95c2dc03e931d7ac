import type { Column, DataFlow, LogFileSource } from './arm.ts';
import { slug } from './families.ts';
import type { Collected, Wanted } from './model.ts';
import { groupSorted } from './order.ts';

type LogFile = Extract<Collected, { what: 'logFile' }>;

/**
 * What the agent sends of a text log (learn.microsoft.com/azure/azure-monitor/vm/data-collection-log-text,
 * "Incoming stream"): always the first two, the others where they are declared.
 */
export const TEXT_LOG_COLUMNS: readonly Column[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'RawData', type: 'string' },
  { name: 'FilePath', type: 'string' },
  { name: 'Computer', type: 'string' },
];
const ALWAYS: ReadonlySet<string> = new Set(['TimeGenerated', 'RawData']);

/** Declared is what the table has or the transformation reads: all else would have nowhere to go. */
function incoming({ columns = TEXT_LOG_COLUMNS, transformKql }: LogFile): readonly Column[] {
  const used = (name: string) =>
    columns.some((column) => column.name === name) || new RegExp(`\\b${name}\\b`).test(transformKql);
  return TEXT_LOG_COLUMNS.filter(({ name }) => ALWAYS.has(name) || used(name));
}

export interface LogFileParts {
  readonly source: LogFileSource;
  readonly flow: DataFlow;
  readonly stream: string;
  /** Columns of the stream. */
  readonly columns: readonly Column[];
}

/** Every log file has a stream of its own, because a stream of a rule has one shape and one way. */
export function logFileParts(
  wanted: readonly Wanted[],
  destination: string,
): ReadonlyMap<Wanted, LogFileParts> {
  const parts = new Map<Wanted, LogFileParts>();
  const streams = new Set<string>();
  for (const one of wanted) {
    if (one.collected.what !== 'logFile') continue;
    const { table, filePatterns, recordStartTimestampFormat, transformKql } = one.collected;
    const short = table.replace(/_CL$/i, '');
    const stream = free(`Custom-Input-${short}`, streams);
    streams.add(stream);
    parts.set(one, {
      stream,
      columns: incoming(one.collected),
      source: {
        name: `log-${String(parts.size + 1).padStart(2, '0')}-${slug(short, 20)}`.replace(/-$/, ''),
        streams: [stream],
        filePatterns,
        format: 'text',
        settings: { text: { recordStartTimestampFormat } },
      },
      flow: {
        streams: [stream],
        destinations: [destination],
        transformKql,
        outputStream: `Custom-${table}`,
      },
    });
  }
  return parts;
}

/** A second log of the same table: another way to cut or transform it. */
function free(stream: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stream)) return stream;
  for (let n = 2; ; n++) if (!taken.has(`${stream}_${n}`)) return `${stream}_${n}`;
}

export interface CustomTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Plan of a table that is not there yet; without it Azure's own default, Analytics. */
  readonly plan?: 'Basic';
}

/** Tables that have to be there before a rule can send to them. */
export function customTables(wanted: readonly Wanted[]): readonly CustomTable[] {
  const logs = wanted
    .map(({ collected }) => collected)
    .filter((one): one is LogFile => one.what === 'logFile');
  return groupSorted(logs, ({ table }) => table).map(([name, group]) => {
    const columns = new Map<string, Column>();
    for (const column of group.flatMap((log) => log.columns ?? TEXT_LOG_COLUMNS)) {
      if (!columns.has(column.name)) columns.set(column.name, column);
    }
    return { name, columns: [...columns.values()] };
  });
}
