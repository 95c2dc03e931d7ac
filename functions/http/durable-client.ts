import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { CONTROL_EVENT } from '../contracts/payloads.ts';

/** Names of the states in which an instance is alive: starting it again would be refused. */
const ALIVE = new Set(['Running', 'Pending', 'Suspended', 'ContinuedAsNew']);

/** Starts an orchestration under a fixed id; one that is there already, running or done, is left as it is. */
export async function startOrchestration(
  context: InvocationContext,
  name: string,
  instanceId: string,
  input: unknown,
): Promise<'started' | 'present'> {
  if ((await instanceStatus(context, instanceId)) !== undefined) return 'present';
  try {
    await df.getClient(context).startNew(name, { instanceId, input });
    return 'started';
  } catch (error) {
    // Someone else may have started it between the look and the start: that is as good.
    if ((await instanceStatus(context, instanceId)) !== undefined) return 'present';
    throw error;
  }
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

/**
 * Starts an orchestration unless it is alive; one that ended is started again. Safe for a wave, whose
 * record says where it stands.
 */
export async function ensureAlive(
  context: InvocationContext,
  instanceId: string,
  name: string,
  input: unknown,
): Promise<'alive' | 'started'> {
  const status = await instanceStatus(context, instanceId);
  if (status !== undefined && ALIVE.has(status)) return 'alive';
  try {
    await df.getClient(context).startNew(name, { instanceId, input });
    return 'started';
  } catch (error) {
    const now = await instanceStatus(context, instanceId);
    if (now !== undefined && ALIVE.has(now)) return 'alive';
    throw error;
  }
}

/** Tells a live orchestration that something changed. */
export async function raise(context: InvocationContext, instanceId: string, event: string): Promise<void> {
  await df.getClient(context).raiseEvent(instanceId, event, null);
}

/** Has an orchestration look at its record now; it does so by itself before long, so that failing is no harm. */
export async function wake(
  context: InvocationContext,
  instanceId: string,
  name: string,
  input: unknown,
): Promise<void> {
  try {
    const state = await ensureAlive(context, instanceId, name, input);
    if (state === 'alive') await raise(context, instanceId, CONTROL_EVENT);
  } catch (error) {
    context.warn('an orchestration could not be woken', { instanceId, error: String(error) });
  }
}
