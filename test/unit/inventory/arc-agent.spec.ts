import { describe, expect, it } from 'vitest';
import { arcAgentAge, tooOldForAma } from '../../../shared/inventory/arc-agent.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');

describe('arcAgentAge', () => {
  it.each([
    ['1.66.03500.1', { age: 'current' }],
    ['1.58.03224.2567', { age: 'current' }],
    ['1.57.03197.2516', { age: 'outdated', released: '2025-10' }],
    ['1.48.02881.1941', { age: 'outdated', released: '2025-01' }],
    ['1.51', { age: 'outdated', released: 'before 2025-07' }],
    ['1.34.02484.1', { age: 'outdated', released: 'before 2024-04' }],
    ['0.9.20', { age: 'outdated', released: 'before 2024-04' }],
    // Newer than the table.
    ['1.70.04000.1', { age: 'current' }],
    ['2.0.1', { age: 'current' }],
    ['latest', { age: 'unknown' }],
    ['', { age: 'unknown' }],
    [null, { age: 'unknown' }],
  ])('%s', (version, age) => {
    expect(arcAgentAge(version, NOW)).toEqual(age);
  });

  it('counts the year from the end of the month of the release', () => {
    expect(arcAgentAge('1.57', Date.parse('2026-10-31T23:59:59Z')).age).toBe('current');
    expect(arcAgentAge('1.57', Date.parse('2026-11-01T00:00:00Z')).age).toBe('outdated');
  });

  it.each([
    ['2026-02-01', 'current'],
    // 1.49 has left support, 1.54 has not, and when 1.51 came is not in the table.
    ['2026-05-01', 'unknown'],
    ['2026-09-01', 'outdated'],
  ])('a version missing from the table on %s: %s', (now, age) => {
    expect(arcAgentAge('1.51.0', Date.parse(now)).age).toBe(age);
  });
});

it.each([
  ['1.39.02628.1', true],
  ['0.15', true],
  ['1.40.02669.1635', false],
  ['1.66', false],
  ['latest', false],
  [null, false],
])('too old for Azure Monitor Agent, %s: %s', (version, tooOld) => {
  expect(tooOldForAma(version)).toBe(tooOld);
});
