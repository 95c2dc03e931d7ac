import type { RuleSet } from '../convert/convert.ts';
import { countersRead, eventQueries, filledTables } from './filled.ts';
import type { Lever, LeverOptions, LeverReport, MeasuredTable, Usage } from './model.ts';
import { proposeColumns } from './propose-columns.ts';
import { proposeEvents } from './propose-events.ts';
import { proposeInterval } from './propose-interval.ts';
import { proposePlans } from './propose-plan.ts';
import { indexReaders, type KnownReaders } from './readers.ts';
import { gbPerDay, volumeOf } from './volumes.ts';

/** Kinds of rows that a table is shown with. */
const SHOWN_KEYS = 20;

/** Thresholds where a request names none: what is below costs more thought than it saves. */
export const DEFAULT_OPTIONS: LeverOptions = {
  minShare: 0.05,
  minColumnShare: 0.1,
  minGbPerDay: 0.1,
  guardedEventIds: [],
};

/**
 * Cost levers for a rule set, from what the workspace took in and from who reads it. Changes nothing. Pure: the same input gives the same report, the largest saving first.
 */
export function proposeLevers(
  ruleSet: RuleSet,
  usage: Usage,
  known: KnownReaders,
  options: LeverOptions,
): Omit<LeverReport, 'measuredAt'> {
  const readers = indexReaders(known);
  const filled = filledTables(ruleSet);
  const events = proposeEvents(eventQueries(ruleSet), usage, readers, options);
  const plans = proposePlans(filled, ruleSet, usage, readers, options);
  const interval = proposeInterval(countersRead(ruleSet), usage, readers, options);
  const levers = [
    ...events.levers,
    ...proposeColumns(filled, ruleSet.tables, usage, readers, options),
    ...plans.levers,
    ...(interval === undefined ? [] : [interval]),
  ];
  const tables = filled.map(({ table }) => measuredTable(table, usage));
  return {
    ruleSetId: ruleSet.id,
    window: usage.window,
    options,
    tables,
    levers: [...levers].sort(bySaving),
    notes: [...notesOf(ruleSet, usage, known), ...events.notes, ...plans.notes],
  };
}

function bySaving(a: Lever, b: Lever): number {
  return b.gbPerDay - a.gbPerDay || (a.id < b.id ? -1 : 1);
}

function measuredTable(table: string, usage: Usage): MeasuredTable {
  const volume = volumeOf(usage, table);
  const keys = usage.keys[table];
  const parts = [usage.tables, keys, usage.columns[table]];
  return {
    table,
    gbPerDay: volume === null ? null : gbPerDay(volume, usage),
    noisiest: (keys?.found ?? [])
      .slice(0, SHOWN_KEYS)
      .map((one) => ({ ...one, gbPerDay: gbPerDay(one.bytes, usage) })),
    unmeasured: parts.flatMap((part) =>
      part?.trouble === undefined ? [] : [{ query: part.query, why: part.trouble }],
    ),
  };
}

function notesOf(
  { reused }: RuleSet,
  { tables, window }: Usage,
  { uses, unread }: KnownReaders,
): readonly string[] {
  const others = reused.map(({ name }) => name).join(', ');
  return [
    `Savings are of the bytes billed from ${window.since} to ${window.until}, whichever agent sent them: where both agents of a machine ran, its rows count twice.`,
    'Savings of several levers on one table do not add up: the second takes its part of what the first leaves.',
    ...(tables.found.length === 0 ? ['The volumes of tables are not known.'] : []),
    ...unread.map(({ what, reason }) => `Not looked into for readers: ${what}: ${reason}`),
    ...(uses === null ? ['Who reads the tables is not known: any lever may break a query.'] : []),
    ...(others === ''
      ? []
      : [`No lever is proposed for rules of others, which collect on their own: ${others}.`]),
  ];
}
