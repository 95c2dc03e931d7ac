import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combined, type LeverChoice, leverId } from '../../../../shared/rules/levers/choices.ts';

const drop = (log: string, eventIds: readonly number[]): LeverChoice => ({
  ...{ kind: 'dropEvents', table: 'SecurityEvent', log, eventIds },
});

describe('choices', () => {
  it('about the same thing are one, in an order of their own', () => {
    expect(
      combined([
        { kind: 'samplingInterval', seconds: 60 },
        drop('security', [3, 10]),
        { kind: 'dropColumns', table: 'Event', columns: ['Message'] },
        drop('Security', [3, 1]),
        { kind: 'samplingInterval', seconds: 300 },
        { kind: 'dropColumns', table: 'event', columns: ['EventData'] },
        { kind: 'basicPlan', table: 'App_CL' },
        { kind: 'basicPlan', table: 'App_CL' },
      ]),
    ).toEqual([
      { kind: 'basicPlan', table: 'App_CL' },
      { kind: 'dropColumns', table: 'Event', columns: ['EventData', 'Message'] },
      drop('Security', [1, 3, 10]),
      { kind: 'samplingInterval', seconds: 300 },
    ]);
  });

  it('about other logs and tables stay apart', () => {
    expect(combined([drop('Security', [1]), drop('System', [1])])).toHaveLength(2);
  });

  it('have an id by what they do, whatever order their lists are in', () => {
    const ids = fc.uniqueArray(fc.nat(99), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(ids, (some) => {
        expect(leverId(drop('Security', some.toReversed()))).toBe(leverId(drop('Security', some)));
        expect(leverId(drop('Security', some.slice(1)))).not.toBe(leverId(drop('Security', some)));
      }),
    );
  });
});
