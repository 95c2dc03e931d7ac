import { compact } from '../json.ts';
import { galleryHandler } from '../state/agents.ts';
import type { Extension, Machine } from '../state/types.ts';

/** An extension as ARM answers it: never with protected settings. */
export function extensionView(
  machine: Machine,
  extension: Extension,
  withInstanceView: boolean,
): Record<string, unknown> {
  const vm = machine.kind === 'azureVm';
  return compact({
    id: extension.id,
    name: extension.name,
    type: vm ? 'Microsoft.Compute/virtualMachines/extensions' : 'Microsoft.HybridCompute/machines/extensions',
    location: extension.location,
    tags: extension.tags ?? undefined,
    properties: compact({
      ...extension.extra,
      autoUpgradeMinorVersion: extension.autoUpgradeMinorVersion,
      enableAutomaticUpgrade: extension.enableAutomaticUpgrade,
      provisioningState: extension.provisioningState,
      publisher: extension.publisher,
      type: extension.type,
      // Arc reports the full version; VMs keep the short one that was asked for. Platform facts 3.
      typeHandlerVersion: vm ? extension.typeHandlerVersion : fullVersion(extension),
      settings: extension.settings ?? undefined,
      instanceView: vm
        ? withInstanceView
          ? vmInstanceView(extension)
          : undefined
        : arcInstanceView(extension),
    }),
  });
}

/** The version a machine reports. */
export function fullVersion(extension: Extension): string {
  const known = galleryHandler(extension.publisher, extension.type)?.version;
  const own = extension.typeHandlerVersion;
  return own !== undefined && own.split('.').length > 2 ? own : (known ?? own ?? '1.0.0.0');
}

/** One entry of a VM's `instanceView.extensions`. */
export function vmInstanceView(extension: Extension): Record<string, unknown> {
  return {
    name: extension.name,
    type: `${extension.publisher}.${extension.type}`,
    typeHandlerVersion: fullVersion(extension),
    statuses: [status(extension)],
  };
}

function arcInstanceView(extension: Extension): Record<string, unknown> {
  const { level, displayStatus, message, code } = status(extension);
  return {
    name: extension.name,
    type: extension.type,
    typeHandlerVersion: fullVersion(extension),
    status: compact({ code, level, displayStatus, message }),
  };
}

function status(extension: Extension) {
  const state = extension.provisioningState.toLowerCase();
  const failed = state === 'failed';
  const busy = state === 'creating' || state === 'updating' || state === 'deleting';
  return compact({
    code: `ProvisioningState/${failed ? `failed/${extension.code ?? '1'}` : busy ? 'transitioning' : 'succeeded'}`,
    level: failed ? 'Error' : 'Info',
    displayStatus: failed ? 'Provisioning failed' : busy ? 'Transitioning' : 'Provisioning succeeded',
    message: extension.message,
  }) as { code: string; level: string; displayStatus: string; message?: string };
}
