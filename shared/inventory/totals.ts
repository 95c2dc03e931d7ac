import { isAmaExtension } from '../model/agents.ts';
import type { InventorySummary } from '../model/inventory.ts';
import type { Machine } from '../model/machine.ts';
import { isFresh, legacyPresence } from './reports.ts';

/** What one bucket adds up to; buckets add up to the summary. Plain data: it is stored between activities. */
export interface Totals {
  machines: number;
  azureVms: number;
  scaleSets: number;
  arcServers: number;
  unmanaged: number;
  windows: number;
  linux: number;
  legacyOnly: number;
  bothAgents: number;
  amaOnly: number;
  neither: number;
  /** Rows that repeated a machine. */
  duplicates: number;
  assessment: Record<Machine['assessment']['status'], number>;
  reasons: Record<string, number>;
  findings: Record<string, number>;
  /** Machines of a workspace: heard lately by agent, and with a legacy agent set to it. */
  agents: Record<string, { legacy: number; ama: number; scom: number; legacyMachines: number }>;
  /** Resource ids heard in a workspace that the inventory does not have; at most ten are named. */
  strangers: Record<string, { ids: string[]; count: number }>;
}

export function emptyTotals(): Totals {
  return {
    machines: 0,
    azureVms: 0,
    scaleSets: 0,
    arcServers: 0,
    unmanaged: 0,
    windows: 0,
    linux: 0,
    legacyOnly: 0,
    bothAgents: 0,
    amaOnly: 0,
    neither: 0,
    duplicates: 0,
    assessment: { ready: 0, alreadyMigrated: 0, notApplicable: 0, blocked: 0 },
    reasons: {},
    findings: {},
    agents: {},
    strangers: {},
  };
}

const KIND_COUNT = {
  azureVm: 'azureVms',
  scaleSet: 'scaleSets',
  arcServer: 'arcServers',
  unmanaged: 'unmanaged',
} as const;

/** Counts one machine in. */
export function addMachine(totals: Totals, machine: Machine, now: number): void {
  totals.machines += 1;
  totals[KIND_COUNT[machine.kind]] += 1;
  if (machine.os !== 'unknown') totals[machine.os] += 1;
  // An agent counts whether an extension shows it or only its voice.
  const legacy = legacyPresence(machine, now) !== 'none';
  const heard = machine.kind === 'unmanaged' && machine.heartbeats.ama !== null;
  const ama = heard || machine.extensions.some(isAmaExtension);
  totals[legacy ? (ama ? 'bothAgents' : 'legacyOnly') : ama ? 'amaOnly' : 'neither'] += 1;
  totals.assessment[machine.assessment.status] += 1;
  if (machine.assessment.status === 'blocked')
    for (const code of new Set(machine.assessment.reasons.map((reason) => reason.code)))
      totals.reasons[code] = (totals.reasons[code] ?? 0) + 1;
  for (const code of new Set(machine.findings.map((finding) => finding.code)))
    totals.findings[code] = (totals.findings[code] ?? 0) + 1;
  for (const workspaceId of machine.legacyWorkspaces) agentsOf(totals, workspaceId).legacyMachines += 1;
  for (const { workspaceId, agent, lastSeen } of machine.reports)
    if (isFresh(lastSeen, now)) agentsOf(totals, workspaceId)[agent] += 1;
}

function agentsOf(totals: Totals, workspaceId: string) {
  const agents = totals.agents[workspaceId] ?? { legacy: 0, ama: 0, scom: 0, legacyMachines: 0 };
  totals.agents[workspaceId] = agents;
  return agents;
}

/** Adds up buckets. */
export function sumTotals(parts: readonly Totals[]): Totals {
  const sum = emptyTotals();
  for (const part of parts) addInto(sum as unknown as Tree, part as unknown as Tree);
  return sum;
}

type Tree = { [key: string]: number | string[] | Tree };

/** Numbers add, lists of names join up to ten, the rest goes deeper. */
function addInto(sum: Tree, part: Tree): void {
  for (const [key, value] of Object.entries(part)) {
    if (typeof value === 'number') sum[key] = ((sum[key] as number | undefined) ?? 0) + value;
    else if (Array.isArray(value)) sum[key] = [...((sum[key] as string[]) ?? []), ...value].slice(0, 10);
    else {
      const deeper = (sum[key] ?? {}) as Tree;
      sum[key] = deeper;
      addInto(deeper, value);
    }
  }
}

/** The counts of a summary that come from machines. */
export function machineCounts(
  totals: Totals,
): Pick<
  InventorySummary,
  | 'machines'
  | 'azureVms'
  | 'scaleSets'
  | 'arcServers'
  | 'unmanaged'
  | 'windows'
  | 'linux'
  | 'legacyOnly'
  | 'bothAgents'
  | 'amaOnly'
  | 'neither'
  | 'assessment'
  | 'reasons'
> {
  const { duplicates: _, findings: __, agents: ___, strangers: ____, ...counts } = totals;
  return counts;
}
