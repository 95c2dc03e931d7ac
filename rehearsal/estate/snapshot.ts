import { arcStatus, powerCode } from './arm/machine-view.ts';
import type { Agent } from './file/common.ts';
import { agentOf } from './state/agents.ts';
import { advanceAll } from './state/scale-sets.ts';
import { workspacesOf } from './state/scripts.ts';
import { settle } from './state/settle.ts';
import type { State } from './state/state.ts';
import type { Machine } from './state/types.ts';

/** What a test asks about one machine. */
export interface MachineSnapshot {
  readonly id: string;
  readonly kind: Machine['kind'];
  readonly os: Machine['os'];
  /** `PowerState/…` of a VM, `Connected`, `Disconnected` or `Expired` of an Arc server. */
  readonly status: string;
  readonly extensions: readonly {
    readonly name: string;
    readonly publisher: string;
    readonly type: string;
    readonly agent: Agent | undefined;
    readonly provisioningState: string;
    readonly settings: unknown;
  }[];
  readonly associations: readonly {
    readonly name: string;
    readonly ruleId: string | undefined;
    readonly endpointId: string | undefined;
  }[];
  /** Agents installed now, and why one is not heard. */
  readonly agents: readonly {
    readonly agent: Agent;
    readonly since: number;
    readonly mute: string | undefined;
  }[];
  /** Customer ids the legacy agent is set to report to, in whatever form it is there. */
  readonly legacyWorkspaces: readonly string[];
  /** Names of run commands that are left. */
  readonly runCommands: readonly string[];
}

/** The machine's present state, or undefined for an unknown id. */
export function snapshot(state: State, machineId: string): MachineSnapshot | undefined {
  const machine = state.machines.get(machineId.toLowerCase());
  if (machine === undefined) return undefined;
  const now = state.clock.now();
  advanceAll(state, now);
  settle(state, machine, now);
  return {
    id: machine.id,
    kind: machine.kind,
    os: machine.os,
    status: machine.kind === 'arcServer' ? arcStatus(machine, now) : powerCode(machine, now),
    extensions: [...machine.extensions.values()].map((extension) => ({
      name: extension.name,
      publisher: extension.publisher,
      type: extension.type,
      agent: agentOf(extension),
      provisioningState: extension.provisioningState,
      settings: extension.settings,
    })),
    associations: [...machine.associations.values()].map(({ name, ruleId, endpointId }) => ({
      name,
      ruleId,
      endpointId,
    })),
    agents: machine.episodes
      .filter((episode) => episode.until > now)
      .map((episode) => ({ agent: episode.agent, since: episode.from, mute: episode.mute })),
    legacyWorkspaces: workspacesOf(state, machine, now),
    runCommands: [...machine.runCommands.values()].map(({ name }) => name),
  };
}
