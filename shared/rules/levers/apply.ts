import { LIMITS } from '../convert/limits.ts';
import { type CustomTable, TEXT_LOG_COLUMNS } from '../convert/log-files.ts';
import type { Loss, LossCode, Wanted } from '../convert/model.ts';
import {
  type BasicPlan,
  combined,
  type DropColumns,
  type DropEvents,
  type LeverChoice,
  leverText,
  type SamplingInterval,
} from './choices.ts';
import { isKeyColumn, isTransformable, projectAway } from './columns.ts';
import { isTable, tableFilled } from './tables.ts';
import { logOf, withoutEvents } from './x-path.ts';

const PLACE: ReadonlySet<string> = new Set(['TimeGenerated', 'Computer', 'FilePath']);

export interface Applied {
  readonly wanted: readonly Wanted[];
  readonly losses: readonly Loss[];
}

/** What one lever makes of one thing: nothing said is nothing done. */
interface Effect {
  /** null: nothing of it is left. */
  readonly wanted: Wanted | null;
  readonly code: LossCode;
  readonly detail: string;
}

/**
 * Narrows what is collected by the chosen levers and says of each thing what it lost. A choice that changes
 * nothing is reported as well. Pure; the order of the choices does not matter, and nothing is ever widened.
 */
export function applyLevers(
  all: readonly Wanted[],
  choices: readonly LeverChoice[],
  workspaceId: string,
): Applied {
  const losses: Loss[] = [];
  let wanted = all;
  for (const choice of combined(choices)) {
    if (choice.kind === 'basicPlan') continue;
    const effects = wanted.map((one) => ({ one, effect: effectOf(one, choice) }));
    wanted = effects.flatMap(({ one, effect }) => (effect === undefined ? one : (effect.wanted ?? [])));
    const said = effects.flatMap(({ one, effect }) =>
      effect === undefined
        ? []
        : one.origins.map((origin): Loss => ({ origin, code: effect.code, detail: effect.detail })),
    );
    losses.push(...(said.length > 0 ? said : [notApplied(choice, workspaceId)]));
  }
  return { wanted, losses };
}

/** Gives tables the Basic plan that were chosen for it. It takes effect where a deployment makes the table. */
export function applyPlans(
  tables: readonly CustomTable[],
  choices: readonly LeverChoice[],
  workspaceId: string,
): { readonly tables: readonly CustomTable[]; readonly losses: readonly Loss[] } {
  const plans = combined(choices).filter((one): one is BasicPlan => one.kind === 'basicPlan');
  const isChosen = ({ name }: CustomTable) => plans.some(({ table }) => isTable(name, table));
  return {
    tables: tables.map((table) => (isChosen(table) ? { ...table, plan: 'Basic' } : table)),
    losses: plans.map((choice): Loss => {
      const found = tables.find(({ name }) => isTable(name, choice.table));
      if (found === undefined) return notApplied(choice, workspaceId);
      const origin = { sourceId: workspaceId, kind: 'lever', item: found.name };
      return { origin, code: 'planChangedByLever', detail: leverText(choice) };
    }),
  };
}

function notApplied(choice: LeverChoice, workspaceId: string): Loss {
  return {
    origin: { sourceId: workspaceId, kind: 'lever', item: leverText(choice) },
    code: 'leverNotApplied',
    detail: 'no rule of this set collects it',
  };
}

function effectOf(one: Wanted, choice: Exclude<LeverChoice, BasicPlan>): Effect | undefined {
  switch (choice.kind) {
    case 'dropEvents':
      return droppedEvents(one, choice);
    case 'dropColumns':
      return droppedColumns(one, choice);
    case 'samplingInterval':
      return longerInterval(one, choice);
  }
}

function droppedEvents(one: Wanted, choice: DropEvents): Effect | undefined {
  const { table, log, eventIds } = choice;
  const { collected } = one;
  if (collected.what !== 'event' || !isTable(tableFilled(collected), table)) return undefined;
  if (logOf(collected.xPath).toLowerCase() !== log.trim().toLowerCase()) return undefined;
  const left = withoutEvents(collected.xPath, eventIds);
  switch (left.is) {
    case 'untouched':
      return undefined;
    case 'refused':
      return refused(one, choice, left.why);
    case 'empty':
      return { wanted: null, code: 'droppedByLever', detail: eventText(choice, left.dropped) };
    case 'narrowed':
      return {
        wanted: { ...one, collected: { ...collected, xPath: left.xPath } },
        code: 'narrowedByLever',
        detail: eventText(choice, left.dropped),
      };
  }
}

function eventText({ log }: DropEvents, dropped: readonly number[]): string {
  return `events ${dropped.join(', ')} of log ${log}`;
}

function droppedColumns(one: Wanted, choice: DropColumns): Effect | undefined {
  const { table, columns } = choice;
  const { collected } = one;
  if (collected.what === 'extension' || !isTable(tableFilled(collected), table)) return undefined;
  if (!isTransformable(table)) return refused(one, choice, `${table} takes no transformation`);
  const key = columns.find((column) => isKeyColumn(table, column));
  if (key !== undefined) return refused(one, choice, `rows of ${table} need ${key}`);
  const known =
    collected.what === 'logFile'
      ? (collected.columns ?? TEXT_LOG_COLUMNS).map(({ name }) => name)
      : undefined;
  const missing = columns.find((column) => known !== undefined && !known.includes(column));
  if (missing !== undefined) return refused(one, choice, `${table} has no column ${missing}`);
  if (collected.what === 'logFile' && !hasContent(collected.columns, columns))
    return refused(one, choice, `nothing of the log would be left in ${table}`);
  const transformKql = projectAway(collected.transformKql, columns);
  if (transformKql.length > LIMITS.transformCharacters)
    return refused(one, choice, `a transformation has ${LIMITS.transformCharacters} characters at most`);
  return {
    wanted: { ...one, collected: { ...collected, transformKql } },
    code: 'narrowedByLever',
    detail: `columns ${columns.join(', ')} of ${table}`,
  };
}

/** Whether rows of a text log still say something: more than when and where they were read. */
function hasContent(schema: readonly { readonly name: string }[] | undefined, dropped: readonly string[]) {
  const names = (schema ?? TEXT_LOG_COLUMNS).map(({ name }) => name);
  return names.some((name) => !PLACE.has(name) && !dropped.includes(name));
}

function longerInterval(one: Wanted, { seconds }: SamplingInterval): Effect | undefined {
  const { collected } = one;
  if (collected.what !== 'counter' || !isTable(tableFilled(collected), 'Perf')) return undefined;
  if (collected.intervalSeconds >= seconds) return undefined;
  return {
    wanted: {
      ...one,
      collected: {
        ...collected,
        intervalSeconds: seconds,
        askedSeconds: collected.askedSeconds ?? [collected.intervalSeconds],
      },
    },
    code: 'narrowedByLever',
    detail: `${collected.specifier} was read every ${collected.intervalSeconds} seconds`,
  };
}

function refused(one: Wanted, choice: LeverChoice, why: string): Effect {
  return { wanted: one, code: 'leverNotApplied', detail: `${leverText(choice)}: ${why}` };
}
