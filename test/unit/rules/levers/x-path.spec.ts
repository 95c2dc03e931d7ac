import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expressionsOf } from '../../../../shared/rules/convert/check-limits.ts';
import { tierQueries } from '../../../../shared/rules/convert/kinds/tiers.ts';
import { LIMITS } from '../../../../shared/rules/convert/limits.ts';
import { withoutEvents } from '../../../../shared/rules/levers/x-path.ts';
import { selects } from './select.ts';

describe('an event query without some ids', () => {
  it.each([
    ['Security!*', [4662], 'Security!*[System[(EventID != 4662)]]'],
    ['Security!*', [4662, 4624, 4662], 'Security!*[System[(EventID != 4624) and (EventID != 4662)]]'],
    [
      'Application!*[System[(Level=1 or Level=2 or Level=3)]]',
      [1000],
      'Application!*[System[(Level=1 or Level=2 or Level=3) and (EventID != 1000)]]',
    ],
    [
      'Microsoft-Windows-AppLocker/EXE and DLL!*[System[(EventID=8001) or (EventID=8002)]]',
      [8001],
      'Microsoft-Windows-AppLocker/EXE and DLL!*[System[(EventID=8002)]]',
    ],
  ])('of %s without %j is what the documentation shows', (xPath, ids, expected) => {
    expect(withoutEvents(xPath, ids)).toMatchObject({ is: 'narrowed', xPath: expected });
  });

  it('is nothing where every listed id goes', () => {
    expect(withoutEvents('Security!*[System[(EventID=1) or (EventID=2)]]', [2, 1, 3])).toEqual({
      is: 'empty',
      dropped: [1, 2],
    });
  });

  it('is left alone where it lists none of them', () => {
    expect(withoutEvents('Security!*[System[(EventID=46620)]]', [4662])).toEqual({ is: 'untouched' });
  });

  it.each([
    'Security!*[System[(EventID=1) and (Level=2)]]',
    'Security!*[EventData[Data="x"]]',
    "Security!*[System[Provider[@Name='x'] and (EventID=1)]]",
    'Security!*[System[(EventID=1)]] or *[System[(EventID=2)]]',
    'Security',
  ])('is not guessed of another form: %s', (xPath) => {
    expect(withoutEvents(xPath, [1])).toMatchObject({ is: 'refused' });
  });

  it('is refused above the expressions a rule allows, and not below', () => {
    const ids = Array.from({ length: LIMITS.xPathExpressions }, (_, i) => i + 1);

    expect(withoutEvents('Security!*', ids)).toMatchObject({ is: 'narrowed' });
    expect(withoutEvents('Security!*', [...ids, 99])).toMatchObject({
      is: 'refused',
      why: '21 expressions in a query of log Security; a rule allows 20',
    });
    expect(withoutEvents('A!*[System[(Level=1 or Level=2)]]', ids)).toMatchObject({ is: 'refused' });
  });

  it('selects what the query did but for these ids, within the limit', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });
    const query = fc.oneof(
      fc.constant('Log!*'),
      fc.uniqueArray(fc.nat(5), { minLength: 1 }).map((levels) => {
        return `Log!*[System[(${levels.map((level) => `Level=${level}`).join(' or ')})]]`;
      }),
      ids.map((listed) => `Log!*[System[${listed.map((id) => `(EventID=${id})`).join(' or ')}]]`),
      fc.constantFrom(...tierQueries('Common')),
    );
    fc.assert(
      fc.property(query, ids, fc.integer({ min: 1, max: 32 }), fc.nat(5), (xPath, dropped, id, level) => {
        const left = withoutEvents(xPath, dropped);
        const event = { id, level };
        const before = selects(xPath, event);
        const after = left.is === 'narrowed' ? selects(left.xPath, event) : left.is !== 'empty' && before;
        if (left.is === 'refused') return;
        expect(after).toBe(before && !dropped.includes(id));
        if (left.is === 'narrowed')
          expect(expressionsOf(left.xPath)).toBeLessThanOrEqual(LIMITS.xPathExpressions);
      }),
      { numRuns: 500 },
    );
  });
});
