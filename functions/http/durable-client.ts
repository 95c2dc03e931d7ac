import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

/** Names of the states in which an instance is alive: starting it again would be refused. */
const ALIVE = new Set(['Running', 'Pending', 'Suspended', 'ContinuedAsNew']);

/** Starts an orchestration under a fixed id; one that is there already, running or done, is left as it is. */
export async function startOrchestration(
  context: InvocationContext,
  name: string,
  instanceId: string,
  input: unknown,
): Promise<'started' | 'present'> {
  const client = df.getClient(context);
  const status = await instanceStatus(context, instanceId);
  if (status !== undefined) return 'present';
  await client.startNew(name, { instanceId, input });
  return 'started';
}

/** The runtime status of an instance, or undefined when there is none. */
export async function instanceStatus(
  context: InvocationContext,
  instanceId: string,
): Promise<string | undefined> {
  try {
    const status = await df.getClient(context).getStatus(instanceId);
    return status?.runtimeStatus === undefined ? undefined : String(status.runtimeStatus);
  } catch (error) {
    if (/404|not found|no instance/i.test(String((error as Error).message))) return undefined;
    throw error;
  }
}

/** Wakes an orchestration; one that has ended has nothing to wake for. */
export async function wake(context: InvocationContext, instanceId: string, event: string): Promise<void> {
  const status = await instanceStatus(context, instanceId);
  if (status !== undefined && ALIVE.has(status))
    await df.getClient(context).raiseEvent(instanceId, event, null);
}
