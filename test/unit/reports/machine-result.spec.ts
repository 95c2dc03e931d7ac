import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocked, failed, skipped, waiting } from '../../../shared/model/outcome.ts';
import { ALL_STAGES } from '../../../shared/model/stages.ts';
import { RESULTS, resultOf, troubleOf } from '../../../shared/reports/machine-result.ts';
import { at } from '../../support/builders.ts';
import { KEPT, MIGRATED, OUTCOMES, until } from './facts.ts';

describe('what became of a machine', () => {
  it.each(OUTCOMES)('after %s', (_, outcomes, expected) => {
    expect(resultOf(outcomes)).toBe(expected);
  });

  it('is covered by the table above, whatever it is', () => {
    expect([...new Set(OUTCOMES.map(([, , expected]) => expected))].sort()).toEqual(
      Object.keys(RESULTS).sort(),
    );
  });

  it.each([
    [
      until('install', failed('extensionStuck', 'twice')),
      { stage: 'install', status: 'failed', reason: 'extensionStuck', detail: 'twice' },
    ],
    [until('uninstall', blocked('locked')), { stage: 'uninstall', status: 'blocked', reason: 'locked' }],
    [
      until('verify', waiting('dataNotYet', at(60))),
      { stage: 'verify', status: 'waiting', reason: 'dataNotYet' },
    ],
    [KEPT, { stage: 'uninstall', status: 'skipped', reason: 'scomAttached' }],
    [
      { ...MIGRATED, returnLegacy: blocked('locked') },
      { stage: 'returnLegacy', status: 'blocked', reason: 'locked' },
    ],
    [MIGRATED, undefined],
    [{}, undefined],
  ])('names what stopped it: %j', (outcomes, expected) => {
    expect(troubleOf(outcomes)).toEqual(expected);
  });

  it('is never called migrated while any stage failed or is blocked, and trouble always has a code', () => {
    const outcome = fc.constantFrom(
      ...[{ status: 'done' as const }, { status: 'alreadyDone' as const }, skipped('earlierStage')],
      ...[skipped('scomAttached'), failed('unexpected'), blocked('locked'), waiting('throttled', at(5))],
    );
    const outcomes = fc.dictionary(fc.constantFrom(...ALL_STAGES), outcome);
    fc.assert(
      fc.property(outcomes, (found) => {
        const bad = Object.values(found).some(({ status }) => status === 'failed' || status === 'blocked');
        const result = resultOf(found);
        expect(Object.keys(RESULTS)).toContain(result);
        if (bad) expect(['migrated', 'legacyKept']).not.toContain(result);
        const trouble = troubleOf(found);
        if (['failed', 'blocked', 'notUndone', 'legacyKept'].includes(result))
          expect(trouble?.reason).toBeTruthy();
        if (['migrated', 'notStarted'].includes(result)) expect(trouble).toBeUndefined();
      }),
    );
  });
});
