import type { SecretReader } from '../agents/gateway.ts';
import type { EventSecrets } from '../events/gateway.ts';
import { fail, ok, type Result } from '../model/trouble.ts';
import { type AzureContext, clientOptions, memoize } from './context.ts';
import { attempt } from './trouble.ts';

/** Key Vault secrets by their full address. The value never leaves the caller (D11). */
export function createSecretReader(context: AzureContext): SecretReader & EventSecrets {
  const client = memoize(async (vault) => {
    const { SecretClient } = await import('@azure/keyvault-secrets');
    return new SecretClient(vault, context.credential, {
      ...clientOptions(context),
      // A simulated estate answers from loopback, so the challenge's host cannot match the vault's.
      disableChallengeResourceVerification: context.httpClient !== undefined,
    });
  });
  async function readVersion(
    address: string,
    version?: string,
  ): Promise<Result<{ value: string; version: string }>> {
    const url = new URL(address);
    const [, , name = '', named] = url.pathname.split('/');
    const wanted = version ?? named;
    const answer = await attempt(async () => {
      const vault = await client(url.origin);
      return vault.getSecret(name, wanted === undefined ? {} : { version: wanted });
    });
    if (!answer.ok) {
      const { code, message, retryAfterMs } = answer.trouble;
      return code === 'throttled' || code === 'serviceUnavailable'
        ? fail(code, message, retryAfterMs)
        : fail('secretUnavailable', `${url.host}/secrets/${name}: ${message}`);
    }
    const { value, properties } = answer.value;
    return value === undefined
      ? fail('secretUnavailable', `${url.host}/secrets/${name} is empty`)
      : ok({ value, version: properties.version ?? '' });
  }

  return {
    readVersion,
    async read(address) {
      const found = await readVersion(address);
      return found.ok ? ok(found.value.value) : found;
    },
  };
}
