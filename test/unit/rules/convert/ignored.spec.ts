import { describe, expect, it } from 'vitest';
import { IGNORED_KINDS, ignored } from '../../../../shared/rules/convert/kinds/ignored.ts';
import { aSource, lossesOf, run } from './kind-fixtures.ts';

describe('ignored', () => {
  it.each([
    ['AzureActivityLog', 'noAgentData'],
    ['Office365', 'noAgentData'],
    ['itsm', 'noAgentData'],
    ['WindowsTelemetry', 'noTarget'],
    ['SecurityWindowsBaselineConfiguration', 'noTarget'],
    ['GenericDataSource', 'noTarget'],
    ['BrandNewKind', 'unknownKind'],
    ['constructor', 'unknownKind'],
  ])('answers %s with %s', (kind, code) => {
    const result = run(ignored, [aSource(kind, 'a', null)]);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual([`a · a · ${code}`]);
  });

  it('names every kind once, with what it is about', () => {
    const kinds = IGNORED_KINDS.map(({ kind }) => kind.toLowerCase());

    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { detail } of IGNORED_KINDS) expect(detail).toMatch(/\w/);
  });
});
