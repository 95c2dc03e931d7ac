import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of messages between systems: "Standard Webhooks" 1.0.0, sections "Webhook headers", "Signature scheme"
 * and "Verifying webhook authenticity". Symmetric keys only (`v1`).
 */

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

/** The header `webhook-signature` for a message. */
export function signMessage(
  secret: string,
  { id, timestamp, body }: Omit<SignedMessage, 'signature'>,
): string {
  const key = keyOf(secret);
  if (key === undefined) throw new Error('the secret of a webhook must be base64, at least 24 bytes');
  return `v1,${digest(key, id, timestamp, body).toString('base64')}`;
}

/** What is wrong with a message; undefined when it is the secret's owner's, and of now. */
export function signatureFault(
  secret: string,
  message: SignedMessage,
  nowMs: number,
): SignatureFault | undefined {
  const outside = headerFault(message, nowMs);
  if (outside !== undefined) return outside;
  const key = keyOf(secret);
  if (key === undefined) return 'badSecret';
  const expected = digest(key, message.id, message.timestamp, message.body);
  const matches = message.signature.split(' ').filter((one) => {
    const [version, text = ''] = one.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
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

/** The specification asks for 24 to 64 bytes, written in base64 after `whsec_`. */
function keyOf(secret: string): Buffer | undefined {
  const text = secret.trim().replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 ? key : undefined;
}
