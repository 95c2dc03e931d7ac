import { ComputeManagementClient } from '@azure/arm-compute';
import { HybridComputeManagementClient } from '@azure/arm-hybridcompute';
import pMap from 'p-map';
import type { Field } from './field.ts';

/** A machine as a script sees it. */
interface Found {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly arc: boolean;
}

/** What a script knows in the end. */
export interface ScriptEnd {
  /** Machines whose removal it saw end well. */
  readonly confirmed: ReadonlySet<string>;
  /** Calls that failed and that nothing was made of: a line on a console. */
  readonly unrecorded: number;
  /** Why it broke off, and on which machine. */
  readonly brokeOff: { readonly message: string; readonly machineId: string } | null;
}

const LEGACY_NAMES = new Set(['MicrosoftMonitoringAgent', 'OmsAgentForLinux']);
/** Facts file 2.2: `$parallelThrottleLimit`. */
const WORKERS = 16;
/** A command of the Azure CLI starts a process. Own estimate. */
const COMMAND_SECONDS = 1;

/**
 * The pattern of the public removal script (facts file 2.2), written anew: one subscription after the other, extensions
 * listed machine by machine, the legacy one deleted by its name, 16 at a time, results not waited for.
 */
export async function removalScript(field: Field, subscriptions: readonly string[]): Promise<ScriptEnd> {
  let unrecorded = 0;
  const command = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    await field.clock.sleep(COMMAND_SECONDS * 1000);
    try {
      return await run();
    } catch {
      unrecorded += 1;
      return undefined;
    }
  };
  for (const subscription of subscriptions) {
    const azure = clientsOf(field, subscription);
    const machines = (await command(azure.machines)) ?? [];
    const rows = await pMap(
      machines,
      async (machine) => ({ machine, name: await command(() => azure.legacyName(machine)) }),
      { concurrency: WORKERS },
    );
    await pMap(
      rows.flatMap(({ machine, name }) => (name === undefined ? [] : [{ machine, name }])),
      ({ machine, name }) => command(() => azure.startDeletion(machine, name)),
      { concurrency: WORKERS },
    );
  }
  return { confirmed: new Set(), unrecorded, brokeOff: null };
}

/** Everything at once with the SDKs as they come: their retries, their polls, and the first error ends it. */
export async function promiseAll(field: Field, subscriptions: readonly string[]): Promise<ScriptEnd> {
  const confirmed = new Set<string>();
  let first = '';
  try {
    await Promise.all(
      subscriptions.map(async (subscription) => {
        const azure = clientsOf(field, subscription);
        await Promise.all(
          (await azure.machines()).map(async (machine) => {
            const id = machine.id.toLowerCase();
            try {
              const name = await azure.legacyName(machine);
              if (name === undefined) return;
              await azure.deleteAndWait(machine, name);
              confirmed.add(id);
            } catch (error) {
              first ||= id;
              throw error;
            }
          }),
        );
      }),
    );
    return { confirmed, unrecorded: 0, brokeOff: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { confirmed, unrecorded: 0, brokeOff: { message, machineId: first } };
  }
}

function clientsOf({ credential, options }: Field, subscription: string) {
  const vms = new ComputeManagementClient(credential, subscription, options);
  const arc = new HybridComputeManagementClient(credential, subscription, options);
  return {
    async machines(): Promise<Found[]> {
      const found: Found[] = [];
      for await (const { id = '', name = '' } of vms.virtualMachines.listAll())
        found.push(named(id, name, false));
      for await (const { id = '', name = '' } of arc.machines.listBySubscription())
        found.push(named(id, name, true));
      return found;
    },
    async legacyName({ group, name, arc: isArc }: Found): Promise<string | undefined> {
      const names: (string | undefined)[] = [];
      if (isArc) for await (const one of arc.machineExtensions.list(group, name)) names.push(one.name);
      else
        names.push(
          ...((await vms.virtualMachineExtensions.list(group, name)).value ?? []).map((one) => one.name),
        );
      return names.find((one) => one !== undefined && LEGACY_NAMES.has(one));
    },
    async startDeletion({ group, name, arc: isArc }: Found, extension: string): Promise<void> {
      // The older SDK sends nothing before the first poll (platform facts 3).
      if (isArc) await (await arc.machineExtensions.beginDelete(group, name, extension)).poll();
      else await vms.virtualMachineExtensions.delete(group, name, extension).submitted();
    },
    async deleteAndWait({ group, name, arc: isArc }: Found, extension: string): Promise<void> {
      if (isArc) await arc.machineExtensions.beginDeleteAndWait(group, name, extension);
      else await vms.virtualMachineExtensions.delete(group, name, extension);
    },
  };
}

function named(id: string, name: string, arc: boolean): Found {
  return { id, name, arc, group: /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '' };
}
