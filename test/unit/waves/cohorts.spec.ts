import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedMachine } from '../../../shared/model/plan.ts';
import type { Cohorts } from '../../../shared/model/plan-request.ts';
import { cutCohorts } from '../../../shared/waves/cohorts.ts';
import { anAssignment, aPlannedMachine, SUB } from '../../support/builders.ts';

const kindOf = (m: PlannedMachine) =>
  [m.kind, m.os, m.region, m.proxyProfile, ...m.rules.map(({ workspaceId }) => workspaceId).sort()].join('|');

/** Waves and pilot, or a failing test. */
function cut(fleet: readonly PlannedMachine[], cohorts: Cohorts) {
  const result = cutCohorts(fleet, cohorts);
  if (!result.ok) throw new Error(`the pilot needs ${result.combinations}`);
  return result;
}
const wavesOf = (fleet: readonly PlannedMachine[], cohorts: Cohorts) => cut(fleet, cohorts).waves;

const anySizes = {
  firstSize: fc.integer({ min: 1, max: 10 }),
  growth: fc.double({ min: 1, max: 4, noNaN: true }),
};
const withFixedSizes = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 4 });
const anyCohorts: fc.Arbitrary<Cohorts> = fc.oneof(
  fc.record({
    pilotSize: fc.integer({ min: 0, max: 8 }),
    ...anySizes,
    maxSize: fc.integer({ min: 10, max: 20 }),
  }),
  fc.record({ pilotSize: fc.constant('everyCombination' as const), ...anySizes, maxSize: fc.constant(64) }),
  fc.record({
    pilotSize: fc.integer({ min: 0, max: 8 }),
    ...anySizes,
    sizes: withFixedSizes,
    maxSize: fc.constant(10),
  }),
);

const anyFleet = fc
  .array(
    fc.record({
      kind: fc.constantFrom('azureVm' as const, 'arcServer' as const),
      os: fc.constantFrom('windows' as const, 'linux' as const),
      region: fc.constantFrom('westeurope', 'northeurope'),
      proxyProfile: fc.constantFrom(null, 'hq'),
      workspaces: fc.constantFrom(['/ws-1'], ['/ws-2'], ['/ws-1', '/ws-2'], ['/ws-2', '/ws-1']),
    }),
    { maxLength: 80 },
  )
  .map((specs) =>
    specs.map(({ workspaces, ...spec }, i) =>
      aPlannedMachine(`m${i}`, {
        ...spec,
        cell: `${SUB}.${spec.region}`,
        rules: workspaces.map((workspaceId) => anAssignment({ workspaceId })),
      }),
    ),
  );

