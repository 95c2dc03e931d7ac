import type { Behaviour } from '../file/behaviour.ts';
import type { Os } from '../file/common.ts';
import type { Resource } from '../file/schema.ts';
import { EVER } from '../intervals.ts';
import { dig, text } from '../json.ts';
import { guid } from '../random.ts';
import type { ArmPath } from './ids.ts';
import { setPower, setPowerBetween } from './power.ts';
import type { State } from './state.ts';
import { type TraitIndex, traitsOf } from './traits.ts';
import type { Machine, Power } from './types.ts';

/** How long a machine that the file shows as down has been down. The file does not say. */
const DOWN_SINCE_MS = 14 * 24 * 3_600_000;

const KINDS: Readonly<Record<string, Machine['kind']>> = {
  'microsoft.compute/virtualmachines': 'azureVm',
  'microsoft.compute/virtualmachinescalesets': 'scaleSet',
  'microsoft.compute/virtualmachinescalesets/virtualmachines': 'azureVm',
};

/** Builds a machine from its resource; its extensions follow later. */
export function loadMachine(
  state: State,
  behaviour: Behaviour,
  index: TraitIndex,
  path: ArmPath,
  resource: Resource,
): Machine {
  const kind = KINDS[path.type] ?? 'arcServer';
  const p = resource.properties;
  const key = path.id.toLowerCase();
  const os = osOf(p);
  const location = resource.location ?? '';
  const subscription = path.subscription ?? '';
  const group = path.group ?? '';
  const computer =
    text(dig(p, 'osProfile', 'computerName')) ??
    text(dig(p, 'dnsFqdn')) ??
    text(dig(p, 'machineFqdn')) ??
    path.names[0] ??
    '';
  const facts = { key, kind, os, subscription, group, location, tags: resource.tags } as const;
  const machine: Machine = {
    id: path.id,
    key,
    kind,
    name: path.names[0] ?? '',
    subscription,
    group,
    location,
    os,
    computer,
    resource,
    twins: [],
    vmId: text(dig(p, 'vmId')) ?? guid(state.seed, key, 'vm'),
    traits: traitsOf(behaviour, index, facts, state.seed),
    extensions: new Map(),
    associations: new Map(),
    links: [],
    episodes: [],
    power: [{ at: EVER, state: 'running' }],
    pending: [],
    reinstalls: [],
    members: [],
    modelChanges: [],
    reinstalled: 0,
    runCommands: new Map(),
    detached: [],
    agentRemovedAt: undefined,
  };
  const now = shownState(kind, p);
  // A declared period that covers the start explains why the file shows the machine down, and until when.
  const explained = index.offline.get(key)?.some((entry) => covers(entry, state.startedAt)) === true;
  if (now !== 'running' && !explained) setPower(machine, state.startedAt - DOWN_SINCE_MS, now);
  for (const entry of index.offline.get(key) ?? []) {
    const down = entry.state ?? (kind === 'azureVm' ? 'deallocated' : 'disconnected');
    setPowerBetween(
      machine,
      Date.parse(entry.from),
      entry.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(entry.until),
      down,
    );
  }
  return machine;
}

function covers(period: { from: string; until?: string | undefined }, instant: number): boolean {
  return (
    Date.parse(period.from) <= instant && (period.until === undefined || Date.parse(period.until) > instant)
  );
}

function osOf(properties: unknown): Os {
  const said =
    text(dig(properties, 'storageProfile', 'osDisk', 'osType')) ??
    text(dig(properties, 'virtualMachineProfile', 'storageProfile', 'osDisk', 'osType')) ??
    text(dig(properties, 'osType')) ??
    text(dig(properties, 'osName')) ??
    '';
  return said.toLowerCase().startsWith('win') ? 'windows' : 'linux';
}

function shownState(kind: Machine['kind'], properties: unknown): Power {
  if (kind === 'arcServer') {
    const status = text(dig(properties, 'status'))?.toLowerCase();
    return status === 'disconnected' || status === 'expired' ? 'disconnected' : 'running';
  }
  const codes = [text(dig(properties, 'extended', 'instanceView', 'powerState', 'code'))];
  const statuses = dig(properties, 'instanceView', 'statuses');
  if (Array.isArray(statuses)) codes.push(...statuses.map((status) => text(dig(status, 'code'))));
  const power = codes.find((code) => code?.toLowerCase().startsWith('powerstate/'))?.toLowerCase();
  if (power === undefined || power === 'powerstate/running') return 'running';
  return power === 'powerstate/stopped' ? 'stopped' : 'deallocated';
}
