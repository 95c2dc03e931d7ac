import { createHmac } from 'node:crypto';

/** Keys have 24 to 64 bytes (Standard Webhooks, "Signature scheme", Symmetric). */
const KEY_BYTES = { least: 24, most: 64 };

/**
 * The keys in a secret: `whsec_` and base64 each, more than one apart by blanks while a key is rotated. Undefined
 * where it holds none, or one that is none.
 */
export function signingKeys(secret: string): Buffer[] | undefined {
  const keys = secret
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => keyOf(part.replace(/^whsec_/, '')));
  return keys.length > 0 && keys.every((key) => key !== undefined) ? keys : undefined;
}

function keyOf(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most ? key : undefined;
}

/** Headers of a signed webhook: HMAC-SHA256 of id, time and body (Standard Webhooks, "Webhook Headers"). */
export function webhookHeaders(
  { id, body, nowMs }: { readonly id: string; readonly body: string; readonly nowMs: number },
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signed = keys.map((key) => {
    const hmac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signed.length === 0 ? {} : { 'webhook-signature': signed.join(' ') }),
  };
}
