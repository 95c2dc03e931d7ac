import { EVER, type Intervals, NEVER } from '../intervals.ts';
import type { Machine, Workspace } from './types.ts';

/** An agent that was installed by hand has been there since ever, and reports to these workspaces. */
export function addManualAgent(machine: Machine, workspaces: readonly Workspace[]): void {
  machine.episodes.push({
    agent: 'legacy',
    from: EVER,
    until: NEVER,
    mute: undefined,
    needsEndpoint: false,
    workspaces: workspaces.map(({ customerId }) => customerId),
  });
  for (const workspace of workspaces) workspace.reporters.add(machine);
}

/** When the legacy agent was off a workspace it would report to. */
export function detachedFrom(machine: Machine, customerId: string): Intervals {
  return machine.detached
    .filter((entry) => entry.customerId === customerId)
    .map(({ at, until }) => ({ from: at, until }));
}

/** An agent that is installed anew takes up the workspaces of its settings again. */
export function reattach(machine: Machine, at: number): void {
  for (const entry of machine.detached) if (entry.until === NEVER) entry.until = at;
}
