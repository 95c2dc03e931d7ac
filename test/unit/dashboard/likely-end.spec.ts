import { describe, expect, it } from 'vitest';
import { planProgress } from '../../../shared/dashboard/likely-end.ts';
import type { PlannedWave } from '../../../shared/model/plan.ts';
import { aPlannedWave, at, aWave, NOW } from '../../support/builders.ts';

const HOUR = 3600;

function planned(index: number, start: number, seconds: number | null): PlannedWave {
  const wave = aPlannedWave(index, { machineCount: 10 });
  const earliestEnd = seconds === null ? null : at(start + seconds);
  return {
    ...wave,
    forecast: { ...wave.forecast, earliestStart: at(start), earliestEnd, atLeastSeconds: seconds },
  };
}
const plan = [planned(0, 0, HOUR), planned(1, HOUR, HOUR), planned(2, 2 * HOUR, 2 * HOUR)];
const wave = (index: number, start: number, end: number | null) =>
  aWave({ id: `w${index}`, index, createdAt: at(start), finishedAt: end === null ? null : at(end) });

describe('a plan against its forecast', () => {
  it('likely ends as forecast from now on before anything has begun', () => {
    const progress = planProgress(plan, [], NOW);
    expect(progress).toMatchObject({ pace: 1, likelyEnd: at(4 * HOUR), forecastEnd: at(4 * HOUR) });
    expect(progress.waves.map(({ likelyEnd }) => likelyEnd)).toEqual([at(HOUR), at(2 * HOUR), at(4 * HOUR)]);
  });

  it('goes on at the pace of waves that ended, and moves the forecast to where the first began', () => {
    const began = 10 * HOUR;
    const progress = planProgress(plan, [wave(0, began, began + 2 * HOUR)], NOW + (began + 2 * HOUR) * 1000);
    expect(progress.pace).toBe(2);
    expect(progress.waves[0]).toMatchObject({
      ...{ forecastStart: at(began), forecastEnd: at(began + HOUR) },
      ...{ start: at(began), end: at(began + 2 * HOUR), likelyEnd: at(began + 2 * HOUR) },
    });
    // One hour and two hours are left, at half the speed.
    expect(progress.likelyEnd).toBe(at(began + 2 * HOUR + 6 * HOUR));
  });

  it('takes what a running wave has had off what it needs, and never ends in the past', () => {
    const half = planProgress(plan.slice(0, 1), [wave(0, 0, null)], NOW + (HOUR / 2) * 1000);
    expect(half.likelyEnd).toBe(at(HOUR));
    const late = planProgress(plan.slice(0, 1), [wave(0, 0, null)], NOW + 5 * HOUR * 1000);
    expect(late.likelyEnd).toBe(at(5 * HOUR));
  });

  it('is never faster than the forecast, which is the least', () => {
    expect(planProgress(plan, [wave(0, 0, HOUR / 4)], NOW + HOUR * 1000).pace).toBe(1);
  });

  it('says that nobody can tell where a wave does not fit into its windows', () => {
    const progress = planProgress(
      [planned(0, 0, HOUR), planned(1, HOUR, null), planned(2, 0, HOUR)],
      [],
      NOW,
    );
    expect(progress.likelyEnd).toBeNull();
    expect(progress.waves.map(({ likelyEnd }) => likelyEnd)).toEqual([at(HOUR), null, null]);
  });

  it('has ended when its last wave has', () => {
    const waves = [wave(0, 0, HOUR), wave(1, HOUR, 2 * HOUR), wave(2, 2 * HOUR, 5 * HOUR)];
    expect(planProgress(plan, waves, NOW + 90 * HOUR * 1000).likelyEnd).toBe(at(5 * HOUR));
  });
});
