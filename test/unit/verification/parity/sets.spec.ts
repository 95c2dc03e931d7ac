import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OsType } from '../../../../shared/model/agents.ts';
import { judgedSets, placeMachine, setWindows } from '../../../../shared/verification/parity/sets.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T = 1_000 * DAY;
const timing = (id: string, associatedAt = T) => ({
  ...{ id, os: 'windows' as OsType, associatedAt },
  currentSince: associatedAt + HOUR,
});

describe('how a machine is judged', () => {
  it.each([
    ['overlap', 'the legacy agent was heard since the new one writes', T + 2 * HOUR, T],
    ['historical', 'it fell silent before', T - 5 * DAY, T - 5 * DAY],
    ['historical', 'it fell silent while rules were associated', T + HOUR / 2, T],
    ['sufficiency', 'it was last heard too long ago', T - 91 * DAY, T],
    ['sufficiency', 'it was never heard', null, T],
  ] as const)('%s: %s', (mode, _, legacy, baselineUntil) => {
    expect(placeMachine(timing('a'), { legacy, amaSince: T + HOUR }, { oldest: T - 90 * DAY })).toEqual({
      ...timing('a'),
      ...{ mode, baselineUntil },
    });
  });
});

describe('a machine that had rules before the wave', () => {
  it.each([
    ['overlap', T + 2 * HOUR],
    ['historical', T - HOUR],
  ] as const)('%s: is compared with the time before the new agent was first heard', (mode, legacy) => {
    const amaSince = T - 30 * DAY;

    expect(placeMachine(timing('a'), { legacy, amaSince }, { oldest: T - 90 * DAY })).toMatchObject({
      ...{ mode, baselineUntil: amaSince },
    });
  });
});

describe('sets', () => {
  const placed = (id: string, at: number, mode: 'overlap' | 'historical' = 'overlap') => ({
    ...timing(id, at),
    ...{ mode, baselineUntil: at },
  });

  it('keep modes apart, and machines that were moved hours apart', () => {
    const sets = judgedSets([
      placed('late', T + 9 * HOUR),
      placed('b', T + HOUR),
      placed('a', T),
      placed('h', T, 'historical'),
    ]);

    expect(sets.map(({ mode, machines }) => [mode, machines.map(({ id }) => id)])).toEqual([
      ['overlap', ['a', 'b']],
      ['overlap', ['late']],
      ['historical', ['h']],
    ]);
  });

  it('keep systems apart: what one of them writes is no measure of the other', () => {
    const sets = judgedSets([placed('a', T), { ...placed('b', T), os: 'linux' }, placed('c', T)]);

    expect(sets.map(({ os, machines }) => [os, machines.map(({ id }) => id)])).toEqual([
      ['windows', ['a', 'c']],
      ['linux', ['b']],
    ]);
  });

  it('compare what all of their machines have: the baseline ends with the first, the new data begins with the last', () => {
    const [set] = judgedSets([placed('a', T), placed('b', T + HOUR)]);

    expect(set && setWindows(set, 14)).toEqual({
      baselineSince: T - 14 * DAY,
      baselineUntil: T,
      currentSince: T + 2 * HOUR,
    });
  });

  it('hold every machine once, in any order of the input', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 40 }), far: fc.boolean() }), { maxLength: 30 }),
        fc.integer(),
        (machines, seed) => {
          const all = machines.map(({ at, far }, i) =>
            placed(`m${i}`, T + at * HOUR, far ? 'historical' : 'overlap'),
          );
          const shuffled = all.toSorted(
            (a, b) => ((a.id.length * 31 + seed) % 7) - ((b.id.length * 17 + seed) % 5),
          );
          const ids = (sets: ReturnType<typeof judgedSets>) =>
            sets.map(({ mode, machines: members }) => `${mode} ${members.map(({ id }) => id)}`).sort();

          expect(ids(judgedSets(shuffled))).toEqual(ids(judgedSets(all)));
          expect(judgedSets(all).flatMap((set) => set.machines)).toHaveLength(all.length);
        },
      ),
    );
  });
});
