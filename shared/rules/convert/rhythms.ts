import type { OsType } from '../../model/agents.ts';
import type { Wanted } from './model.ts';
import { groupSorted } from './order.ts';

/** A counter that is read in another rhythm than before. */
export interface CounterRhythm {
  readonly os: OsType;
  /** `object\counter` without its instance, in lower case. */
  readonly counter: string;
  /** Rows there will be for each there was; null: its instances differ in it. */
  readonly share: number | null;
}

/**
 * Counters whose rule reads them more or less often than the workspace's settings did. That the legacy agent wrote
 * the rows of each setting that asks for a counter, and not of the shortest interval alone, is not verified. Pure.
 */
export function counterRhythms(all: readonly Wanted[]): readonly CounterRhythm[] {
  const shares = all.flatMap(({ collected }) => {
    if (collected.what !== 'counter' || collected.stream !== 'Microsoft-Perf') return [];
    const { os, specifier, intervalSeconds, askedSeconds = [intervalSeconds] } = collected;
    const before = askedSeconds.reduce((rate, seconds) => rate + 1 / seconds, 0);
    return [{ os, counter: counterOf(specifier), share: 1 / intervalSeconds / before }];
  });
  return groupSorted(shares, ({ os, counter }) => `${os} ${counter}`).flatMap(([, group]) => {
    const [first] = group;
    if (first === undefined || group.every(({ share }) => share === 1)) return [];
    const isSame = group.every(({ share }) => Math.abs(share - first.share) < 1e-9);
    return [{ os: first.os, counter: first.counter, share: isSame ? first.share : null }];
  });
}

/** `\Object(Instance)\Counter`, or the same without its first backslash, as `object\counter`. */
export function counterOf(specifier: string): string {
  const plain = specifier.trim().replace(/^\\/, '');
  const cut = plain.lastIndexOf('\\');
  const object = plain.slice(0, Math.max(0, cut)).replace(/\([^()]*\)$/, '');
  return `${object.trim()}\\${plain.slice(cut + 1).trim()}`.toLowerCase();
}
