import type { EstateFile } from '../estate/index.ts';
import { hash } from '../estate/random.ts';
import { association } from './collection.ts';
import { legacyAgent, newAgent, type Resource, type System } from './resources.ts';
import { SYSTEMS } from './systems.ts';

type Heartbeat = NonNullable<EstateFile['heartbeats']>[number];

const UNSUPPORTED: readonly System[] = [SYSTEMS.windows2008r2, SYSTEMS.centos6];
const ENVIRONMENTS = ['production', 'test', 'development'];
const OWNERS = ['shop', 'payments', 'platform', 'plants', 'finance', 'research', 'sales'];

/** How machine n of a fleet with extras differs from a ready one. */
export interface Extras {
  readonly system: System | undefined;
  /** Deallocated, or disconnected. */
  readonly down: boolean;
  readonly agents: 'legacy' | 'ama' | 'both';
  /** Also heard in another workspace. */
  readonly multiHomed: boolean;
  readonly tags: Record<string, string>;
}

/** 5 % down, 3 % of an unsupported system, 6 % migrated, 4 % with both agents, 5 % multi-homed; all tagged. */
export function extrasOf(seed: number, n: number): Extras {
  const draw = (what: string) => hash(`${seed}|${what}|${n}`);
  const percent = (what: string) => draw(what) % 100;
  const agents = percent('agents');
  return {
    system: percent('unsupported') < 3 ? UNSUPPORTED[draw('system') % 2] : undefined,
    down: percent('down') < 5,
    agents: agents < 6 ? 'ama' : agents < 10 ? 'both' : 'legacy',
    multiHomed: percent('homes') < 5,
    tags: {
      env: ENVIRONMENTS[draw('env') % ENVIRONMENTS.length] as string,
      owner: OWNERS[draw('owner') % OWNERS.length] as string,
      ring: String(draw('ring') % 4),
    },
  };
}

/** Agents of a machine, and the rule of those with the new one. */
export function agentsOf(
  machine: Resource,
  system: System,
  agents: Extras['agents'],
  target: { readonly customerId: string; readonly rules: Readonly<Record<System['os'], string>> },
): Resource[] {
  const legacyName = system.os === 'windows' ? 'MicrosoftMonitoringAgent' : 'OmsAgentForLinux';
  const legacy = [legacyAgent(machine, system.os, target.customerId, legacyName)];
  const ama = [
    newAgent(machine, system.os),
    association(machine, 'assoc-fleet', { dataCollectionRuleId: target.rules[system.os] }),
  ];
  return agents === 'legacy' ? legacy : agents === 'ama' ? ama : [...legacy, ...ama];
}

export function secondHome(machine: Resource, workspace: string): Heartbeat {
  return { machine: machine.id, agent: 'legacy', workspace };
}
