import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedMachine } from '../../../shared/model/plan.ts';
import { cutCohorts } from '../../../shared/waves/cohorts.ts';
import { anAssignment, aPlannedMachine, SUB } from '../../support/builders.ts';

const kindOf = (m: PlannedMachine) =>
  [m.kind, m.os, m.cell, m.proxyProfile, ...m.rules.map(({ workspaceId }) => workspaceId)].join('|');

const anyCohorts = fc.record({
  pilotSize: fc.integer({ min: 0, max: 8 }),
  firstSize: fc.integer({ min: 1, max: 10 }),
  growth: fc.double({ min: 1, max: 4, noNaN: true }),
  maxSize: fc.integer({ min: 10, max: 20 }),
});

const anyFleet = fc
  .array(
    fc.record({
      kind: fc.constantFrom('azureVm' as const, 'arcServer' as const),
      os: fc.constantFrom('windows' as const, 'linux' as const),
      cell: fc.constantFrom(`${SUB}.westeurope`, `${SUB}.northeurope`),
      proxyProfile: fc.constantFrom(null, 'hq'),
      workspace: fc.constantFrom('/ws-1', '/ws-2'),
    }),
    { maxLength: 80 },
  )
  .map((specs) =>
    specs.map(({ workspace, ...spec }, i) =>
      aPlannedMachine(`m${i}`, { ...spec, rules: [anAssignment({ workspaceId: workspace })] }),
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

      const waves = cutCohorts(fleet, { pilotSize, firstSize, growth, maxSize });

      expect(waves.map((wave) => wave.length)).toEqual(sizes);
    },
  );

  it('puts every machine into exactly one wave', () => {
    fc.assert(
      fc.property(anyFleet, anyCohorts, (fleet, cohorts) => {
        const ids = cutCohorts(fleet, cohorts)
          .flat()
          .map(({ id }) => id);

        expect(ids.toSorted()).toEqual(fleet.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('makes no empty wave and none over its cap', () => {
    fc.assert(
      fc.property(anyFleet, anyCohorts, (fleet, cohorts) => {
        const sizes = cutCohorts(fleet, cohorts).map((wave) => wave.length);

        for (const size of sizes) expect(size).toBeGreaterThan(0);
        for (const size of sizes) expect(size).toBeLessThanOrEqual(cohorts.maxSize);
        if (cohorts.pilotSize > 0 && sizes.length > 0)
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
        const pilot = cohorts.pilotSize === 0 ? [] : (cutCohorts(fleet, cohorts)[0] ?? []);
        const kinds = new Set(fleet.map(kindOf)).size;

        expect(new Set(pilot.map(kindOf)).size).toBe(Math.min(pilot.length, kinds));
      }),
    );
  });
});
