import type { State } from './state/state.ts';
import type { Reply } from './wire.ts';

const VERSIONS = ['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01', '2026-04-01'];

/** `GET https://{vault}.vault.azure.net/secrets/{name}[/{version}]`. */
export function readSecret(state: State, host: string, path: string, query: URLSearchParams): Reply {
  const vault = host.split('.')[0] ?? '';
  const secrets = state.vaults.get(vault.toLowerCase());
  if (secrets === undefined) return vaultError(404, 'VaultNotFound', `The vault ${vault} was not found.`);
  const version = query.get('api-version');
  if (version === null || !VERSIONS.includes(version)) {
    return vaultError(
      400,
      'BadParameter',
      version === null
        ? 'api-version must be specified'
        : `The specified version (${version}) is not recognized. Consider using the latest supported version.`,
    );
  }
  const [, name = '', wanted] = /^\/secrets\/([^/]+)(?:\/([0-9a-f]{32}))?/i.exec(path) ?? [];
  const secret = secrets.get(name.toLowerCase());
  if (secret === undefined) {
    return vaultError(
      404,
      'SecretNotFound',
      `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
    );
  }
  if (!secret.enabled)
    return vaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', {
      code: 'SecretDisabled',
    });
  const values = [...(secret.before ?? []), secret.value];
  const number = wanted === undefined ? values.length : Number.parseInt(wanted, 16);
  const value = values[number - 1];
  if (value === undefined)
    return vaultError(404, 'SecretNotFound', `The version ${wanted} of ${name} was not found.`);
  return {
    status: 200,
    body: {
      value,
      id: `https://${host}/secrets/${secret.name}/${number.toString(16).padStart(32, '0')}`,
      attributes: {
        enabled: true,
        created: 1_700_000_000,
        updated: 1_700_000_000,
        recoveryLevel: 'Recoverable+Purgeable',
      },
    },
  };
}

export function vaultError(status: number, code: string, message: string, innererror?: unknown): Reply {
  return { status, body: { error: { code, message, ...(innererror === undefined ? {} : { innererror }) } } };
}
