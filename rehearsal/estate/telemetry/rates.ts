import { isBuiltIn, type Table } from '../../../shared/model/streams.ts';
import type { Agent } from '../file/common.ts';
import { share } from '../random.ts';
import { drawn, type State, span } from '../state/state.ts';
import type { Machine } from '../state/types.ts';

/** Rows an ordinary server writes in an hour. Own estimates; a file's `tables` replaces them. */
const DEFAULT_ROWS: Record<Machine['os'], Partial<Record<Table, number>>> = {
  windows: { Perf: 720, Event: 40, SecurityEvent: 300 },
  linux: { Perf: 600, Syslog: 120 },
};

/** Rows of a text log. Own estimate. */
export const CUSTOM_ROWS = 60;

/** Rows per millisecond of clock time that an agent writes to a table on a machine. */
export function rowRate(state: State, machine: Machine, agent: Agent, table: string): number {
  const declared = declaredRate(state, machine, agent, table);
  const usual = isBuiltIn(table) ? (DEFAULT_ROWS[machine.os][table] ?? 0) : CUSTOM_ROWS;
  // Both agents read the same files, whatever table they go to.
  const source = isBuiltIn(table) ? table : 'files';
  // Machines differ by up to 40 %; the two agents on one machine by up to 2 %.
  const hourly =
    declared ??
    usual *
      (0.8 + 0.4 * share(state.seed, machine.key, source)) *
      (0.99 + 0.02 * share(state.seed, machine.key, source, agent));
  return (hourly / 3_600_000) * state.scale;
}

function declaredRate(state: State, machine: Machine, agent: Agent, table: string): number | undefined {
  let found: number | undefined;
  for (const entry of notesFor(state, machine, table)) {
    const rate = typeof entry.rowsPerHour === 'object' ? entry.rowsPerHour[agent] : entry.rowsPerHour;
    if (rate !== undefined) found = rate;
  }
  return found;
}

/** Milliseconds after which a row can be queried. */
export function ingestionLag(state: State, machine: Machine, table: string): number {
  let lag: number | undefined;
  for (const entry of notesFor(state, machine, table))
    if (entry.lagSeconds !== undefined) lag = span(state, entry.lagSeconds);
  return lag ?? drawn(state, state.durations.ingestion, machine.key, 'lag', table);
}

/** Entries about this machine and table, general ones first so that the machine's own win. */
export function notesFor(state: State, machine: Machine, table: string) {
  const general = state.tableNotes.general.filter(
    (entry) => entry.os === undefined || entry.os === machine.os,
  );
  return [...general, ...(state.tableNotes.byMachine.get(machine.key) ?? [])].filter(
    (entry) => entry.table === table,
  );
}

/** Where in its interval a series starts: spreads the rows of many machines. */
export function phase(state: State, machine: Machine, agent: Agent, table: string): number {
  return share(state.seed, machine.key, agent, table, 'phase');
}
