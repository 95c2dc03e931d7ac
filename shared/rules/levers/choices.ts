import { contentHash } from '../../model/ids.ts';
import { sortedBy, sortedSet } from '../convert/order.ts';

/** Drops events of a Windows event log before they are sent. */
export interface DropEvents {
  readonly kind: 'dropEvents';
  readonly table: 'SecurityEvent' | 'Event';
  /** Name of the event log, such as `Security`. Windows compares it without case. */
  readonly log: string;
  readonly eventIds: readonly number[];
}

/** Empties columns of a table by a transformation. */
export interface DropColumns {
  readonly kind: 'dropColumns';
  readonly table: string;
  readonly columns: readonly string[];
}

/** Reads counters of the table Perf no more often than this. */
export interface SamplingInterval {
  readonly kind: 'samplingInterval';
  readonly seconds: number;
}

/** Makes a new custom table one of the Basic plan. */
export interface BasicPlan {
  readonly kind: 'basicPlan';
  readonly table: string;
}

/** A cost lever somebody chose, by what it does; nothing is ever chosen by the app. */
export type LeverChoice = DropEvents | DropColumns | SamplingInterval | BasicPlan;

/** Digest of what a choice does: the same in every run, whatever order its lists are in. */
export function leverId(choice: LeverChoice): string {
  return `lever-${contentHash(canonical(choice), 12)}`;
}

/** What a choice does, in one line. */
export function leverText(choice: LeverChoice): string {
  switch (choice.kind) {
    case 'dropEvents':
      return `drop events ${numbers(choice.eventIds).join(', ')} of log ${choice.log} from ${choice.table}`;
    case 'dropColumns':
      return `drop columns ${sortedSet(choice.columns).join(', ')} of ${choice.table}`;
    case 'samplingInterval':
      return `read no counter more often than every ${choice.seconds} seconds`;
    case 'basicPlan':
      return `make ${choice.table} a table of the Basic plan`;
  }
}

/** Choices in an order of their own, those about the same thing as one: order and repeats change nothing. */
export function combined(choices: readonly LeverChoice[]): readonly LeverChoice[] {
  const byTarget = new Map<string, LeverChoice>();
  for (const choice of sortedBy(choices, (one) => JSON.stringify(canonical(one)))) {
    const target = targetOf(choice);
    const known = byTarget.get(target);
    byTarget.set(target, canonical(known === undefined ? choice : together(known, choice)));
  }
  return sortedBy(byTarget.values(), (one) => JSON.stringify(one));
}

function targetOf(choice: LeverChoice): string {
  switch (choice.kind) {
    case 'dropEvents':
      return `${choice.kind} ${choice.table} ${choice.log.toLowerCase()}`;
    case 'samplingInterval':
      return choice.kind;
    default:
      return `${choice.kind} ${choice.table.toLowerCase()}`;
  }
}

function together(a: LeverChoice, b: LeverChoice): LeverChoice {
  if (a.kind === 'dropEvents' && b.kind === 'dropEvents')
    return { ...a, eventIds: [...a.eventIds, ...b.eventIds] };
  if (a.kind === 'dropColumns' && b.kind === 'dropColumns')
    return { ...a, columns: [...a.columns, ...b.columns] };
  if (a.kind === 'samplingInterval' && b.kind === 'samplingInterval')
    return { ...a, seconds: Math.max(a.seconds, b.seconds) };
  return a;
}

function canonical(choice: LeverChoice): LeverChoice {
  if (choice.kind === 'dropEvents') {
    const { kind, table, log, eventIds } = choice;
    return { kind, table, log, eventIds: numbers(eventIds) };
  }
  if (choice.kind !== 'dropColumns') return choice;
  const { kind, table, columns } = choice;
  return { kind, table, columns: sortedSet(columns) };
}

function numbers(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
