import { type DropEvents, leverId } from './choices.ts';
import type { EventQuery } from './filled.ts';
import { guardOf } from './guarded.ts';
import type { Lever, LeverOptions, Usage } from './model.ts';
import { isAlerting, type ReaderIndex, readersOfEvent } from './readers.ts';
import { gbPerDay, moneyFor, shareOf } from './volumes.ts';
import { logOf, withoutEvents } from './x-path.ts';

interface Proposed {
  readonly levers: readonly Lever[];
  readonly notes: readonly string[];
}

const TABLES = ['SecurityEvent', 'Event'] as const;

/** A lever for each event id that is noisy enough and that a query of the rule set can leave out. Pure. */
export function proposeEvents(
  queries: readonly EventQuery[],
  usage: Usage,
  readers: ReaderIndex,
  options: LeverOptions,
): Proposed {
  const all = TABLES.flatMap((table) =>
    noisiest(table, usage, options).map((noise) =>
      leverFor(table, noise, queries, { usage, readers, options }),
    ),
  );
  return {
    levers: all.filter((one) => typeof one === 'object'),
    notes: all.filter((one) => typeof one === 'string'),
  };
}

interface Noise {
  readonly log: string;
  readonly eventId: number;
  readonly rows: number;
  readonly bytes: number;
  readonly share: number;
}

/** Event ids over both thresholds; the levels of an event are one. */
function noisiest(table: string, usage: Usage, { minShare, minGbPerDay }: LeverOptions): readonly Noise[] {
  const { found = [] } = usage.keys[table] ?? {};
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const byEvent = new Map<string, { log: string; eventId: number; rows: number; bytes: number }>();
  for (const { key, rows, bytes } of found) {
    const [log = '', id = ''] = key ?? [];
    if (!/^\d+$/.test(id)) continue;
    const event = `${log.toLowerCase()}\n${id}`;
    const known = byEvent.get(event) ?? { log, eventId: Number(id), rows: 0, bytes: 0 };
    byEvent.set(event, { ...known, rows: known.rows + rows, bytes: known.bytes + bytes });
  }
  return [...byEvent.values()]
    .map((one) => ({ ...one, share: shareOf(one.bytes, total) }))
    .filter(({ bytes, share }) => share >= minShare && gbPerDay(bytes, usage) >= minGbPerDay);
}

/** A text instead of a lever says why there is none; undefined where the rule set does not collect the event. */
function leverFor(
  table: DropEvents['table'],
  { log, eventId, rows, bytes, share }: Noise,
  queries: readonly EventQuery[],
  given: { readonly usage: Usage; readonly readers: ReaderIndex; readonly options: LeverOptions },
): Lever | string | undefined {
  const { usage, readers, options } = given;
  const choice: DropEvents = { kind: 'dropEvents', table, log, eventIds: [eventId] };
  const own = queries.filter(
    (one) => one.table === table && logOf(one.xPath).toLowerCase() === log.toLowerCase(),
  );
  const all = own.map((query) => ({ query, left: withoutEvents(query.xPath, [eventId]) }));
  const changed = all.filter(({ left }) => left.is === 'narrowed' || left.is === 'empty');
  const refused = all.flatMap(({ left }) => (left.is === 'refused' ? [left.why] : []));
  if (refused.length > 0) return `Event ${eventId} of log ${log} cannot be left out: ${refused.join('; ')}.`;
  if (changed.length === 0) return undefined;
  const { readersUnknown, ...who } = readersOfEvent(readers, table, eventId);
  const guard = guardOf(log, eventId, options.guardedEventIds);
  const detected = who.readers.some((one) => one.how === 'names' && isAlerting(one));
  const gb = gbPerDay(bytes, usage);
  return {
    id: leverId(choice),
    ...{ kind: choice.kind, choice, table },
    rules: [...new Set(changed.map(({ query }) => query.rule))],
    before: changed.map(({ query }) => query.xPath).join('\n'),
    after: changed.map(({ left }) => (left.is === 'narrowed' ? left.xPath : '(no query)')).join('\n'),
    ...{ gbPerDay: gb, share, ...moneyFor(gb, options.pricePerGb) },
    lost: `Events ${eventId} of log ${log} are not sent any more: nobody can search them or be alerted by them.`,
    ...{ ...who, readersUnknown, guarded: guard !== undefined || detected },
    notes: [
      ...(guard === undefined ? [] : [`Security content commonly reads this event: ${guard}.`]),
      ...(detected ? ['Detections of this workspace name this event: see the readers.'] : []),
      ...(readersUnknown
        ? ['Not every query of the workspace could be read: there may be more readers.']
        : []),
    ],
    evidence: { query: usage.keys[table]?.query ?? '', window: usage.window, rows, bytes },
  };
}
