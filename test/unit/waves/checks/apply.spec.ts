import { describe, expect, it } from 'vitest';
import { type CheckResult, Checks } from '../../../../shared/model/checks.ts';
import type { Hold, Wave } from '../../../../shared/model/wave.ts';
import { applyChecks } from '../../../../shared/waves/checks/apply.ts';
import { resume } from '../../../../shared/waves/control.ts';
import { aPolicy, at, aWave } from '../../../support/builders.ts';

const CHECKS = Checks.parse([
  { kind: 'installFailures', name: 'installs', maxShare: 0.2 },
  { kind: 'heartbeats', name: 'beats', minShare: 0.9, resumes: true },
]);
const came = (name: string, result: CheckResult['result'], enforced = true): CheckResult => ({
  ...{ name, kind: 'installFailures', result, enforced },
  ...{ message: `it is ${result}`, at: at(0) },
});
const OTHER: Hold = { id: 'o', kind: 'operator', reason: 'freeze', since: at(-60), by: 'olga' };
const apply = (wave: Wave, ...results: CheckResult[]) => applyChecks(wave, CHECKS, results, at(0));

describe('checks of a wave that works', () => {
  it('hold it with a reason, once', () => {
    const held = apply(aWave(), came('installs', 'fail'));

    expect(held.holds).toEqual([
      {
        id: 'check-installs',
        kind: 'check',
        reason: 'installs: it is fail',
        since: at(0),
        by: 'check installs',
      },
    ]);
    expect(apply(held, came('installs', 'fail'))).toBe(held);
  });

  it.each<[string, CheckResult]>([
    ['it passes', came('installs', 'pass')],
    ['it cannot be told', came('installs', 'inconclusive')],
    ['it could not be asked', came('installs', 'error')],
    ['it is only told', came('installs', 'fail', false)],
  ])('do not hold it where %s, but show it', (_, result) => {
    const wave = apply(aWave(), result);

    expect(wave.holds).toEqual([]);
    expect(wave.checks).toEqual([result]);
  });

  it('let it go on only where the check may do so', () => {
    const both = apply(aWave(), came('installs', 'fail'), came('beats', 'fail'));

    const after = apply(both, came('installs', 'pass'), came('beats', 'pass'));

    expect(after.holds.map(({ id }) => id)).toEqual(['check-installs']);
    expect(after.resumedAt).toBeNull();
  });

  it('count deadlines anew once the last hold is gone, and leave holds of others alone', () => {
    const held = apply(aWave(), came('beats', 'fail'));

    expect(apply(held, came('beats', 'pass'))).toMatchObject({ holds: [], resumedAt: at(0) });
    const with2 = apply({ ...held, holds: [...held.holds, OTHER] }, came('beats', 'pass'));
    expect(with2.holds).toEqual([OTHER]);
    expect(with2.resumedAt).toBeNull();
  });

  it('do not hold again what an approver resumed, until they have passed once', () => {
    const held = apply(aWave(), came('installs', 'fail'));
    const policy = aPolicy();
    const refused = resume(held, policy, 'known', { by: held.requestedBy, at: at(1) });
    const resumed = resume(held, policy, 'known', { by: 'anna', at: at(1) });
    const wave = resumed.ok ? resumed.wave : held;

    expect(refused).toMatchObject({ ok: false, code: 'requesterMayNotApprove' });
    expect(wave).toMatchObject({ holds: [], overruled: ['installs'], gates: [] });
    expect(apply(wave, came('installs', 'fail')).holds).toEqual([]);
    const passed = apply(wave, came('installs', 'pass'));
    expect(apply(passed, came('installs', 'fail')).holds).toHaveLength(1);
  });
});
