import { share } from '../../rehearsal/estate/random.ts';

/** Decides by seed, what is asked about, and how often that was asked: the order among other things does not matter. */
export interface Dice {
  /** In [0, 1). */
  roll(...about: readonly string[]): number;
}

export function createDice(seed: number): Dice {
  const asked = new Map<string, number>();
  return {
    roll(...about) {
      const key = about.join('|');
      const n = asked.get(key) ?? 0;
      asked.set(key, n + 1);
      return share(seed, 'chaos', key, n);
    },
  };
}
