import type { ChangeCalendar } from '../model/calendar.ts';
import type { Fault } from '../model/faults.ts';
import type { PlannedMachine } from '../model/plan.ts';
import type { PlanRequest } from '../model/plan-request.ts';
import { fitFaults, freezeFaults, isOver, uselessWindowFaults, windowFaults } from './calendar-faults.ts';
import { placeOfSetting, settingsOfWave } from './wave-settings.ts';

type Request = Pick<PlanRequest, 'policy' | 'waveSettings'>;

/** What is wrong with the windows and freezes of a request, before its machines are known. */
export function calendarFaults({ policy, waveSettings }: Request, nowMs: number): Fault[] {
  const places = [
    { path: 'policy', ...policy },
    ...waveSettings.map((line, i) => ({ path: `waveSettings[${i}].policy`, ...line.policy })),
  ];
  const faults = places.flatMap(({ path, windows = [], freezes = [] }) => [
    ...windowFaults(windows, `${path}.windows`, nowMs),
    ...freezeFaults(freezes, `${path}.freezes`),
  ]);
  if (faults.length > 0) return faults;
  const { scaleSet: _, ...expected } = policy.expectedSeconds;
  return places.flatMap(({ path, windows, freezes }) => {
    if (windows === undefined && freezes === undefined) return [];
    const calendar = { windows: windows ?? policy.windows, freezes: freezes ?? policy.freezes };
    const where = {
      windows: `${windows === undefined ? 'policy' : path}.windows`,
      freezes: `${freezes === undefined ? 'policy' : path}.freezes`,
    };
    const unfit = fitFaults(calendar, expected, where, nowMs);
    return unfit.length > 0 ? unfit : uselessWindowFaults(windows ?? [], expected, where.windows, nowMs);
  });
}

/** The same for the waves as they are cut: several lines may name one, and scale sets need more time. */
export function waveCalendarFaults(
  request: Request,
  waves: readonly (readonly PlannedMachine[])[],
  hasPilot: boolean,
  nowMs: number,
): Fault[] {
  const { scaleSet, ...others } = request.policy.expectedSeconds;
  const checked: { calendar: ChangeCalendar; sets: boolean }[] = [];
  const faults = waves.flatMap((machines, index) => {
    const { windows, freezes } = settingsOfWave(request, index, hasPilot);
    const sets = machines.some(({ kind }) => kind === 'scaleSet');
    const known = checked.some(
      (one) => one.calendar.windows === windows && one.calendar.freezes === freezes && (one.sets || !sets),
    );
    if (known) return [];
    checked.push({ calendar: { windows, freezes }, sets });
    const where = {
      windows: placeOfSetting(request, 'windows', index, hasPilot),
      freezes: placeOfSetting(request, 'freezes', index, hasPilot),
    };
    return fitFaults({ windows, freezes }, sets ? { scaleSet, ...others } : others, where, nowMs);
  });
  return faults.filter((fault, i) => faults.findIndex(({ path }) => path === fault.path) === i);
}

/** Names of freezes that are over before the plan begins. */
export function freezesOver({ policy, waveSettings }: Request, nowMs: number): string[] {
  const all = [policy, ...waveSettings.map((line) => line.policy)].flatMap(({ freezes = [] }) => freezes);
  return all.filter((freeze) => isOver(freeze, nowMs)).map(({ name }) => name);
}
