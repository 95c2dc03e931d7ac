import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countCdf,
  countSurvival,
  fSurvival,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from '../../../../shared/verification/statistics/distributions.ts';
import { logGamma, regularizedBeta } from '../../../../shared/verification/statistics/special.ts';
import { digamma, trigamma } from '../../../../shared/verification/statistics/squeeze.ts';

// Reference values: mpmath 1.3 with 30 digits; the t and F values agree with the tables of the
// NIST/SEMATECH e-Handbook, 1.3.6.7 (t of 0.95 and 10: 1.812; F of 0.05, 5 and 7: 3.972).

describe('special functions', () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247001],
    [3, Math.LN2],
    [10.5, 13.94062521940376],
    [12345.6, 103959.1850661685],
  ])('logGamma(%s)', (x, value) => {
    expect(logGamma(x) / value).toBeCloseTo(1, 12);
  });

  it.each([
    [0.3, 2.5, 7, 0.641222462971721],
    [0.9995, 10_000, 1, 0.00672952702214296],
    [0, 2, 3, 0],
    [1, 2, 3, 1],
  ])('regularizedBeta(%s, %s, %s)', (x, a, b, value) => {
    expect(regularizedBeta(x, a, b)).toBeCloseTo(value, 11);
  });

  it.each([
    [0.5, -1.9635100260214, 4.9348022005447],
    [6, 1.7061176684318, 0.18132295573712],
    [18, 2.8623368577392, 0.057127325790783],
  ])('digamma and trigamma of %s', (x, first, second) => {
    expect(digamma(x)).toBeCloseTo(first, 9);
    expect(trigamma(x)).toBeCloseTo(second, 8);
  });
});

describe('distributions', () => {
  it.each([
    [2, 5, 0.949030260585071],
    [-5.5, 12, 6.81280745887744e-5],
    [0.7, 1, 0.694400112214215],
  ])('studentCdf(%s, %s)', (t, df, value) => {
    expect(studentCdf(t, df) / value).toBeCloseTo(1, 11);
  });

  it.each([
    [0.95, 10, 1.812461122812],
    [0.99, 12, 2.680997993121],
    [0.9925, 36, 2.554730865086],
    [0.995, 13, 3.012275838717],
    [0.999, 3, 10.21453185241],
    [0.99995, 12, 5.694465793271],
    [0.9999, 1, 3183.098757118],
    [0.05, 10, -1.812461122812],
    [0.5, 4, 0],
  ])('studentQuantile(%s, %s)', (p, df, value) => {
    expect(studentQuantile(p, df)).toBeCloseTo(value, 7);
  });

  it('fSurvival', () => {
    expect(fSurvival(3.97, 5, 7)).toBeCloseTo(0.05004428486415, 11);
    expect(fSurvival(1.5, 5, 7)).toBeCloseTo(0.3014864545529, 11);
  });

  it.each([
    [0.8, 0.8416],
    [0.95, 1.6449],
    [0.99, 2.3263],
    [0.01, -2.3263],
  ])('normalQuantile(%s) to the published error', (p, value) => {
    expect(Math.abs(normalQuantile(p) - value)).toBeLessThan(5e-4);
  });

  it.each([
    [0, 5, 0.5, 0.0816326530612245],
    [3, 12, 0.2, 0.0535125580493933],
    [10, 8, 1, 0.726270090971166],
  ])('countCdf(%s, %s, %s)', (n, mean, dispersion, value) => {
    expect(countCdf(n, mean, dispersion)).toBeCloseTo(value, 11);
    expect(countSurvival(n + 1, mean, dispersion)).toBeCloseTo(1 - value, 11);
  });

  it('counts of nothing expected', () => {
    expect(countCdf(0, 0, 0.2)).toBe(1);
    expect(countSurvival(0, 0, 0.2)).toBe(1);
    expect(countSurvival(1, 0, 0.2)).toBe(0);
  });

  it('quantile and distribution undo each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (p, df) => {
          expect(studentCdf(studentQuantile(p, df), df)).toBeCloseTo(p, 9);
        },
      ),
    );
  });
});
