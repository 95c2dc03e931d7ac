import type { WaveMachine } from '../ledger/waves.ts';
import { fail, ok, type Result } from '../model/trouble.ts';
import type { StageContext } from '../waves/stage.ts';
import type { LogsGateway } from './gateway.ts';
import { freshSeconds } from './heartbeats.ts';
import { instanceHeartbeatsQuery } from './queries/instance-heartbeats.ts';

/**
 * How many instances of a scale set have a fresh heartbeat of Azure Monitor Agent, in the workspace that heard the
 * most: one query a workspace of its rules. Computers are only counted, never matched to instances by name (D10).
 */
export async function heardInstances(
  logs: LogsGateway,
  context: StageContext,
  { planned }: WaveMachine,
): Promise<Result<number>> {
  const until = new Date(context.now()).toISOString();
  const since = new Date(context.now() - freshSeconds(context) * 1000).toISOString();
  let most = 0;
  for (const workspaceId of new Set(planned.rules.flatMap((rule) => rule.workspaceId ?? []))) {
    const customerId = context.workspaces.get(workspaceId)?.customerId;
    if (customerId === undefined) return fail('notFound', `workspace ${workspaceId} is not in the plan`);
    const parameters = { since, until, machines: [planned.id] };
    const answer = await logs.query(customerId, instanceHeartbeatsQuery, parameters, { since, until });
    if (!answer.ok) return answer;
    most = Math.max(most, ...answer.value.map(({ computers }) => computers));
  }
  return ok(most);
}
