import type { Table } from '../../model/streams.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { StageContext } from '../../waves/stage.ts';
import { judgeUnits } from '../statistics/judge-units.ts';
import { DAY_MS, HOUR_MS } from '../statistics/series.ts';
import type { Heard } from './heard.ts';
import { judgeTable, lastHour, lostTogether, rowsBetween } from './judge-table.ts';
import { optionsFor } from './options.ts';
import { fellSilent, suffices } from './recent.ts';
import { type JudgedSet, type Placed, setWindows } from './sets.ts';
import type { TableHours } from './table-hours.ts';
import { unitId, unitsOf } from './units.ts';

/**
 * Hours of the baseline in which the legacy agent must have been heard for its silence to count: of a VM that was off
 * for weeks, or of rows whose retention has ended, nothing tells what the agent writes. Own choice.
 */
const HEARD_HOURS = 24;

export interface SetTable {
  readonly table: Table;
  readonly rows: TableHours;
  readonly heard: ReadonlyMap<string, Heard>;
  /** Whether the number of rows can be compared; if not, only what is in them. */
  readonly sameVolume: boolean;
}

/** What one table says about each machine of a set. Pure. */
export function judgeTableOfSet(
  { context, workspaceId }: { readonly context: StageContext; readonly workspaceId: string },
  set: JudgedSet,
  { table, rows, heard, sameVolume }: SetTable,
): Map<string, Evidence> {
  const about = { query: `table-series-${table}`, workspaceId, table };
  const peers = set.machines.map(({ id }) => id);
  if (set.mode === 'sufficiency')
    return new Map(set.machines.map((one) => [one.id, sufficiency(rows, about, one, peers)]));

  const { verification, ingestionLagSeconds } = context.policy;
  const off = table === 'SecurityEvent' ? context.securityEventsOff.get(workspaceId) : undefined;
  const cut =
    off === undefined ? set : cutAt(set, Date.parse(off), context.policy.connector.propagationSeconds);
  const windows = setWindows(cut, verification.baselineDays);
  const expected = { legacy: set.mode === 'overlap' && off === undefined ? 1 : 0, added: 1 };
  const late = Math.max(0, (rows.delaySeconds ?? 0) - ingestionLagSeconds);
  const completeUntil = rows.hours.until - late * 1000;
  const units = unitsOf({ set: cut, windows, table: rows, heard, expected, completeUntil });
  const verdicts = new Map(judgeUnits(units, optionsFor(verification, table)).map((one) => [one.id, one]));
  const input = { ...about, hours: rows, windows, expected, sameVolume, units: verdicts };
  const lost = lostTogether(input);
  return new Map(
    cut.machines.map((machine) => {
      // A machine that is newer than a baseline has to be; without a legacy agent its own rows have to do.
      if (set.mode === 'historical' && verdicts.get(unitId(machine.id))?.reason === 'tooFewDays')
        return [machine.id, sufficiency(lastDay(rows), about, machine, peers)];
      const evidence = judgeTable(input, machine, lost);
      const heardHours = rowsBetween(
        rows,
        heard.get(machine.id)?.legacyUp,
        windows.baselineSince,
        machine.baselineUntil,
      );
      if (evidence.baselineRows === 0 && heardHours < HEARD_HOURS)
        return [
          machine.id,
          expected.legacy > 0 ? unattributed(evidence) : sufficiency(lastDay(rows), about, machine, peers),
        ];
      const stopped = evidence.result === 'pass' && fellSilent(rows, machine, windows);
      return [machine.id, stopped ? silent(evidence) : evidence];
    }),
  );
}

/**
 * Rows from before the switch are of both agents, those after it of the new one alone, once every legacy agent has
 * heard of it: until then its rows would hide what the new one loses.
 */
function cutAt(set: JudgedSet, off: number, propagationSeconds: number): JudgedSet {
  return {
    ...set,
    machines: set.machines.map((one) => ({
      ...one,
      currentSince: Math.max(one.currentSince, off + propagationSeconds * 1000),
      baselineUntil: Math.min(one.baselineUntil, off),
    })),
  };
}

function lastDay(rows: TableHours): TableHours {
  const since = Math.max(rows.hours.since, rows.hours.until - DAY_MS);
  const skip = Math.round((since - rows.hours.since) / HOUR_MS);
  const machines = new Map([...rows.machines].map(([id, counts]) => [id, counts.slice(skip)]));
  return { ...rows, hours: { since, until: rows.hours.until }, machines };
}

function silent(evidence: Evidence): Evidence {
  return {
    ...evidence,
    result: 'inconclusive',
    sentence: 'Nothing arrived in the last hours, in which there were rows on every day before.',
  };
}

/** While the legacy agent writes, rows do not show that the new one does. */
function unattributed(evidence: Evidence): Evidence {
  return {
    ...evidence,
    result: 'inconclusive',
    sentence: 'The legacy agent writes now and was not heard before, so nothing tells the two agents apart.',
  };
}

function sufficiency(
  table: TableHours,
  about: Pick<Evidence, 'query' | 'workspaceId' | 'table'>,
  { id, currentSince }: Placed,
  peers: readonly string[],
): Evidence {
  const { enough, why } = suffices(table, id, peers);
  const counts = table.machines.get(id) ?? [];
  const { since, until } = table.hours;
  return {
    ...about,
    since: new Date(Math.max(since, Math.min(currentSince, until))).toISOString(),
    until: new Date(until).toISOString(),
    rows: counts.reduce((sum, rows) => sum + rows, 0),
    baselineRows: 0,
    lastRow: lastHour(table, counts),
    ...{ result: enough ? 'pass' : 'inconclusive', mode: 'sufficiency', sentence: why },
  };
}
