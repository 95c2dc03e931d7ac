import type { RuleSet } from '../convert/convert.ts';
import { isColumnName, kqlColumn } from '../convert/kinds/kql-text.ts';
import { TEXT_LOG_COLUMNS } from '../convert/log-files.ts';
import { type DropColumns, leverId } from './choices.ts';
import { isCustomTable, isKeyColumn, isTransformable, projectAway } from './columns.ts';
import type { FilledTable } from './filled.ts';
import type { Lever, LeverOptions, MeasuredColumn, Usage } from './model.ts';
import { namesColumn, type ReaderIndex, readersOfColumns } from './readers.ts';
import { isTable } from './tables.ts';
import { gbPerDay, moneyFor, shareOf, sourcesOf, volumeOf } from './volumes.ts';

/** Above this part of what comes in, what a transformation drops is billed. */
const FREE_SHARE = 0.5;

/** A lever for each table with large columns that no query names. Pure. */
export function proposeColumns(
  filled: readonly FilledTable[],
  tables: RuleSet['tables'],
  usage: Usage,
  readers: ReaderIndex,
  options: LeverOptions,
): readonly Lever[] {
  return filled.flatMap((one) => {
    if (!isTransformable(one.table)) return [];
    const schema = tables.find(({ name }) => isTable(name, one.table))?.columns.map(({ name }) => name);
    return leverFor(one, schema, usage, readers, options) ?? [];
  });
}

function leverFor(
  { table, rules, transformations }: FilledTable,
  schema: readonly string[] | undefined,
  usage: Usage,
  readers: ReaderIndex,
  options: LeverOptions,
): Lever | undefined {
  const sample = usage.columns[table];
  const volume = volumeOf(usage, table);
  if (sample === undefined || volume === null) return undefined;
  const whole = sample.found.reduce((sum, { bytes }) => sum + bytes, 0);
  const isUnread = ({ name }: MeasuredColumn) => !namesColumn(readers, sourcesOf(table), name);
  const isThere = ({ name }: MeasuredColumn) => transformations.some((one) => !one.includes(kqlColumn(name)));
  const large = sample.found
    .filter(({ name }) => isColumnName(name) && !isKeyColumn(table, name))
    .filter(({ name }) => schema === undefined || schema.includes(name))
    .filter(({ name }) => !isOnlyContent(table, schema, name))
    .filter((one) => shareOf(one.bytes, whole) >= options.minColumnShare && isUnread(one) && isThere(one));
  const share = shareOf(
    large.reduce((sum, { bytes }) => sum + bytes, 0),
    whole,
  );
  const bytes = share * volume;
  const gb = gbPerDay(bytes, usage);
  if (large.length === 0 || gb < options.minGbPerDay) return undefined;
  const columns = large.map(({ name }) => name).sort();
  const choice: DropColumns = { kind: 'dropColumns', table, columns };
  const { readersUnknown, ...who } = readersOfColumns(readers, sourcesOf(table));
  return {
    id: leverId(choice),
    ...{ kind: choice.kind, choice, table, rules },
    before: transformations.join('\n\n'),
    after: transformations.map((one) => projectAway(one, columns)).join('\n\n'),
    ...{ gbPerDay: gb, share, ...moneyFor(gb, options.pricePerGb) },
    lost: `The columns ${columns.join(', ')} of new rows of ${table} stay empty.`,
    ...{ ...who, readersUnknown, guarded: false },
    notes: [
      chargeNote(gbPerDay(volume, usage), share),
      'Azure checks when the rule is deployed that what the agent sends has these columns.',
      ...(readersUnknown
        ? ['Some queries take whole rows, or could not be read: they may use these columns.']
        : []),
    ],
    evidence: { query: sample.query, window: usage.window, rows: sample.sampledRows, bytes },
  };
}

/** The text of a log is all there is of it, unless something was extracted from it. */
function isOnlyContent(table: string, schema: readonly string[] | undefined, name: string): boolean {
  if (!isCustomTable(table) || name !== 'RawData') return false;
  const standard = new Set(TEXT_LOG_COLUMNS.map((column) => column.name));
  return (schema ?? []).every((column) => standard.has(column));
}

/**
 * Source: learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-transformations, "Cost for
 * transformations": dropped minus half of what comes in, in tables of the plans Analytics and Basic; nothing in
 * Analytics tables of a workspace with Microsoft Sentinel.
 */
function chargeNote(incomingGb: number, share: number): string {
  if (share <= FREE_SHARE)
    return 'A transformation that drops no more than half of what comes in is free of charge.';
  const charged = Math.round((share - FREE_SHARE) * incomingGb * 1e4) / 1e4;
  return `It drops more than half of what comes in: without Microsoft Sentinel on the workspace ${charged} GB a day are billed as processed data.`;
}
