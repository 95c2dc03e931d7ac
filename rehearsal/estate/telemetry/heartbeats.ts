import type { Agent } from '../file/common.ts';
import type { HeartbeatEntry } from '../file/telemetry.ts';
import { type Intervals, intersect, subtract, unite } from '../intervals.ts';
import { dig, text } from '../json.ts';
import { guid } from '../random.ts';
import type { State } from '../state/state.ts';
import { periodOf } from '../state/traits.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { heartbeatActivity } from './activity.ts';
import { ingestionLag, phase } from './rates.ts';
import { firstRowIn, hourlyRows, lastRowIn, type Series } from './series.ts';

const AGENTS: readonly Agent[] = ['ama', 'legacy'];
const HEARTBEAT_MS = 60_000;

export interface HeartbeatSeen {
  readonly agent: Agent;
  /** `Category` of a heartbeat, the only column that tells agents apart. Facts file 3.9. */
  readonly category: string;
  /** The name it reported under. */
  readonly computer: string;
  readonly lastSeen: number;
}

/** Last heartbeat of each agent, and name, of a machine in a workspace within [since, until], as far as it is ingested. */
export function heartbeatsSeen(
  state: State,
  machine: Machine,
  workspace: Workspace,
  since: number,
  until: number,
  now: number,
): HeartbeatSeen[] {
  const out: HeartbeatSeen[] = [];
  const visible = Math.min(until + 1, now - ingestionLag(state, machine, 'Heartbeat'));
  for (const agent of AGENTS) {
    const active = heartbeatActivity(state, machine, agent, workspace);
    if (active.length === 0) continue;
    const notes = notesOn(state, machine, agent);
    for (const [computer, named] of names(machine, notes, active)) {
      const series: Series = {
        active: named,
        rate: state.scale / HEARTBEAT_MS,
        phase: phase(state, machine, agent, 'Heartbeat'),
      };
      const lastSeen = lastRowIn(series, since, visible);
      if (lastSeen !== undefined) out.push({ agent, category: categoryOf(notes, agent), computer, lastSeen });
    }
  }
  return out;
}

/** Heartbeats of one agent of a machine in each hour from `since`, under all its names. */
export interface HeartbeatHours {
  readonly category: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** By how much its clock is ahead of the time of ingestion; negative is the delay. */
  readonly aheadSeconds: number;
  readonly counts: readonly number[];
}

export function heartbeatHours(
  state: State,
  machine: Machine,
  workspace: Workspace,
  window: { readonly oldest: number; readonly since: number; readonly until: number },
  now: number,
): HeartbeatHours[] {
  const lag = ingestionLag(state, machine, 'Heartbeat');
  const visible = now - lag;
  return AGENTS.flatMap((agent) => {
    const active = heartbeatActivity(state, machine, agent, workspace);
    if (active.length === 0) return [];
    const series: Series = {
      ...{ active, rate: state.scale / HEARTBEAT_MS },
      phase: phase(state, machine, agent, 'Heartbeat'),
    };
    const lastSeen = lastRowIn(series, window.oldest, visible);
    const firstSeen = firstRowIn(series, window.oldest, visible);
    if (lastSeen === undefined || firstSeen === undefined) return [];
    const notes = notesOn(state, machine, agent);
    const ahead = notes.find((note) => note.aheadSeconds !== undefined)?.aheadSeconds;
    const counts = hourlyRows(series, window, visible);
    return [
      { category: categoryOf(notes, agent), firstSeen, lastSeen, aheadSeconds: ahead ?? -lag / 1000, counts },
    ];
  });
}

/** What else a heartbeat of the machine's agent carries. */
export interface HeartbeatIdentity {
  readonly resourceId: string;
  readonly agentId: string;
  readonly vmId: string;
  readonly solutions: string | undefined;
}

/** `VMUUID` is the id of the VM, and of an Arc server that of its firmware. */
export function heartbeatIdentity(state: State, machine: Machine, agent: Agent): HeartbeatIdentity {
  const notes = notesOn(state, machine, agent);
  const said = <K extends keyof HeartbeatEntry>(field: K) =>
    notes.find((note) => note[field] !== undefined)?.[field];
  return {
    resourceId: said('resourceId')?.toLowerCase() ?? machine.key,
    agentId: (said('agentId') ?? guid(state.seed, machine.key, 'agent')).toLowerCase(),
    vmId: (said('vmId') ?? text(dig(machine.resource, 'properties', 'vmUuid')) ?? machine.vmId).toLowerCase(),
    solutions: said('solutions'),
  };
}

const NO_NOTES: readonly HeartbeatEntry[] = [];

function notesOn(state: State, machine: Machine, agent: Agent): readonly HeartbeatEntry[] {
  const all = state.heartbeatNotes.get(machine.key);
  return all === undefined ? NO_NOTES : all.filter((note) => note.agent === agent);
}

/** The names a machine is heard under, each with its time. */
function names(
  machine: Machine,
  notes: readonly HeartbeatEntry[],
  active: Intervals,
): readonly (readonly [string, Intervals])[] {
  const renames = notes.filter((note) => note.computer !== undefined);
  if (renames.length === 0) return [[machine.computer, active]];
  const all: [string, Intervals][] = renames.map((note) => [
    note.computer ?? '',
    intersect(active, periodOf(note)),
  ]);
  const others = unite(renames.flatMap((note) => periodOf(note)));
  return [[machine.computer, subtract(active, others)], ...all];
}

function categoryOf(notes: readonly HeartbeatEntry[], agent: Agent): string {
  const declared = notes.find((entry) => entry.category !== undefined);
  return declared?.category ?? (agent === 'ama' ? 'Azure Monitor Agent' : 'Direct Agent');
}
