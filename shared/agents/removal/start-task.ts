import type { WaveMachine } from '../../ledger/waves.ts';
import { isLegacyExtension } from '../../model/agents.ts';
import type { Extension } from '../../model/machine.ts';
import { extensionBefore } from '../../model/rollback.ts';
import type { Result } from '../../model/trouble.ts';
import type { OperationKind } from '../../model/wave.ts';
import type { Decision, StageContext, StageStep } from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import type { ExtensionBody } from '../ama-settings.ts';
import type { MachineGateway, MachineState, OperationStart, PowerGateway } from '../gateway.ts';
import { operationStarted } from '../operation-step.ts';

/** Handler version of the dependency agent that is sent where the machine does not tell its own. Not verified. */
const DEPENDENCY_AGENT_VERSION = '9.10';

/** Deletes a legacy extension, or the dependency agent. */
export function deleteExtension(
  machines: MachineGateway,
  context: StageContext,
  { planned }: WaveMachine,
  state: MachineState,
  extension: Extension,
): Decision {
  const machineId = planned.id;
  const { name, publisher, type, version } = extension;
  const legacy = state.extensions.filter(isLegacyExtension);
  const what = isLegacyExtension(extension) ? 'legacy extension' : 'dependency agent';
  return {
    machineId,
    intent: `delete ${what} ${name} (${publisher}/${type} ${version ?? ''})`,
    before: { extensions: isLegacyExtension(extension) ? legacy : [extension] },
    change: { kind: 'deleteExtension', extension: name },
    undo: isLegacyExtension(extension)
      ? { legacy: [extensionBefore(extension)] }
      : { dependencyAgent: extensionBefore(extension) },
    async act(): Promise<StageStep> {
      const step = startedStep(
        context,
        machineId,
        'deleteExtension',
        name,
        await machines.deleteExtension(planned, name),
      );
      if (step.patch?.operation === null) return step;
      return { ...step, patch: { ...step.patch, legacyExtensions: legacy.map((found) => found.name) } };
    },
  };
}

/** Sets the dependency agent to work with Azure Monitor Agent; its other settings stay. Facts file 3.1. */
export function putDependencyAgent(
  machines: MachineGateway,
  context: StageContext,
  { planned }: WaveMachine,
  extension: Extension,
): Decision {
  const machineId = planned.id;
  const { name, publisher, type, settings } = extension;
  const body: ExtensionBody = {
    location: planned.region,
    properties: {
      publisher,
      type,
      ...(planned.kind === 'arcServer' ? {} : { typeHandlerVersion: shortVersion(extension) }),
      autoUpgradeMinorVersion: true,
      enableAutomaticUpgrade: true,
      settings: withAmaMode(settings),
    },
  };
  return {
    machineId,
    intent: `set dependency agent ${name} to work with Azure Monitor Agent`,
    before: { extensions: [extension] },
    change: { kind: 'putExtension', extension: name },
    undo: { dependencyAgent: extensionBefore(extension) },
    act: async () =>
      startedStep(context, machineId, 'putExtension', name, await machines.putExtension(planned, name, body)),
  };
}

/** Settings of the dependency agent, set to work with Azure Monitor Agent: a string, as the built-in policies write it. */
export function withAmaMode(settings: unknown): object {
  return { ...(settings as object | null), enableAMA: 'true' };
}

/** Starts a VM that is deallocated; the record keeps that the app did, for it has to deallocate it again. */
export function startVm(
  power: PowerGateway,
  context: StageContext,
  { planned, record }: WaveMachine,
): Decision {
  const machineId = planned.id;
  const name = planned.resourceId.split('/').at(-1) ?? '';
  const at = new Date(context.now()).toISOString();
  return {
    machineId,
    intent: `start VM ${name}, which is deallocated; it is deallocated again after the removal`,
    before: { power: 'deallocated' },
    change: { kind: 'startVm', extension: name },
    async act() {
      const step = startedStep(context, machineId, 'startVm', name, await power.start(planned));
      if (step.patch?.operation === null) return step;
      const removal = { ...record.removal, startedVm: { at, outcome: null } };
      return { ...step, patch: { ...step.patch, removal } };
    },
  };
}

/** The step after a change was sent: followed when it was accepted, else what its trouble means. */
export function startedStep(
  context: StageContext,
  machineId: string,
  kind: OperationKind,
  name: string,
  started: Result<OperationStart>,
): StageStep {
  if (started.ok) return operationStarted(context, machineId, kind, name, started.value);
  return { machineId, outcome: outcomeOfTrouble(context, started.trouble), patch: { operation: null } };
}

function shortVersion({ version }: Extension): string {
  return handlerVersion(version) ?? DEPENDENCY_AGENT_VERSION;
}

/** Major and minor of a version: what Compute takes. undefined where the machine does not tell. */
export function handlerVersion(version: string | null): string | undefined {
  return /^\d+\.\d+/.exec(version ?? '')?.[0];
}
