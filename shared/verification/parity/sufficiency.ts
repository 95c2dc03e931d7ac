import type { VerdictResult } from '../../model/verdict.ts';
import { type Flow, flowOf, judgeSufficiency, type Peers, peerGroup } from '../statistics/peers.ts';
import { DAY_MS, HOUR_MS, type HourCount } from '../statistics/series.ts';
import type { Heard } from './heard.ts';
import type { Placed } from './sets.ts';
import type { TableHours } from './table-hours.ts';
import { hourCounts } from './units.ts';

/** Rows of this long are looked at. */
export const SUFFICIENCY_MS = DAY_MS;
/** Hours within which the newest row of a table counts as fresh. */
const FRESH_HOURS = 3;

export interface SufficiencyInput {
  readonly table: TableHours;
  readonly heard: ReadonlyMap<string, Heard>;
  readonly completeUntil: number;
  /** Whether a machine without the role for it writes nothing. */
  readonly dependsOnRole: boolean;
}

/**
 * Without a baseline: rows are there, they are fresh, and they are not far below those of machines with the same
 * system and rules, the `peers`. Where there are too few of those, being there and fresh has to do: nothing comes
 * through the legacy agent that its removal could take away.
 */
export function sufficiencyOf(input: SufficiencyInput) {
  const { table, heard, completeUntil } = input;
  const since = Math.max(table.hours.since, table.hours.until - SUFFICIENCY_MS);
  const hoursOf = ({ id, currentSince }: Placed) =>
    hourCounts(table.hours, table.machines.get(id), heard.get(id)?.up ?? [], completeUntil).filter(
      ({ start }) => start >= since && start >= currentSince - HOUR_MS,
    );
  const groups = new Map<readonly Placed[], AlikeFlows>();
  return (machine: Placed, alike: readonly Placed[]): Judged => {
    const group = groups.get(alike) ?? alikeFlows(alike, (one) => flowOf(hoursOf(one)));
    groups.set(alike, group);
    return judge(input, hoursOf(machine), group.but(group.flows.get(machine.id)));
  };
}

interface AlikeFlows {
  readonly flows: ReadonlyMap<string, Flow>;
  readonly but: (left?: Flow) => Peers;
}

function alikeFlows(machines: readonly Placed[], flow: (machine: Placed) => Flow): AlikeFlows {
  const flows = new Map(machines.map((one) => [one.id, flow(one)]));
  return { flows, but: peerGroup([...flows.values()]) };
}

interface Judged {
  readonly result: VerdictResult;
  readonly sentence: string;
}

function judge({ table, dependsOnRole }: SufficiencyInput, own: readonly HourCount[], peers: Peers): Judged {
  const rows = own.reduce((sum, hour) => sum + hour.rows, 0);
  const last = own.findLast((hour) => hour.rows > 0);
  const age = last === undefined ? 0 : Math.round((table.hours.until - HOUR_MS - last.start) / HOUR_MS);
  const { result, reason, rate, peerRate } = judgeSufficiency(flowOf(own), peers, {
    fresh: age < FRESH_HOURS,
  });
  const { count, withRows: writing } = peers;
  switch (reason) {
    case 'noRows':
      if (dependsOnRole && writing > 0 && writing * 2 < count)
        return {
          result: 'pass',
          sentence: `No rows, as on ${count - writing} of ${count} machines with the same rules: it has no such source.`,
        };
      return {
        result,
        sentence:
          result === 'fail'
            ? `No rows, though all ${writing} machines with the same rules write them.`
            : 'No rows yet, and nothing of the legacy agent to compare with.',
      };
    case 'tooShort':
      return { result, sentence: `${rows} rows so far; too few hours to judge them.` };
    case 'stale':
      return { result, sentence: `The newest rows are ${age} hours old.` };
    case 'tooFewPeers':
      return {
        result: 'pass',
        sentence: `${rows} rows, fresh; nothing of the legacy agent and too few machines alike to compare with.`,
      };
    case 'unusual':
      return {
        result,
        sentence: `${Math.round(rate)} rows an hour; machines with the same rules write about ${Math.round(peerRate)}.`,
      };
    default:
      return {
        result,
        sentence: `${rows} rows, fresh and like those of ${writing} others; nothing of the legacy agent to compare with.`,
      };
  }
}
