import { randomUUID } from 'node:crypto';
import type { FunctionCallback, InvocationResponse, TypedData } from './core-module.ts';
import type { LoadedEntry, RegisteredFunction, TriggerType } from './entry.ts';
import { runHooks, runLogHooks } from './hooks.ts';
import type { Log, LogEntry } from './logging.ts';

export interface Invocation {
  readonly fn: RegisteredFunction;
  readonly data: TypedData;
  readonly instanceId?: string;
}

export interface InvocationOutcome {
  /** What the handler returned, untouched. */
  readonly result: unknown;
  /** The same as Azure's host would receive it. */
  readonly response: InvocationResponse;
}

export type Invoke = (invocation: Invocation) => Promise<InvocationOutcome>;

/** One execution of a function, as Azure would count it. */
export interface Execution {
  readonly trigger: TriggerType;
  readonly name: string;
  /** Clock milliseconds. */
  readonly at: number;
}

/** Runs an execution; what it starts can be told from what others start by the asynchronous context. */
export type OnInvoke = <T>(execution: Execution, run: () => Promise<T>) => Promise<T>;

/** Has every execution run by a measurement. */
export function observed(invoke: Invoke, now: () => number, onInvoke: OnInvoke): Invoke {
  return (invocation) => {
    const { trigger, name } = invocation.fn;
    return onInvoke({ trigger, name, at: now() }, () => invoke(invocation));
  };
}

interface InvokeOptions {
  readonly entry: LoadedEntry;
  readonly log: Log;
  /** The JSON that Azure would bind to a durable client input. */
  readonly clientData: () => string;
}

/** Calls handlers the way Azure's worker does: through the library's invocation model and the app's hooks. */
export function createInvoke({ entry, log, clientData }: InvokeOptions): Invoke {
  const appHookData = {};

  return async ({ fn, data, instanceId }) => {
    const invocationId = randomUUID();
    const about = { functionName: fn.name, invocationId, ...(instanceId !== undefined && { instanceId }) };
    const extra = fn.clientInputs.map((name) => ({ name, data: { string: clientData() } }));
    let invocationContext: object | undefined;
    const core = {
      invocationId,
      metadata: fn.metadata,
      state: undefined as string | undefined,
      request: { invocationId, inputData: [{ name: fn.triggerName, data }, ...extra], triggerMetadata: {} },
      log(level: string, category: string, message: string) {
        const line: Record<string, unknown> = { level, category, message, invocationContext, hookData: {} };
        runLogHooks(entry, line);
        log({ level: line.level as LogEntry['level'], category, message: String(line.message), ...about });
      },
    };
    const model = entry.model.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    invocationContext = context;
    const shared = { hookData: {}, appHookData, invocationContext: context };

    const before: Record<string, unknown> = { ...shared, inputs, functionCallback: fn.callback };
    core.state = 'preInvocationHooks';
    await runHooks(entry, 'preInvocation', before);

    const after: Record<string, unknown> = { ...shared, inputs: before.inputs, result: null, error: null };
    try {
      core.state = 'invocation';
      const handler = before.functionCallback as FunctionCallback;
      after.result = await model.invokeFunction(context, before.inputs as unknown[], handler);
    } catch (error) {
      after.error = error ?? new Error('The handler threw nothing.');
    }
    core.state = 'postInvocationHooks';
    await runHooks(entry, 'postInvocation', after);
    if (after.error !== null && after.error !== undefined) throw after.error;
    return { result: after.result, response: await model.getResponse(context, after.result) };
  };
}