describe('cutCohorts', () => {
  it.each([
    [0, 5, 5, 2, 100, []],
    [3, 5, 5, 2, 100, [3]],
    [5, 5, 5, 2, 100, [5]],
    [100, 5, 10, 2, 30, [5, 10, 20, 30, 30, 5]],
    [100, 0, 10, 3, 1000, [10, 30, 60]],
    [20, 2, 5, 1, 5, [2, 5, 5, 5, 3]],
    [10, 0, 1, 1.5, 100, [1, 2, 3, 4]],
  ])(
    '%i machines, pilot %i, first %i, growth %d, cap %i',
    (count, pilotSize, firstSize, growth, maxSize, sizes) => {
      const fleet = Array.from({ length: count }, (_, i) => aPlannedMachine(`m${i}`));

      const waves = wavesOf(fleet, { pilotSize, firstSize, growth, maxSize });

      expect(waves.map((wave) => wave.length)).toEqual(sizes);
    },
  );

  it('puts every machine into exactly one wave', () => {
    fc.assert(
      fc.property(anyFleet, anyCohorts, (fleet, cohorts) => {
        const ids = wavesOf(fleet, cohorts)
          .flat()
          .map(({ id }) => id);

        expect(ids.toSorted()).toEqual(fleet.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('makes no empty wave and none over its cap', () => {
    fc.assert(
      fc.property(anyFleet, anyCohorts, (fleet, cohorts) => {
        const sizes = wavesOf(fleet, cohorts).map((wave) => wave.length);

        for (const size of sizes) expect(size).toBeGreaterThan(0);
        for (const size of sizes) expect(size).toBeLessThanOrEqual(cohorts.maxSize);
        if (typeof cohorts.pilotSize === 'number' && cohorts.pilotSize > 0 && sizes.length > 0)
          expect(sizes[0]).toBeLessThanOrEqual(cohorts.pilotSize);
      }),
    );
  });

  it('gives the same waves however the machines are ordered', () => {
    fc.assert(
      fc.property(
        anyFleet.chain((fleet) =>
          fc.tuple(fc.constant(fleet), fc.shuffledSubarray(fleet, { minLength: fleet.length })),
        ),
        anyCohorts,
        ([fleet, shuffled], cohorts) => {
          expect(cutCohorts(shuffled, cohorts)).toEqual(cutCohorts(fleet, cohorts));
        },
      ),
    );
  });

  it('the pilot takes one of every kind before a second of any', () => {
    fc.assert(
      fc.property(anyFleet, anyCohorts, (fleet, cohorts) => {
        const pilot = cohorts.pilotSize === 0 ? [] : (wavesOf(fleet, cohorts)[0] ?? []);
        const kinds = new Set(fleet.map(kindOf)).size;

        expect(new Set(pilot.map(kindOf)).size).toBe(Math.min(pilot.length, kinds));
      }),
    );
  });

  it('by default the pilot has one of every combination and no second of any', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        const cohorts = { pilotSize: 'everyCombination', firstSize: 5, growth: 2, maxSize: 64 } as const;
        const { waves, pilot } = cut(fleet, cohorts);
        const combinations = [...new Set(fleet.map(kindOf))].sort();

        expect((waves[0] ?? []).map(kindOf).sort()).toEqual(combinations);
        expect(pilot).toEqual(
          fleet.length === 0
            ? null
            : {
                machines: combinations.length,
                combinations: combinations.length,
                uncoveredCount: 0,
                uncovered: [],
              },
        );
      }),
    );
  });

  it('a pilot of a given size says which combinations it leaves out, the most frequent first', () => {
    fc.assert(
      fc.property(anyFleet, fc.integer({ min: 1, max: 8 }), (fleet, pilotSize) => {
        const { waves, pilot } = cut(fleet, { pilotSize, firstSize: 5, growth: 2, maxSize: 64 });
        const covered = new Set((waves[0] ?? []).map(kindOf));
        const left = fleet.filter((machine) => !covered.has(kindOf(machine)));
        const counts = pilot?.uncovered.map(({ machines }) => machines) ?? [];

        expect(pilot?.uncoveredCount ?? 0).toBe(new Set(left.map(kindOf)).size);
        expect(counts.reduce((n, count) => n + count, 0)).toBe(left.length);
        expect(counts).toEqual(counts.toSorted((a, b) => b - a));
      }),
    );
  });

  it('refuses a pilot of every combination that is larger than the cap', () => {
    const fleet = ['a', 'b', 'c'].map((region) => aPlannedMachine(region, { region }));

    expect(cutCohorts(fleet, { pilotSize: 'everyCombination', firstSize: 1, growth: 1, maxSize: 2 })).toEqual(
      {
        ok: false,
        combinations: 3,
      },
    );
  });

  it.each([
    [20, 2, [3, 5], [2, 3, 5, 5, 5]],
    [4, 0, [10], [4]],
    [6, 0, [1, 2, 3], [1, 2, 3]],
  ])('%i machines, pilot %i, fixed sizes %j', (count, pilotSize, sizes, expected) => {
    const fleet = Array.from({ length: count }, (_, i) => aPlannedMachine(`m${i}`));
    const cohorts = { pilotSize, sizes, firstSize: 25, growth: 2, maxSize: 10 };

    expect(wavesOf(fleet, cohorts).map((wave) => wave.length)).toEqual(expected);
  });

  it('two subscriptions of one region are one combination', () => {
    const fleet = ['one', 'two'].map((cell) => aPlannedMachine(cell, { cell: `${cell}.westeurope` }));

    expect(
      cut(fleet, { pilotSize: 'everyCombination', firstSize: 5, growth: 2, maxSize: 5 }).pilot,
    ).toMatchObject({ machines: 1, combinations: 1 });
  });

  describe('with scale sets', () => {
    const set = (name: string, instances: number) => aPlannedMachine(name, { kind: 'scaleSet', instances });
    const weight = (wave: readonly PlannedMachine[]) =>
      wave.reduce((sum, { instances }) => sum + Math.max(1, instances ?? 1), 0);

    it('counts every instance, so that no wave and no pilot is larger than the cap', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 40 }),
          fc.integer({ min: 0, max: 10 }),
          fc.integer({ min: 1, max: 10 }),
          (counts, pilotSize, firstSize) => {
            const fleet = counts.map((instances, i) =>
              instances === 0 ? aPlannedMachine(`m${i}`) : set(`s${i}`, instances),
            );
            const { waves } = cut(fleet, { pilotSize, firstSize, growth: 1, maxSize: 10 });
            expect(waves.flat().length).toBe(fleet.length);
            expect(new Set(waves.flat()).size).toBe(fleet.length);
            for (const [i, wave] of waves.entries()) {
              const size = pilotSize > 0 && i === 0 ? pilotSize : firstSize;
              // Only a set that fits into no wave of that size has one alone.
              expect(weight(wave) <= size || wave.length === 1).toBe(true);
              expect(weight(wave)).toBeLessThanOrEqual(10);
            }
          },
        ),
      );
    });

    it('refuses a pilot of every combination whose instances are more than the cap', () => {
      const fleet = [aPlannedMachine('m'), set('s', 9)];
      const cohorts = { pilotSize: 'everyCombination', firstSize: 1, growth: 1 } as const;
      expect(cutCohorts(fleet, { ...cohorts, maxSize: 9 })).toEqual({ ok: false, combinations: 10 });
      expect(cutCohorts(fleet, { ...cohorts, maxSize: 10 })).toMatchObject({
        ok: true,
        pilot: { machines: 2, combinations: 2, uncoveredCount: 0 },
      });
    });
  });
});
