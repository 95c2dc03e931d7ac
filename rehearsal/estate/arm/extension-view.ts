import { compact, type Dict } from '../json.ts';
import { galleryHandler } from '../state/agents.ts';
import type { Extension, Machine } from '../state/types.ts';
import { arcAsOf, FIRST_EXTENSION } from './arc-versions.ts';
import { withoutNulls } from './view.ts';

/** An extension as ARM answers it: never with protected settings, and with no nulls outside its settings. */
export function extensionView(
  machine: Machine,
  extension: Extension,
  apiVersion: string,
  withInstanceView = false,
): Record<string, unknown> {
  if (machine.kind === 'scaleSet') return modelExtensionView(extension);
  return machine.kind === 'azureVm'
    ? vmExtensionView(extension, withInstanceView)
    : arcExtensionView(extension, apiVersion);
}

export function vmExtensionView(extension: Extension, withInstanceView: boolean): Record<string, unknown> {
  return view(extension, 'Microsoft.Compute/virtualMachines/extensions', {
    typeHandlerVersion: extension.typeHandlerVersion,
    instanceView: withInstanceView ? vmInstanceView(extension) : undefined,
  });
}

/** An extension of a scale set's model: in no place, and without an instance view. */
function modelExtensionView(extension: Extension): Record<string, unknown> {
  const type = 'Microsoft.Compute/virtualMachineScaleSets/extensions';
  const {
    location: _,
    tags: __,
    ...rest
  } = view(extension, type, {
    typeHandlerVersion: extension.typeHandlerVersion,
  });
  return rest;
}

/** Arc reports the full version; VMs keep the short one that was asked for. Platform facts 3. */
function arcExtensionView(extension: Extension, apiVersion: string): Record<string, unknown> {
  const latest = view(extension, 'Microsoft.HybridCompute/machines/extensions', {
    typeHandlerVersion: fullVersion(extension),
    instanceView: arcInstanceView(extension),
  });
  return arcAsOf(apiVersion, FIRST_EXTENSION, latest);
}

function view(extension: Extension, type: string, own: Dict): Record<string, unknown> {
  return {
    ...withoutNulls({
      id: extension.id,
      name: extension.name,
      type,
      location: extension.location,
      tags: extension.tags,
    }),
    properties: compact({
      ...withoutNulls(extension.extra),
      autoUpgradeMinorVersion: extension.autoUpgradeMinorVersion,
      enableAutomaticUpgrade: extension.enableAutomaticUpgrade,
      provisioningState: extension.provisioningState,
      publisher: extension.publisher,
      type: extension.type,
      settings: extension.settings ?? undefined,
      ...own,
    }),
  };
}

/** The version a machine reports. */
export function fullVersion(extension: Extension): string {
  if (extension.reportedVersion !== undefined) return extension.reportedVersion;
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
