import type { ReasonCode } from './reasons.ts';

/** Expected trouble from outside, as a value. */
export interface Trouble {
  readonly code: TroubleCode;
  /** What the service said, shortened, free of secrets. */
  readonly message: string;
  /** How long the service asked to wait, milliseconds. */
  readonly retryAfterMs?: number;
}

export const TROUBLE_CODES = [
  'throttled',
  'serviceUnavailable',
  'notFound',
  'notAuthorized',
  'locked',
  'notRunning',
  'arcDisconnected',
  'extensionBusy',
  'extensionStuck',
  'policyDenied',
  'requestRefused',
  'resultTooLarge',
  'tableMissing',
  'operationFailed',
  'secretUnavailable',
  'unexpected',
] as const satisfies readonly ReasonCode[];
export type TroubleCode = (typeof TROUBLE_CODES)[number];

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail(code: TroubleCode, message: string, retryAfterMs?: number): Result<never> {
  return { ok: false, trouble: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } };
}

/** Trouble that time may cure without a person. */
export function isTransient(code: ReasonCode): boolean {
  return ['throttled', 'serviceUnavailable', 'extensionBusy', 'queryFailed'].includes(code);
}

/** Trouble that a person can cure while the wave runs: the machine waits for it until the stage's deadline. */
export function isCurable(code: ReasonCode): boolean {
  return code === 'notRunning' || code === 'arcDisconnected' || code === 'extensionStuck';
}
