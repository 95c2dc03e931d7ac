import { z } from 'zod';
import type { Loss, SettingsSource } from '../model.ts';
import { readProperties } from '../properties.ts';
import { inOrder, isKind, loss, originOf } from '../wanted.ts';

const Gate = z.object({ state: z.string() });

/** Spelled so in Microsoft's templates; the plain words as for the other switches. */
const ON = ['linuxlogsenabled', 'enabled'];
const OFF = ['linuxlogsdisabled', 'disabled'];

/**
 * `CustomLogCollection` switches custom logs on Linux: its state is `LinuxLogsEnabled`, and the cmdlets are
 * `Enable-` and `Disable-AzOperationalInsightsLinuxCustomLogCollection`. Windows has no switch. Source: "Manage Log
 * Analytics workspace using Azure Resource Manager templates" (azure-docs).
 */
export function customLogGate(sources: readonly SettingsSource[]): {
  readonly linuxOff: boolean;
  readonly losses: readonly Loss[];
} {
  const gates = inOrder(sources.filter((source) => isKind(source, 'CustomLogCollection'))).map((source) => {
    const { value, losses } = readProperties(source, Gate);
    if (value === undefined) return { off: false, losses };
    const state = value.state.trim().toLowerCase();
    const origin = originOf(source, 'state');
    if (OFF.includes(state))
      return { off: true, losses: [...losses, loss(origin, 'disabled', 'custom logs on Linux')] };
    const said = ON.includes(state)
      ? loss(origin, 'switchOnly')
      : loss(origin, 'malformed', `state: ${value.state}`);
    return { off: false, losses: [...losses, said] };
  });
  return { linuxOff: gates.some(({ off }) => off), losses: gates.flatMap(({ losses }) => losses) };
}
