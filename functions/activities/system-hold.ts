import type { Hold } from '../../shared/model/wave.ts';

/** A record stopped by the app itself; undefined where it is so already, for the same reason. */
export function withSystemHold<T extends { readonly holds: readonly Hold[] }>(
  record: T,
  reason: string,
  since: string,
): T | undefined {
  if (record.holds.some((hold) => hold.kind === 'system' && hold.reason === reason)) return undefined;
  const hold: Hold = { id: `system-${since}`, kind: 'system', reason, since, by: 'app' };
  return { ...record, holds: [...record.holds, hold] };
}
