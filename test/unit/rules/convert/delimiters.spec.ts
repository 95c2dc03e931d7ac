import { describe, expect, it } from 'vitest';
import { delimiterOf, PUBLISHED } from '../../../../shared/rules/convert/kinds/delimiters.ts';

/** One timestamp each, as in the tables of Microsoft's pages. */
const SAMPLES: Readonly<Record<string, string>> = {
  'YYYY-MM-DD HH:MM:SS': '2024-10-29 18:28:34',
  'M/D/YYYY HH:MM:SS AM/PM': '10/29/2024 06:28:34 PM',
  'dd/MMM/yyyy HH:MM:SS': '29/Oct/2024 18:28:34',
  'MMM dd yyyy HH:MM:SS': 'October 29, 2024 18:28:34',
  'yyMMdd HH:mm:ss': '241029 18:28:34',
  'ddMMyy HH:mm:ss': '291024 18:28:34',
  'MMM d HH:mm:ss': 'Oct 29 08:28:34',
  'dd/MMM/yyyy:HH:mm:ss +zzzz': '14/Oct/2024:08:28:34 -0000',
  'yyyy-MM-ddTHH:mm:ss': '2024-10-29T18:28:34Z',
};

describe('published delimiters', () => {
  it.each(PUBLISHED.map((one) => [one.name, one] as const))(
    '%s reads its own timestamp',
    (name, { pattern }) => {
      // Microsoft's expression for `dd/MMM/yyyy HH:MM:SS` closes one group more than it opens.
      const isBroken = name === 'dd/MMM/yyyy HH:MM:SS';
      const sample = (SAMPLES[name] ?? '').replace('Oct ', pattern.includes('\\s\\s(') ? 'Oct  ' : 'Oct ');

      if (isBroken) expect(() => new RegExp(pattern)).toThrow();
      else expect(sample).toMatch(new RegExp(pattern));
    },
  );

  it.each(PUBLISHED.map((one) => [one.name, one] as const))('%s is found, wrapped or not', (_, one) => {
    expect(delimiterOf(one.pattern)?.start ?? null).toBe(one.start);
    expect(delimiterOf(`(^.*${one.pattern}.*$)`)?.start ?? null).toBe(one.start);
  });

  it.each(['\\n', '\n', '\\r\\n', '\\r?\\n'])('%j is line by line', (pattern) => {
    expect(delimiterOf(pattern)).toEqual({ start: 'ISO 8601', by: 'line' });
  });

  it.each(['', '\\\\n', 'n', '\\d+', '((\\d{2})|(\\d{4}))-', '(^.*.*$)'])('%j is unknown', (pattern) => {
    expect(delimiterOf(pattern)).toBeUndefined();
  });
});
