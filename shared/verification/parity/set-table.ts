import type { ExpectedChange } from '../../model/deployed-rules.ts';
import type { Evidence } from '../../model/verdict.ts';
import type { StageContext } from '../../waves/stage.ts';
import { judgeUnits } from '../statistics/judge-units.ts';
import { inRhythm, unchanged } from './expectation.ts';
import type { Heard } from './heard.ts';
import { judgeTable, lostTogether } from './judge-table.ts';
import { optionsFor } from './options.ts';
import { fellSilent } from './recent.ts';
import { type JudgedSet, type Placed, setWindows } from './sets.ts';
import { SUFFICIENCY_MS, sufficiencyOf } from './sufficiency.ts';
import { lastHour, rowsBetween, seriesQueryId, type TableHours } from './table-hours.ts';
import { dependsOnRole, type TableJob } from './tables.ts';
import { unitId, unitsOf } from './units.ts';

/**
 * Hours of the baseline in which the legacy agent must have been heard for its silence to count: of a VM that was off
 * for weeks, or of rows whose retention has ended, nothing tells what the agent writes. Own choice.
 */
const HEARD_HOURS = 24;

export interface SetTable extends Pick<TableJob, 'table' | 'legacyTable'> {
  readonly rows: TableHours;
  readonly heard: ReadonlyMap<string, Heard>;
  /** What the rules do otherwise on purpose. */
  readonly change: ExpectedChange | undefined;
  /** Machines of a set with the same rules in the workspace, by machine, itself among them: one list for all. */
  alikeTo(machineId: string): readonly Placed[];
}

/** What one table says about each machine of a set. Pure. */
export function judgeTableOfSet(
  { context, workspaceId }: { readonly context: StageContext; readonly workspaceId: string },
  set: JudgedSet,
  { table, legacyTable, rows, heard, change, alikeTo }: SetTable,
): Map<string, Evidence> {
  const { verification, ingestionLagSeconds, connector } = context.policy;
  const rhythms = rhythmsOf(change, set);
  const tables = legacyTable === undefined ? { table } : { table, legacyTable };
  const about = { query: seriesQueryId(tables, rhythms !== undefined), workspaceId, ...tables };
  const late = Math.max(0, (rows.delaySeconds ?? 0) - ingestionLagSeconds);
  const completeUntil = rows.hours.until - late * 1000;
  const suffices = sufficiencyOf({ table: rows, heard, completeUntil, dependsOnRole: dependsOnRole(table) });
  const alone = (machine: Placed): Evidence => ({
    ...about,
    ...present(rows, machine),
    ...suffices(machine, alikeTo(machine.id)),
  });
  if (set.mode === 'sufficiency') return new Map(set.machines.map((one) => [one.id, alone(one)]));

  const off = table === 'SecurityEvent' ? context.securityEventsOff.get(workspaceId) : undefined;
  const cut = off === undefined ? set : cutAt(set, Date.parse(off), connector.propagationSeconds);
  const windows = setWindows(cut, verification.baselineDays);
  const legacy = set.mode === 'overlap' && off === undefined ? 1 : 0;
  const expected = rhythms === undefined ? unchanged(legacy) : inRhythm(legacy, rhythms, rows, windows);
  const units = unitsOf({ set: cut, windows, table: rows, heard, expected, completeUntil });
  const verdicts = new Map(judgeUnits(units, optionsFor(verification, table)).map((one) => [one.id, one]));
  const sameVolume = change?.volume !== 'other';
  const input = { ...about, hours: rows, windows, expected, sameVolume, units: verdicts };
  const lost = lostTogether(input);
  return new Map(
    cut.machines.map((machine) => {
      // A machine that is newer than a baseline has to be; without a legacy agent its own rows have to do.
      if (set.mode === 'historical' && verdicts.get(unitId(machine.id))?.reason === 'tooFewDays')
        return [machine.id, alone(machine)];
      const evidence = judgeTable(input, machine, lost);
      const heardHours = rowsBetween(
        rows,
        heard.get(machine.id)?.legacyUp,
        windows.baselineSince,
        machine.baselineUntil,
      );
      if (evidence.baselineRows === 0 && heardHours < HEARD_HOURS)
        return [machine.id, legacy > 0 ? unattributed(evidence) : alone(machine)];
      const stopped = evidence.result === 'pass' && fellSilent(rows, machine, windows);
      return [machine.id, stopped ? silent(evidence) : evidence];
    }),
  );
}

/** Counters of the set's system that come in another rhythm which is known. */
export function rhythmsOf(
  change: ExpectedChange | undefined,
  { os, mode }: Pick<JudgedSet, 'os' | 'mode'>,
): ExpectedChange['rhythms'] {
  if (change === undefined || change.volume === 'other' || mode === 'sufficiency') return undefined;
  const own = change.rhythms?.filter((rhythm) => rhythm.os === os) ?? [];
  return own.length === 0 ? undefined : own;
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

/** What there is of a machine without a baseline. */
function present(
  table: TableHours,
  machine: Placed,
): Pick<Evidence, 'since' | 'until' | 'rows' | 'baselineRows' | 'lastRow' | 'mode'> {
  const { hours, machines } = table;
  const counts = machines.get(machine.id);
  const since = Math.max(
    hours.since,
    hours.until - SUFFICIENCY_MS,
    Math.min(machine.currentSince, hours.until),
  );
  return {
    since: new Date(since).toISOString(),
    until: new Date(hours.until).toISOString(),
    rows: rowsBetween(table, counts, since, hours.until),
    baselineRows: 0,
    lastRow: lastHour(table, counts),
    mode: 'sufficiency',
  };
}
