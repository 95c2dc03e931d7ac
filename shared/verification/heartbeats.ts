import type { WaveMachine } from '../ledger/waves.ts';
import { agentOfHeartbeat } from '../model/agents.ts';
import type { Result, Trouble } from '../model/trouble.ts';
import type { StageContext } from '../waves/stage.ts';
import type { LogsGateway } from './gateway.ts';
import { agentHeartbeatsQuery } from './queries/agent-heartbeats.ts';

/** When each agent of a machine was last heard, over all its workspaces; ISO 8601 or null. */
export interface HeardAgents {
  readonly ama: string | null;
  readonly legacy: string | null;
  readonly scom: string | null;
  /** Set when a workspace could not be asked: silence then proves nothing. */
  readonly trouble: Trouble | null;
}

const NOT_HEARD: HeardAgents = { ama: null, legacy: null, scom: null, trouble: null };

/** One query per workspace for all machines given, over the last `windowSeconds`. */
export async function readHeartbeats(
  logs: LogsGateway,
  context: Pick<StageContext, 'workspaces' | 'now'>,
  machines: readonly WaveMachine[],
  windowSeconds: number,
): Promise<Map<string, HeardAgents>> {
  const heard = new Map<string, HeardAgents>();
  const until = new Date(context.now()).toISOString();
  const since = new Date(context.now() - windowSeconds * 1000).toISOString();
  for (const [workspaceId, ids] of machinesByWorkspace(machines)) {
    const customerId = context.workspaces.get(workspaceId)?.customerId;
    const answer: Result<readonly { ResourceId: string; Category: string; lastSeen: string }[]> =
      customerId === undefined
        ? { ok: false, trouble: { code: 'notFound', message: `workspace ${workspaceId} is not in the plan` } }
        : await logs.query(
            customerId,
            agentHeartbeatsQuery,
            { since, until, machines: ids },
            { since, until },
          );
    if (!answer.ok) {
      for (const id of ids) heard.set(id, { ...(heard.get(id) ?? NOT_HEARD), trouble: answer.trouble });
      continue;
    }
    for (const row of answer.value) {
      const agent = agentOfHeartbeat(row.Category);
      if (agent === 'other') continue;
      const known = heard.get(row.ResourceId) ?? NOT_HEARD;
      heard.set(row.ResourceId, { ...known, [agent]: latest(known[agent], row.lastSeen) });
    }
  }
  return heard;
}

/** Whether an agent was heard recently enough. Rows arrive late, so the lag of ingestion is granted on top. */
export function isFresh(context: StageContext, lastSeen: string | null): boolean {
  return lastSeen !== null && context.now() - Date.parse(lastSeen) <= freshSeconds(context) * 1000;
}

export function freshSeconds({ policy }: StageContext): number {
  return policy.heartbeatFreshSeconds + policy.ingestionLagSeconds;
}

/** Machines by every workspace their rules or their legacy agent report to. */
export function machinesByWorkspace(machines: readonly WaveMachine[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { planned } of machines) {
    const workspaces = new Set([
      ...planned.rules.map(({ workspaceId }) => workspaceId),
      ...planned.legacyWorkspaces,
    ]);
    for (const workspace of workspaces) {
      if (workspace === null) continue;
      const ids = groups.get(workspace) ?? [];
      ids.push(planned.id);
      groups.set(workspace, ids);
    }
  }
  return groups;
}

function latest(a: string | null, b: string): string {
  return a === null || Date.parse(b) > Date.parse(a) ? b : a;
}
