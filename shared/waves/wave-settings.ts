import type { WaveSettings } from '../model/plan.ts';
import type { PlanRequest, WaveSettingsLine } from '../model/plan-request.ts';

/** The settings of one wave: the plan's policy, changed by every line that names the wave. */
export function settingsOfWave(
  { policy, waveSettings }: Pick<PlanRequest, 'policy' | 'waveSettings'>,
  index: number,
  hasPilot: boolean,
): WaveSettings {
  const { concurrentBatchesPerCell, soakSeconds, windows, freezes, inventoryMaxAgeSeconds } = policy;
  const { gate, approvals, removal, checks } = policy;
  let settings: WaveSettings = {
    concurrentBatchesPerCell,
    soakSeconds,
    windows,
    freezes,
    inventoryMaxAgeSeconds,
    gate,
    approvals,
    removal,
    checks,
  };
  for (const line of waveSettings) {
    if (!names(line, index, hasPilot)) continue;
    const {
      gate: gateChanges,
      approvals: approvalChanges,
      removal: removalChanges,
      ...changes
    } = line.policy;
    settings = {
      ...settings,
      ...(given(changes) as Partial<WaveSettings>),
      gate: { ...settings.gate, ...(given(gateChanges ?? {}) as Partial<WaveSettings['gate']>) },
      approvals: {
        ...settings.approvals,
        ...(given(approvalChanges ?? {}) as Partial<WaveSettings['approvals']>),
      },
      removal: { ...settings.removal, ...(given(removalChanges ?? {}) as Partial<WaveSettings['removal']>) },
    };
  }
  return settings;
}

/** Where the value of a setting of one wave stands in the request: at the last line that has it, or in the policy. */
export function placeOfSetting(
  { waveSettings }: Pick<PlanRequest, 'waveSettings'>,
  setting: 'windows' | 'freezes',
  index: number,
  hasPilot: boolean,
): string {
  const line = waveSettings.findLastIndex(
    (each) => names(each, index, hasPilot) && each.policy[setting] !== undefined,
  );
  return line < 0 ? `policy.${setting}` : `waveSettings[${line}].policy.${setting}`;
}

/** Wave numbers of the lines that the plan does not have. */
export function unusedWaveNumbers(lines: readonly WaveSettingsLine[], waves: number): number[] {
  const named = lines.flatMap((line) => (typeof line.waves === 'string' ? [] : line.waves));
  return [...new Set(named)].filter((index) => index >= waves).sort((a, b) => a - b);
}

function names({ waves }: WaveSettingsLine, index: number, hasPilot: boolean): boolean {
  if (waves === 'pilot') return hasPilot && index === 0;
  if (waves === 'rest') return !hasPilot || index > 0;
  return waves.includes(index);
}

/** Without the fields that are undefined: those must not hide what the policy says. */
function given(changes: object): object {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
