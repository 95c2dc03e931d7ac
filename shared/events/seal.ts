import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A secret of Key Vault and its version; keys that sealed something stay readable by version after a rotation. */
export interface SealingKey {
  readonly version: string;
  readonly value: string;
}

/** Shorter secrets could be guessed. */
export const LEAST_KEY_CHARACTERS = 32;

const CIPHER = 'aes-256-gcm';

/**
 * Seals a text so that it may lie in the ledger: AES-256-GCM under a key from Key Vault, bound to what it is for.
 * Says which version of the key it took.
 */
export function seal(text: string, key: SealingKey, about: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, keyBytes(key), nonce).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [
    'v1',
    key.version,
    ...[nonce, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url')),
  ].join('.');
}

/** Which version of the key opens it. */
export function sealVersion(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

/** The text; undefined where the key is another one, or somebody changed it. */
export function unseal(sealed: string, key: SealingKey, about: string): string | undefined {
  const [form, , ...parts] = sealed.split('.');
  const [nonce, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (form !== 'v1' || nonce === undefined || text === undefined || tag?.length !== 16) return undefined;
  try {
    const decipher = createDecipheriv(CIPHER, keyBytes(key), nonce)
      .setAAD(Buffer.from(about))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function keyBytes({ value }: SealingKey): Buffer {
  return Buffer.from(hkdfSync('sha256', value, '', 'ama-migration addresses of subscriptions', 32));
}
