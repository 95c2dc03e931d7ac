import { agentOfHeartbeat } from '../model/agents.ts';
import type { Machine } from '../model/machine.ts';
import { assess } from './assess.ts';
import { heartbeatsOf, reportsOf, type WorkspaceHeartbeat } from './reports.ts';

/**
 * The id of a machine that only its heartbeat shows: its agent's id, where it has one, and the machine's own,
 * for clones share the former.
 */
export function unmanagedId({
  AgentId,
  VmId,
  Computer,
}: Pick<WorkspaceHeartbeat, 'AgentId' | 'VmId' | 'Computer'>): string {
  return `unmanaged/${[AgentId || Computer || 'unknown', VmId].filter(Boolean).join('.')}`;
}

/** Machines without ARM id, from the heartbeats nobody claimed. Pure. */
export function unmanagedMachines(rows: readonly WorkspaceHeartbeat[], now: number): Machine[] {
  const agents = rows.filter(({ Category }) => agentOfHeartbeat(Category ?? '') !== 'other');
  return [...Map.groupBy(agents, unmanagedId)].map(([id, heard]) => machineOf(id, heard, now));
}

function machineOf(id: string, heard: readonly WorkspaceHeartbeat[], now: number): Machine {
  const reports = reportsOf(heard);
  const latest = heard.toSorted((a, b) => (a.lastSeen < b.lastSeen ? 1 : -1))[0];
  const system = latest?.OSType ?? '';
  const machine = {
    id,
    resourceId: id,
    kind: 'unmanaged',
    name: latest?.Computer || id,
    tenantId: null,
    subscriptionId: '',
    resourceGroup: '',
    region: '',
    os: /windows/i.test(system) ? 'windows' : /linux/i.test(system) ? 'linux' : 'unknown',
    osName: latest?.OSName || null,
    osVersion: latest?.OSVersion?.replace(/\.$/, '') || null,
    architecture: 'unknown',
    availability: 'unknown',
    vmId: latest?.VmId || null,
    guestAgent: 'unknown',
    extensionsAllowed: true,
    arcAgent: null,
    scaleSetId: null,
    scaleSet: null,
    systemIdentity: false,
    userIdentities: [],
    tags: {},
    extensions: [],
    associations: [],
    heartbeats: heartbeatsOf(reports),
    reports,
    legacyWorkspaces: [
      ...new Set(reports.filter(({ agent }) => agent !== 'ama').map(({ workspaceId }) => workspaceId)),
    ],
    unseenWorkspaces: [],
    locks: [],
    missingActions: [],
  } as const satisfies Omit<Machine, 'findings' | 'assessment'>;
  return {
    ...machine,
    findings: [],
    assessment: assess(machine, { holdTag: '', namedIdentity: null, now }),
  };
}
