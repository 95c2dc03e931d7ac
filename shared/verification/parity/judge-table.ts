import type { Evidence, VerdictResult, VerificationMode } from '../../model/verdict.ts';
import type { UnitVerdict } from '../statistics/judge-units.ts';
import type { Expectation } from '../statistics/series.ts';
import type { Expected } from './expectation.ts';
import type { Placed, SetWindows } from './sets.ts';
import { lastHour, rowsBetween, type TableHours } from './table-hours.ts';
import { COHORT, unitId } from './units.ts';

/** Missing keys that evidence names. */
const KEYS_SHOWN = 10;
/** Rows of all machines together below which the absence of a key says nothing. */
const TOO_RARE = 3;

export interface TableInput {
  readonly query: string;
  readonly workspaceId: string;
  readonly table: string;
  /** What legacy agents fill in its place. */
  readonly legacyTable?: string;
  readonly hours: TableHours;
  readonly windows: SetWindows;
  readonly expected: Expected;
  /** Whether numbers of rows can be compared. */
  readonly sameVolume: boolean;
  /** By unit id. */
  readonly units: ReadonlyMap<string, UnitVerdict>;
}

/** Keys that the machines of a set had together and have no more; the same for all of them. */
export function lostTogether({ units, hours, expected }: TableInput): string[] {
  return [...hours.keys.keys()]
    .filter((key) => isGone(units.get(unitId(COHORT, key)), expected(COHORT, key)))
    .sort();
}

/** What the data of one table says about one machine. */
export function judgeTable(input: TableInput, machine: Placed, lost: readonly string[]): Evidence {
  const { units, hours } = input;
  const counts = hours.machines.get(machine.id);
  const own = units.get(unitId(machine.id));
  const cohort = units.get(unitId(COHORT));
  const rows = rowsBetween(hours, counts, machine.currentSince, hours.hours.until);
  const baselineRows = rowsBetween(hours, counts, input.windows.baselineSince, machine.baselineUntil);
  const keys = keyTroubles(input, machine, lost);
  const { result, sentence } = decide({
    own,
    cohort,
    rows,
    baselineRows,
    sameVolume: input.sameVolume,
    mode: machine.mode,
    ...keys,
  });
  const estimate = own?.estimate?.kind === 'estimate' ? own.estimate : undefined;
  const iso = (instant: number) => new Date(instant).toISOString();
  return {
    query: input.query,
    workspaceId: input.workspaceId,
    table: input.table,
    ...(input.legacyTable === undefined ? {} : { legacyTable: input.legacyTable }),
    since: iso(Math.min(machine.currentSince, hours.hours.until)),
    until: iso(hours.hours.until),
    ...{ rows, baselineRows, result, sentence, mode: machine.mode },
    lastRow: lastHour(hours, counts),
    baseline: { since: iso(input.windows.baselineSince), until: iso(machine.baselineUntil) },
    ...(own?.estimate === undefined ? {} : { expectedRows: Math.round(own.estimate.expectedRows) }),
    ...(estimate === undefined ? {} : { share: rounded(estimate) }),
    ...(keys.missing.length === 0 ? {} : { missingKeys: keys.missing.slice(0, KEYS_SHOWN) }),
  };
}

interface Decided {
  readonly result: VerdictResult;
  readonly sentence: string;
}

