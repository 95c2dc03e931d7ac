import { describe, expect, it } from 'vitest';
import { policyOfWave } from '../../../shared/model/plan.ts';
import { PlanRequest } from '../../../shared/model/plan-request.ts';
import { settingsOfWave, unusedWaveNumbers } from '../../../shared/waves/wave-settings.ts';
import { aPlan, aPolicy } from '../../support/builders.ts';

const WINDOW = { start: '2026-12-01T22:00', timeZone: 'UTC', durationMinutes: 60 };
const request = PlanRequest.parse({
  policy: { soakSeconds: 100, gate: { maxFailed: 5 }, windows: [WINDOW] },
  waveSettings: [
    { waves: 'pilot', policy: { soakSeconds: 900, approvals: { start: true } } },
    { waves: 'rest', policy: { gate: { maxFailed: 50 } } },
    { waves: [2, 7], policy: { windows: [], soakSeconds: 0 } },
    { waves: [2], policy: { soakSeconds: 1 } },
  ],
});

describe('settingsOfWave', () => {
  it.each([
    [
      0,
      {
        soakSeconds: 900,
        gate: { maxFailed: 5 },
        approvals: { start: true, removal: true },
        windows: [WINDOW],
      },
    ],
    [1, { soakSeconds: 100, gate: { maxFailed: 50, maxNotVerifiedShare: 0.2 }, approvals: { start: false } }],
    [2, { soakSeconds: 1, gate: { maxFailed: 50 }, windows: [] }],
    [7, { soakSeconds: 0, windows: [] }],
  ])('wave %i', (index, expected) => {
    expect(settingsOfWave(request, index, true)).toMatchObject(expected);
  });

  it('without a pilot every wave is one of the rest', () => {
    expect(settingsOfWave(request, 0, false)).toMatchObject({ soakSeconds: 100, gate: { maxFailed: 50 } });
  });

  it('names waves that a plan does not have', () => {
    expect(unusedWaveNumbers(request.waveSettings, 3)).toEqual([7]);
    expect(unusedWaveNumbers(request.waveSettings, 8)).toEqual([]);
  });
});

describe('policyOfWave', () => {
  const policy = aPolicy({ soakSeconds: 100 });
  const wave = { index: 0, machineCount: 1, cells: [], legacyWorkspaces: [] };

  it('is the plan with what the wave has of its own', () => {
    const settings = settingsOfWave(request, 0, true);
    const plan = aPlan({ policy, waves: [{ ...wave, settings } as never] });

    expect(policyOfWave(plan, 0)).toEqual({ ...policy, ...settings });
    expect(policyOfWave(plan, 0).soakSeconds).toBe(900);
  });

  it('is the plan alone for a wave of an earlier version, which has no settings', () => {
    expect(policyOfWave(aPlan({ policy, waves: [wave as never] }), 0)).toEqual(policy);
  });
});
