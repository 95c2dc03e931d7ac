import { contentHash } from '../../model/ids.ts';
import { mergeFacilities } from './merge-syslog.ts';
import type { Collected, Wanted } from './model.ts';
import { compareText, groupSorted, sortedOrigins, sortedSet } from './order.ts';

export interface Merged {
  readonly wanted: readonly Wanted[];
  readonly notes: readonly string[];
}

/**
 * Two wanted things of the same key are one and the same collection: both in one rule set would bring every
 * row twice. Counter names are case-insensitive, and a Linux one may carry a backslash or not (facts file 3.6).
 */
export function collectedKey(collected: Collected): string {
  const { what, os } = collected;
  switch (what) {
    case 'counter':
      return `${os} ${what} ${collected.stream} ${counterKey(collected.specifier)}`;
    case 'event':
      return `${os} ${what} ${collected.stream} ${collected.xPath.trim()}`;
    case 'syslog':
      return `${os} ${what} ${collected.stream} ${collected.facility}`;
    case 'logFile': {
      const { filePatterns: _, ...rest } = collected;
      return `${os} ${what} ${collected.table} ${contentHash(rest)}`;
    }
    case 'iisLog':
    case 'firewallLog':
      return `${os} ${what} ${collected.stream}`;
    case 'extension':
      return `${os} ${what} ${collected.extensionName.toLowerCase()} ${contentHash(collected.settings)}`;
  }
}

export function counterKey(specifier: string): string {
  return specifier.trim().replace(/^\\/, '').toLowerCase();
}

/** Each thing once, in an order that does not depend on the order of the input. */
export function mergeWanted(all: readonly Wanted[]): Merged {
  const notes: string[] = [];
  const merged = groupSorted(all, ({ collected }) => collectedKey(collected)).map(([, group]): Wanted => {
    const origins = sortedOrigins(group.flatMap((wanted) => wanted.origins));
    return { collected: mergeGroup(group, notes), origins };
  });
  return { wanted: mergeFacilities(merged), notes };
}

function mergeGroup(group: readonly Wanted[], notes: string[]): Collected {
  const same = [...group].map(({ collected }) => collected).sort(compareCollected);
  const first = same[0] as Collected;
  switch (first.what) {
    case 'counter': {
      const intervals = [
        ...new Set(same.map((one) => (one.what === 'counter' ? one.intervalSeconds : 0))),
      ].sort((a, b) => a - b);
      const [shortest = first.intervalSeconds, ...longer] = intervals;
      if (longer.length > 0) {
        const asked = intervals.join(' and ');
        notes.push(
          `${first.specifier} is asked for every ${asked} seconds; it is collected every ${shortest}.`,
        );
      }
      const askedSeconds = [...new Set(same.flatMap(askedOf))].sort((a, b) => a - b);
      const { askedSeconds: _, ...counter } = first;
      const asExpected = askedSeconds.length === 1 && askedSeconds[0] === shortest;
      return { ...counter, intervalSeconds: shortest, ...(asExpected ? {} : { askedSeconds }) };
    }
    case 'event':
      return { ...first, xPath: first.xPath.trim() };
    case 'syslog':
      return {
        ...first,
        levels: sortedSet(same.flatMap((one) => (one.what === 'syslog' ? one.levels : []))),
      };
    case 'logFile':
      return {
        ...first,
        filePatterns: sortedSet(same.flatMap((one) => (one.what === 'logFile' ? one.filePatterns : []))),
      };
    case 'extension':
      return {
        ...first,
        streams: sortedSet(same.flatMap((one) => (one.what === 'extension' ? one.streams : []))),
      };
    default:
      return first;
  }
}

function askedOf(one: Collected): readonly number[] {
  return one.what === 'counter' ? (one.askedSeconds ?? [one.intervalSeconds]) : [];
}

function compareCollected(a: Collected, b: Collected): number {
  return compareText(JSON.stringify(a), JSON.stringify(b));
}
