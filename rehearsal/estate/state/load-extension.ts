import { EVER } from '../intervals.ts';
import { dict, dig, text } from '../json.ts';
import { beginEpisode } from './episodes.ts';
import { startOperation } from './operations.ts';
import type { State } from './state.ts';
import type { Extension, Machine } from './types.ts';

const OWN = new Set([
  'publisher',
  'type',
  'typeHandlerVersion',
  'autoUpgradeMinorVersion',
  'enableAutomaticUpgrade',
  'settings',
  'protectedSettings',
  'provisioningState',
  'instanceView',
]);

/** Adds an extension that the file shows on a machine; by default its agent has been there since ever. */
export function loadExtension(
  state: State,
  machine: Machine,
  resource: Readonly<Record<string, unknown>>,
  since = EVER,
): void {
  const p = dict(resource['properties']);
  const id =
    text(resource['id']) ??
    `${machine.id}/extensions/${text(resource['name']) ?? text(p['type']) ?? 'extension'}`;
  const name = id.split('/').at(-1) ?? '';
  if (machine.extensions.has(name.toLowerCase())) return;
  const extra: Record<string, unknown> = {};
  for (const key in p) if (!OWN.has(key)) extra[key] = p[key];
  const extension: Extension = {
    name,
    id,
    publisher: text(p['publisher']) ?? '',
    type: text(p['type']) ?? '',
    typeHandlerVersion: text(p['typeHandlerVersion']),
    reportedVersion: text(dig(p, 'instanceView', 'typeHandlerVersion')),
    autoUpgradeMinorVersion:
      typeof p['autoUpgradeMinorVersion'] === 'boolean' ? p['autoUpgradeMinorVersion'] : undefined,
    enableAutomaticUpgrade:
      typeof p['enableAutomaticUpgrade'] === 'boolean' ? p['enableAutomaticUpgrade'] : undefined,
    settings: p['settings'],
    protectedSettings: p['protectedSettings'],
    provisioningState: text(p['provisioningState']) ?? 'Succeeded',
    message: undefined,
    code: undefined,
    extra,
    location: text(resource['location']) ?? machine.location,
    tags: resource['tags'],
    markedForDeletion: false,
    operation: undefined,
  };
  machine.extensions.set(name.toLowerCase(), extension);
  settleLoaded(state, machine, extension, since);
}

/** An export can catch an extension in the middle of an operation. */
function settleLoaded(state: State, machine: Machine, extension: Extension, since: number): void {
  switch (extension.provisioningState.toLowerCase()) {
    case 'creating':
    case 'updating':
      startOperation(
        state,
        machine,
        extension,
        extension.provisioningState.toLowerCase() === 'creating' ? 'install' : 'update',
        state.startedAt,
      );
      return;
    case 'deleting':
      extension.markedForDeletion = true;
      beginEpisode(state, machine, extension, since);
      return;
    case 'failed':
      // A failed legacy install usually still runs; a failed AMA does not. Neither is known from the export. [recall]
      if (
        extension.type.toLowerCase() !== 'azuremonitorwindowsagent' &&
        extension.type.toLowerCase() !== 'azuremonitorlinuxagent'
      ) {
        beginEpisode(state, machine, extension, since);
      }
      return;
    default:
      beginEpisode(state, machine, extension, since);
  }
}
