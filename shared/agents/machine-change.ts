import { namedWorkspaces } from '../model/legacy-settings.ts';
import type { PlannedMachine } from '../model/plan.ts';
import type { MachineState } from './gateway.ts';

/**
 * How a machine differs from the one that was planned for, or undefined. What either side does not know is
 * no difference.
 */
export function machineChange(
  planned: Pick<PlannedMachine, 'os' | 'vmId' | 'legacyCustomerIds'>,
  state: Pick<MachineState, 'os' | 'vmId' | 'extensions'>,
): string | undefined {
  const { vmId, legacyCustomerIds } = planned;
  if (vmId && state.vmId && vmId.toLowerCase() !== state.vmId.toLowerCase()) {
    return `another machine has its name now: its id is ${state.vmId}, planned was ${vmId}`;
  }
  if (state.os && state.os !== planned.os) {
    return `it runs ${state.os} now, planned was ${planned.os}`;
  }
  // Plans of earlier versions, and agents that report to Operations Manager alone, name no workspace.
  if (!legacyCustomerIds || legacyCustomerIds.length === 0) return undefined;
  const unknown = namedWorkspaces(state.extensions).find((id) => !legacyCustomerIds.includes(id));
  if (unknown === undefined) return undefined;
  return `its legacy agent reports to workspace ${unknown} now, which the plan does not know`;
}
