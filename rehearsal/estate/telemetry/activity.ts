import type { Agent } from '../file/common.ts';
import type { HeartbeatEntry } from '../file/telemetry.ts';
import {
  ALWAYS,
  EVER,
  type Interval,
  type Intervals,
  intersect,
  NEVER,
  subtract,
  unite,
} from '../intervals.ts';
import { region } from '../state/ids.ts';
import { detachedFrom } from '../state/legacy-box.ts';
import { findWorkspace } from '../state/load-notes.ts';
import { upTime } from '../state/power.ts';
import { drawn, type State } from '../state/state.ts';
import { periodOf } from '../state/traits.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { legacyCollects } from './legacy.ts';
import { notesFor } from './rates.ts';

/** When the agent writes rows of a table to a workspace: what a count of rows is the integral over. */
export function rowActivity(
  state: State,
  machine: Machine,
  agent: Agent,
  table: string,
  workspace: Workspace,
): Intervals {
  const running =
    agent === 'ama' ? amaRows(state, machine, table, workspace) : legacyRuns(state, machine, workspace);
  if (running.length === 0) return running;
  const collected =
    agent === 'legacy' ? intersect(running, legacyCollects(workspace, machine.os, table)) : running;
  const gaps = notesFor(state, machine, table)
    .filter((entry) => entry.agent === undefined || entry.agent === agent)
    .flatMap((entry) => (entry.gaps ?? []).flatMap((gap) => periodOf(gap)));
  return subtract(collected, gaps);
}

/** When the agent's heartbeat reaches a workspace. */
export function heartbeatActivity(
  state: State,
  machine: Machine,
  agent: Agent,
  workspace: Workspace,
): Intervals {
  const notes = state.heartbeatNotes.get(machine.key);
  const configured =
    agent === 'ama' ? amaHeartbeats(state, machine, workspace) : legacyRuns(state, machine, workspace);
  const more = (notes ?? []).filter(
    (note) =>
      note.agent === agent &&
      note.workspace !== undefined &&
      findWorkspace(state, note.workspace) === workspace,
  );
  let heard =
    more.length === 0
      ? configured
      : unite([...configured, ...more.flatMap((note) => elsewhere(state, machine, note))]);
  for (const note of notes ?? []) {
    if (note.agent !== agent || note.workspace !== undefined || note.computer !== undefined) continue;
    heard = subtract(
      intersect(heard, periodOf(note)),
      (note.gaps ?? []).flatMap((gap) => periodOf(gap)),
    );
  }
  return heard;
}

/** Where an agent reports beside what its extension says, as one set up by hand does; it ends with the extension. */
function elsewhere(state: State, machine: Machine, note: HeartbeatEntry): Intervals {
  const { agent } = note;
  const installed = machine.episodes.filter((episode) => episode.agent === agent);
  const runs = installed.length === 0 ? untilRemoved(machine, agent) : unite(installed);
  const ends = agent === 'legacy' ? state.legacyEnds : NEVER;
  const declared = subtract(
    periodOf(note),
    (note.gaps ?? []).flatMap((gap) => periodOf(gap)),
  );
  const able = intersect(intersect(runs, declared), [{ from: EVER, until: ends }]);
  const heard = audible(machine, agent, intersect(able, upTime(machine, false)));
  const customerId = findWorkspace(state, note.workspace ?? '')?.customerId;
  return agent === 'ama' || customerId === undefined
    ? heard
    : subtract(heard, detachedFrom(machine, customerId));
}

/** An agent no extension shows runs until a script removes it. */
function untilRemoved({ agentRemovedAt }: Machine, agent: Agent): Intervals {
  if (agent === 'ama' || agentRemovedAt === undefined) return ALWAYS;
  return [{ from: EVER, until: agentRemovedAt }];
}

function legacyRuns(state: State, machine: Machine, workspace: Workspace): Intervals {
  const installed = machine.episodes.filter(
    (episode) => episode.agent === 'legacy' && episode.workspaces.includes(workspace.customerId),
  );
  if (installed.length === 0) return [];
  const runs = intersect(unite(installed), [{ from: EVER, until: state.legacyEnds }]);
  const heard = audible(machine, 'legacy', intersect(runs, upTime(machine, false)));
  return subtract(heard, detachedFrom(machine, workspace.customerId));
}

/** AMA up, able to get a token and to reach its service. */
function amaRuns(state: State, machine: Machine): Intervals {
  const parts: Interval[] = [];
  for (const episode of machine.episodes) {
    if (episode.agent !== 'ama' || episode.mute !== undefined) continue;
    // A new agent fetches its configuration first; one whose settings merely changed has it already.
    const continues = machine.episodes.some(
      (other) => other.agent === 'ama' && other.mute === undefined && other.until === episode.from,
    );
    const from =
      episode.from === EVER || continues
        ? episode.from
        : episode.from + drawn(state, state.durations.firstHeartbeat, machine.key, 'start');
    const run: Intervals = [{ from, until: episode.until }];
    parts.push(...(episode.needsEndpoint ? intersect(run, endpointTime(state, machine)) : run));
  }
  return audible(machine, 'ama', intersect(unite(parts), upTime(machine, false)));
}

/** Behind private link the configuration comes through an existing endpoint of the machine's own region. Facts file 3.4. */
function endpointTime(state: State, machine: Machine): Intervals {
  return unite(
    machine.links
      .filter((link) => {
        const endpoint = link.endpointKey === undefined ? undefined : state.endpoints.get(link.endpointKey);
        return endpoint !== undefined && region(endpoint.location) === region(machine.location);
      })
      .map((link) => ({ from: link.heardFrom, until: link.until })),
  );
}

function amaHeartbeats(state: State, machine: Machine, workspace: Workspace): Intervals {
  const associated = linkTimes(
    machine,
    (version) => version.destinations.includes(workspace.customerId),
    'heardFrom',
  );
  return associated.length === 0 ? [] : intersect(amaRuns(state, machine), unite(associated));
}

function amaRows(state: State, machine: Machine, table: string, workspace: Workspace): Intervals {
  const key = table.toLowerCase();
  const flowing = linkTimes(
    machine,
    (version) => version.flows.get(key)?.includes(workspace.customerId) === true,
    'dataFrom',
    key,
  );
  // Two rules that send one table to one workspace really double rows in Azure; here they count once.
  return flowing.length === 0 ? [] : intersect(amaRuns(state, machine), unite(flowing));
}

function linkTimes(
  machine: Machine,
  serves: (version: {
    destinations: readonly string[];
    flows: ReadonlyMap<string, readonly string[]>;
  }) => boolean,
  start: 'heardFrom' | 'dataFrom',
  table?: string,
): Interval[] {
  const out: Interval[] = [];
  for (const link of machine.links) {
    const { rule } = link;
    rule?.versions.forEach((version, i) => {
      if ((version.os !== undefined && version.os !== machine.os) || !serves(version)) return;
      const until = Math.min(link.until, rule.versions[i + 1]?.from ?? NEVER);
      const times: Intervals = [{ from: Math.max(link[start], version.from), until }];
      const lost = rule.dropped.filter((entry) => entry.table === table).flatMap((entry) => entry.period);
      out.push(...subtract(unite(times), lost));
    });
  }
  return out;
}

function audible(machine: Machine, agent: Agent, runs: Intervals): Intervals {
  const silent = machine.traits.silent
    .filter((entry) => entry.agent === agent)
    .flatMap((entry) => entry.period);
  return silent.length === 0 ? runs : subtract(runs, silent);
}
