import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transformation } from '../../../../shared/rules/convert/kinds/extractions.ts';
import { kqlString } from '../../../../shared/rules/convert/kinds/kql-text.ts';
import { groupsOf, isRe2 } from '../../../../shared/rules/convert/kinds/re2.ts';
import { collectionTime, extraction } from './custom-log-fixtures.ts';
import { aSource } from './kind-fixtures.ts';

const convert = (...extractions: readonly unknown[]) =>
  transformation(aSource('CustomLog', 'log', {}), extractions);
const codes = (...extractions: readonly unknown[]) => convert(...extractions).losses.map(({ code }) => code);
const STAMP =
  '((\\d{2})|(\\d{4}))-([0-1]\\d)-(([0-3]\\d)|(\\d))T((\\d)|([0-1]\\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9]';

describe('extractions', () => {
  it('need no transformation for the time of collection', () => {
    expect(convert(collectionTime())).toEqual({ transformKql: 'source', columns: [], losses: [] });
    expect(convert()).toEqual({ transformKql: 'source', columns: [], losses: [] });
  });

  it.each([[STAMP], [[{ pattern: STAMP, matchIndex: 0, numberdGroup: null }]]])(
    'take the time from the text, and else that of collection',
    (regex) => {
      const { transformKql, columns, losses } = convert(extraction('TimeGenerated', 'DateTime', regex));

      expect(transformKql).toMatch(/^source \| extend \['TimeGenerated'\] = iif\(isnull\(todatetime\(/);
      expect(transformKql).toMatch(/, TimeGenerated, todatetime\(.*\)$/);
      expect({ columns, losses }).toEqual({ columns: [], losses: [] });
    },
  );

  it('take the time with nothing said of joining, as templates leave it', () => {
    const time = {
      ...{ extractionName: 'TimeGenerated', extractionType: 'DateTime' },
      extractionProperties: { dateTimeExtraction: { regex: [{ pattern: STAMP, matchIndex: 0 }] } },
    };

    expect(convert(time).losses).toEqual([]);
    expect(convert(time).transformKql).toContain('todatetime');
  });

  it.each([
    ['an expression of its own', '^(\\d+)'],
    ['several', [{ pattern: STAMP }, { pattern: STAMP }]],
    [
      'no year',
      '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\s\\s?([0]?[1-9]|[1-2][0-9]|[3][0-1])\\s([0-1]?[0-9]|[2][0-3]):([0-5][0-9]):([0-5][0-9])',
    ],
    ['no expression', 7],
  ])('leave the time alone with %s', (_, regex) => {
    expect(codes(extraction('TimeGenerated', 'DateTime', regex))).toEqual(['timeNotConverted']);
  });

  it.each([
    ['String', 'string', 'tostring'],
    ['Int', 'int', 'toint'],
    ['long', 'long', 'tolong'],
    ['Double', 'real', 'todouble'],
    ['Boolean', 'boolean', 'tobool'],
    ['DateTime', 'datetime', 'todatetime'],
  ])('of type %s fill a column of type %s', (type, column, cast) => {
    const { transformKql, columns } = convert(
      extraction('kind', type, [{ pattern: 'k=(a|b)', numberdGroup: '1' }]),
    );

    expect(columns).toEqual([{ name: 'kind', type: column }]);
    expect(transformKql).toBe(`source | extend ['kind'] = ${cast}(extract("k=(a|b)", 1, RawData))`);
  });

  it.each([
    ['a keyword of the app', 'RawData', 'String', 'x'],
    ['a quote', "a'] = 1 | where true //", 'String', 'x'],
    ['letters of other scripts', 'имя', 'String', 'x'],
    ['too many letters', 'a'.repeat(46), 'String', 'x'],
    ['an unknown type', 'a', 'Money', 'x'],
    ['an invalid expression', 'a', 'String', '(['],
    ['look-ahead', 'a', 'String', '(?=x)'],
    ['look-behind', 'a', 'String', '(?<=x)y'],
    ['a back-reference', 'a', 'String', '(x)\\1'],
    ['a group that is not there', 'a', 'String', [{ pattern: '(x)', numberdGroup: 2 }]],
    ['a later match', 'a', 'String', [{ pattern: 'x', matchIndex: 1 }]],
    ['two expressions', 'a', 'String', [{ pattern: 'x' }, { pattern: 'y' }]],
    ['no expression', 'a', 'String', null],
  ])('are reported with %s', (_, name, type, regex) => {
    expect(codes(extraction(name, type, regex))).toEqual(['extractionNotConverted']);
    expect(convert(extraction(name, type, regex)).transformKql).toBe('source');
  });

  it.each([null, 'x', {}, { extractionName: 'a' }])('are reported as %j', (value) => {
    expect(codes(value)).toEqual(['extractionNotConverted']);
  });

  it('take the first of a name, whatever its case', () => {
    const { columns, losses } = convert(extraction('A', 'String', 'x'), extraction('a', 'String', 'y'));

    expect(columns).toEqual([{ name: 'A', type: 'string' }]);
    expect(losses.map(({ code }) => code)).toEqual(['extractionNotConverted']);
  });
});

describe('a literal of KQL', () => {
  it('is plain ASCII, has no end of its own, and reads back as the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const literal = kqlString(text);
        expect(literal).toMatch(/^"(?:[ !#-[\]-~]|\\["\\]|\\u[0-9a-f]{4})*"$/);
        // The escapes in use are those of JSON as well.
        expect(JSON.parse(literal)).toBe(text);
      }),
    );
  });
});

describe('expressions for Kusto', () => {
  it.each(['\\d+', '(?:a|b)+', '^[A-Z][^,]*,', '(a)(b)', 'a{2,5}?', '\\\\1', '\\.'])(
    '%s is one',
    (pattern) => {
      expect(isRe2(pattern)).toBe(true);
    },
  );

  it.each(['', '(', '(?i)x', '(?<n>x)', '(?>x)', '(x)\\1', 'x++', '[a-z-[aeiou]]', '\\p{L}', 'ü', 'x{2000}'])(
    '%s is none',
    (pattern) => {
      expect(isRe2(pattern)).toBe(false);
    },
  );

  it('have groups', () => {
    expect(groupsOf('(a)(?:b)((c)|d)')).toBe(3);
    expect(groupsOf('a')).toBe(0);
  });
});
