import type { Network } from './file/network.ts';
import { dict, dig, text } from './json.ts';
import type { Extension, Machine } from './state/types.ts';

/**
 * Why AMA with these settings is not heard on this machine, or undefined when it is. The extension itself
 * provisions in every such case (facts file 3.3, 3.4): only data shows the difference.
 */
export function muteReason(
  machine: Machine,
  extension: Pick<Extension, 'settings' | 'protectedSettings'>,
): string | undefined {
  return identityProblem(machine, extension.settings) ?? networkProblem(machine, extension);
}

/**
 * Azure hands a token to AMA for: the identity it names, else the system identity, else the only user identity.
 * Without one the extension still reports success and the agent asks the metadata service in vain. [recall]
 * Arc servers always have their system identity.
 */
function identityProblem(machine: Machine, settings: unknown): string | undefined {
  if (machine.kind === 'arcServer') return undefined;
  const identity = dict(machine.resource['identity']);
  const kinds = (text(identity['type']) ?? '').toLowerCase();
  const users = Object.entries(dict(identity['userAssignedIdentities']));
  const wanted = dict(dig(settings, 'authentication', 'managedIdentity'));
  const value = text(wanted['identifier-value'])?.toLowerCase();
  if (value !== undefined) {
    const attached = users.some(
      ([id, user]) =>
        id.toLowerCase() === value ||
        [dict(user)['clientId'], dict(user)['principalId']].some(
          (known) => text(known)?.toLowerCase() === value,
        ),
    );
    return attached ? undefined : 'the identity named in the settings is not attached';
  }
  if (kinds.includes('systemassigned')) return undefined;
  if (users.length === 1) return undefined;
  return users.length === 0
    ? 'no managed identity'
    : 'several user identities and none named in the settings';
}

function networkProblem(
  machine: Machine,
  extension: Pick<Extension, 'settings' | 'protectedSettings'>,
): string | undefined {
  const network = machine.traits.network;
  const proxy = dict(dig(extension.settings, 'proxy'));
  const application = text(proxy['mode'])?.toLowerCase() === 'application';
  switch (network.mode) {
    case 'direct':
    case 'privateLink':
      return application ? 'the settings name a proxy this network does not have' : undefined;
    case 'gateway':
      return application && sameAddress(proxy['address'], network.address)
        ? undefined
        : 'not sent through the gateway';
    case 'proxy':
      return proxyProblem(network, application, proxy, extension.protectedSettings);
  }
}

function proxyProblem(
  network: Extract<Network, { mode: 'proxy' }>,
  application: boolean,
  proxy: Readonly<Record<string, unknown>>,
  protectedSettings: unknown,
): string | undefined {
  // Absent settings mean the system's (Arc: the Arc agent's) proxy; mode none bypasses even that.
  if (!application)
    return network.ambient && proxy['mode'] === undefined ? undefined : 'not sent through the proxy';
  if (!sameAddress(proxy['address'], network.address)) return 'sent to another proxy';
  if (network.username === undefined) return undefined;
  const given = dict(dig(protectedSettings, 'proxy'));
  const authenticates = String(proxy['auth']).toLowerCase() === 'true';
  return authenticates &&
    given['username'] === network.username &&
    given['password'] === (network.password ?? '')
    ? undefined
    : 'the proxy refuses the credentials';
}

function sameAddress(a: unknown, b: string): boolean {
  return typeof a === 'string' && a.toLowerCase().replace(/\/$/, '') === b.toLowerCase().replace(/\/$/, '');
}