function decide(seen: {
  readonly own: UnitVerdict | undefined;
  readonly cohort: UnitVerdict | undefined;
  readonly rows: number;
  readonly baselineRows: number;
  readonly missing: readonly string[];
  readonly open: readonly string[];
  readonly sameVolume: boolean;
  readonly mode: VerificationMode;
}): Decided {
  const { own, cohort, rows, baselineRows, missing, open, sameVolume, mode } = seen;
  if (missing.length > 0)
    return { result: 'fail', sentence: `${named(missing)} came before and come no more.` };
  if (baselineRows === 0)
    return rows > 0
      ? { result: 'pass', sentence: `${rows} rows; the legacy agent wrote none, so nothing can be lost.` }
      : { result: 'pass', sentence: 'The legacy agent wrote no rows either, so nothing can be lost.' };
  if (!sameVolume && rows > 0)
    return mode === 'overlap'
      ? {
          result: 'inconclusive',
          sentence:
            'Counters are read in another rhythm than before, so rows cannot be told apart while the legacy agent writes.',
        }
      : {
          result: 'pass',
          sentence: `${rows} rows of every kind there was; they come in another rhythm than before.`,
        };
  if (own === undefined || rows === 0 || own.estimate === undefined)
    return {
      result: own?.result === 'fail' ? 'fail' : 'inconclusive',
      sentence:
        rows === 0
          ? `No rows yet; before, there were ${baselineRows}.`
          : `${rows} rows; too little is known of the time before to compare them.`,
    };
  const numbers = sentenceOf(own);
  if (own.result === 'fail') return { result: 'fail', sentence: `Rows were lost: ${numbers}` };
  if (own.result === 'inconclusive' && !(own.reason === 'tooFewRows' && cohort?.result === 'pass'))
    return { result: 'inconclusive', sentence: `Not settled yet: ${numbers}` };
  if (open.length > 0)
    return { result: 'inconclusive', sentence: `Important keys were not seen yet: ${named(open)}.` };
  return own.result === 'pass'
    ? { result: 'pass', sentence: numbers }
    : {
        result: 'pass',
        sentence: `Too few rows alone; together with machines like it: ${sentenceOf(cohort)}`,
      };
}

/** Important keys of the machine, and keys that went missing from all of its set. */
function keyTroubles({ units, hours, expected }: TableInput, { id }: Placed, lost: readonly string[]) {
  const missing = new Set(lost);
  const open: string[] = [];
  for (const key of hours.importantKeys.get(id)?.keys() ?? []) {
    const found = units.get(unitId(id, key));
    if (isGone(found, expected(id, key))) missing.add(key);
    else if (found?.result === 'inconclusive' && isOpen(units, id, key)) open.push(key);
  }
  return { missing: [...missing].sort(), open: open.sort() };
}

/** Of what a key should have, the share below which it is gone; one that merely changed is judged with its table. */
const GONE = 0.1;

function isGone(unit: UnitVerdict | undefined, { legacy, added }: Expectation): boolean {
  const found = unit?.estimate;
  if (unit?.result !== 'fail' || found === undefined) return false;
  if (found.kind === 'estimate') return found.share < GONE;
  // What the legacy agent still writes is no sign of the new one.
  const ofNew = found.expectedRows * (added / (legacy + added));
  return found.rows - (found.expectedRows - ofNew) < GONE * ofNew;
}

/** A key that is too rare on one machine counts as there when it is there with machines like it. */
function isOpen(units: TableInput['units'], machineId: string, key: string): boolean {
  const together = units.get(unitId(COHORT, key));
  if (together?.result === 'pass') return false;
  const rare = together?.estimate ?? units.get(unitId(machineId, key))?.estimate;
  return rare !== undefined && rare.expectedRows >= TOO_RARE;
}

function sentenceOf(unit: UnitVerdict | undefined): string {
  const found = unit?.estimate;
  if (found === undefined) return 'nothing to compare.';
  const counted = `${found.rows} rows of ${Math.round(found.expectedRows)} expected`;
  if (found.kind === 'presence') return `${counted}.`;
  const { estimate, low, high } = rounded(found);
  return `${counted}; the new agent writes ${percent(estimate)} of what it should, surely between ${percent(low)} and ${percent(high)}.`;
}

function rounded({ share, low, high }: { share: number; low: number; high: number }) {
  const three = (value: number) => Math.round(value * 1000) / 1000;
  return { estimate: three(share), low: three(low), high: three(high) };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function named(keys: readonly string[]): string {
  const more = keys.length - KEYS_SHOWN;
  return `${keys.slice(0, KEYS_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
