import { z } from 'zod';
import type {
  MachineRef,
  OperationStart,
  PowerGateway,
  RunCommand,
  RunCommandGateway,
} from '../agents/gateway.ts';
import { parseMachineId } from '../model/ids.ts';
import { ok, type Result } from '../model/trouble.ts';
import type { Arm } from './arm.ts';
import { operationStart } from './operations.ts';
import { attempt } from './trouble.ts';

/** Versions that have run commands in the resource types of today; Arc has them since 2025-01-13. */
const VM_API_VERSION = '2026-04-01';
const ARC_API_VERSION = '2025-01-13';

/** A script that has not ended by then is stopped by Azure. */
const SCRIPT_TIMEOUT_SECONDS = 1800;

/**
 * Managed run commands over the thin pipeline: the client package of Arc does not know them, and both kinds of
 * machines have the same bodies. Azure reports their end by the operation, their result by the instance view.
 */
export function createRunCommandGateway(arm: Arm): RunCommandGateway {
  return {
    start: (machine, name, script) =>
      attempt(async () => {
        const body = {
          location: machine.region,
          properties: {
            source: { script },
            asyncExecution: false,
            timeoutInSeconds: SCRIPT_TIMEOUT_SECONDS,
          },
        };
        const { response } = await arm({ method: 'PUT', url: address(machine, name), body });
        return operationStart(response.headers);
      }),

    read: async (machine, name) => {
      const found = await attempt(async () => {
        const { body } = await arm({
          method: 'GET',
          url: `${address(machine, name)}${isArc(machine) ? '' : '&$expand=instanceView'}`,
        });
        return runCommandOf(View.parse(body));
      });
      // The machine itself was read just before, so it is the run command that is not there.
      if (!found.ok && found.trouble.code === 'notFound') return ok(undefined) as Result<undefined>;
      return found;
    },

    remove: (machine, name) =>
      attempt(async () => {
        const { response } = await arm({ method: 'DELETE', url: address(machine, name) });
        return operationStart(response.headers);
      }),
  };
}

/** Starts and deallocates VMs, by the same pipeline. */
export function createPowerGateway(arm: Arm): PowerGateway {
  const post = (machine: MachineRef, action: string): Promise<Result<OperationStart>> =>
    attempt(async () => {
      const url = `${machine.resourceId}/${action}?api-version=${VM_API_VERSION}`;
      const { response } = await arm({ method: 'POST', url });
      return operationStart(response.headers);
    });
  return {
    start: (machine) => post(machine, 'start'),
    deallocate: (machine) => post(machine, 'deallocate'),
  };
}

function address(machine: MachineRef, name: string): string {
  const version = isArc(machine) ? ARC_API_VERSION : VM_API_VERSION;
  return `${machine.resourceId}/runCommands/${encodeURIComponent(name)}?api-version=${version}`;
}

/** An Arc machine's run command carries its instance view unasked. */
function isArc({ resourceId }: MachineRef): boolean {
  return parseMachineId(resourceId)?.kind === 'arcServer';
}

const View = z.object({
  properties: z
    .object({
      provisioningState: z.string().optional(),
      instanceView: z
        .object({
          executionState: z.string().optional(),
          executionMessage: z.string().optional(),
          exitCode: z.number().optional(),
          output: z.string().optional(),
          error: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** The execution tells more than the resource's own state, which may be in time for neither. */
function runCommandOf({ properties = {} }: z.infer<typeof View>): RunCommand {
  const { instanceView: view = {}, provisioningState = '' } = properties;
  const execution = view.executionState?.toLowerCase() ?? 'unknown';
  const ended = ['succeeded', 'failed', 'timedout', 'canceled'].includes(execution);
  const never = /^(failed|canceled)$/i.test(provisioningState);
  const state = execution === 'succeeded' ? 'succeeded' : ended || never ? 'failed' : 'running';
  const said = [view.error, view.executionMessage].filter((text) => text !== undefined && text !== '');
  return {
    state,
    exitCode: view.exitCode ?? null,
    output: view.output ?? '',
    error: said.join(' ').replace(/\s+/g, ' ').trim().slice(0, 500),
  };
}
