const REFUSALS = [
  'tooManyOperations',
  'notAlone',
  'rowTwice',
  'keyTooLong',
  'rowTooLarge',
  'transactionTooLarge',
] as const;
type Refusal = (typeof REFUSALS)[number];

/** What a store never takes, whoever asks and however often: no outage. */
export function refusal(code: Refusal, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Whether a store refused what it was asked: for any reason, or for the one that is named. */
export function isRefusal(error: unknown, code?: Refusal): boolean {
  const found = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return code === undefined ? REFUSALS.some((known) => known === found) : found === code;
}
