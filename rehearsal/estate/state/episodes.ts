import { NEVER } from '../intervals.ts';
import { muteReason } from '../network.ts';
import { agentOf, legacyWorkspaces } from './agents.ts';
import { reattach } from './legacy-box.ts';
import type { State } from './state.ts';
import type { Extension, Machine } from './types.ts';

/** From `at` on the extension's agent runs with its present settings; an earlier run of that agent ends. */
export function beginEpisode(state: State, machine: Machine, extension: Extension, at: number): void {
  const agent = agentOf(extension);
  // The model of a scale set runs nothing.
  if (agent === undefined || machine.kind === 'scaleSet') return;
  endEpisode(machine, extension, at);
  const workspaces = agent === 'legacy' ? legacyWorkspaces(extension.settings) : [];
  if (agent === 'legacy') reattach(machine, at);
  machine.episodes.push({
    agent,
    from: at,
    until: NEVER,
    mute: agent === 'ama' ? muteReason(machine, extension) : undefined,
    needsEndpoint: agent === 'ama' && machine.traits.network.mode === 'privateLink',
    workspaces,
  });
  for (const customer of workspaces) state.customers.get(customer)?.reporters.add(machine);
}

/** The agent of this extension no longer runs. */
export function endEpisode(machine: Machine, extension: Extension, at: number): void {
  const agent = agentOf(extension);
  for (const episode of machine.episodes)
    if (episode.agent === agent && episode.until === NEVER) episode.until = at;
}
