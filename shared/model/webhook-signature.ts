import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of messages between systems: "Standard Webhooks" 1.0.0, sections "Webhook headers", "Signature scheme"
 * and "Verifying webhook authenticity". Symmetric keys only (`v1`).
 */

/** Keys have 24 to 64 bytes ("Signature scheme", Symmetric). */
const KEY_BYTES = { least: 24, most: 64 };

/** How far the clocks of two systems, and the way of a message, may be apart. */
export const TOLERANCE_SECONDS = 300;

export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch, as the header has it. */
  readonly timestamp: string;
  /** Signatures apart by spaces. */
  readonly signature: string;
  /** Exactly as it came. */
  readonly body: string;
}

export type SignatureFault = 'missing' | 'tooOld' | 'tooNew' | 'malformed' | 'wrong' | 'badSecret';

/**
 * The keys in a secret: `whsec_` and base64 each, more than one apart by blanks while a key is rotated. Undefined
 * where it holds none, or one that is none.
 */
export function signingKeys(secret: string): Buffer[] | undefined {
  const keys = secret
    .split(/\s+/)
    .filter((part) => part !== '')
    .map(keyOf);
  return keys.length > 0 && keys.every((key) => key !== undefined) ? keys : undefined;
}

function keyOf(part: string): Buffer | undefined {
  const text = part.replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most ? key : undefined;
}

/** Headers of a message, signed with each of the keys; without keys it is not signed. */
export function webhookHeaders(
  { id, body, nowMs }: { readonly id: string; readonly body: string; readonly nowMs: number },
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signed = keys.map((key) => `v1,${digest(key, id, timestamp, body).toString('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signed.length === 0 ? {} : { 'webhook-signature': signed.join(' ') }),
  };
}

/** What is wrong with a message; undefined when it is the secret's owner's, and of now. */
export function signatureFault(
  secret: string,
  message: SignedMessage,
  nowMs: number,
): SignatureFault | undefined {
  const outside = headerFault(message, nowMs);
  if (outside !== undefined) return outside;
  const keys = signingKeys(secret);
  if (keys === undefined) return 'badSecret';
  const expected = keys.map((key) => digest(key, message.id, message.timestamp, message.body));
  const matches = message.signature.split(' ').filter((one) => {
    const [version, text = ''] = one.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && expected.some((own) => isSame(given, own));
  });
  return matches.length > 0 ? undefined : 'wrong';
}

/** What can be told without the secret. */
export function headerFault(
  { id, timestamp, signature }: Omit<SignedMessage, 'body'>,
  nowMs: number,
): SignatureFault | undefined {
  if (id === '' || timestamp === '' || signature === '') return 'missing';
  if (id.length > 200 || signature.length > 2000 || !/^\d{1,12}$/.test(timestamp) || id.includes('.'))
    return 'malformed';
  const ageSeconds = nowMs / 1000 - Number(timestamp);
  if (ageSeconds > TOLERANCE_SECONDS) return 'tooOld';
  return ageSeconds < -TOLERANCE_SECONDS ? 'tooNew' : undefined;
}

function digest(key: Buffer, id: string, timestamp: string, body: string): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
