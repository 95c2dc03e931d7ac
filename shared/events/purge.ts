import type { Ledger } from '../ledger/ledger.ts';

interface Dependencies {
  readonly ledger: Ledger;
  now(): number;
}

/** Deletes events and dead letters of streams that were not written to for so many days; how many streams they were. */
export async function purgeEvents({ ledger, now }: Dependencies, days: number): Promise<number> {
  const until = new Date(now() - days * 86_400_000).toISOString();
  const old = (await ledger.events.streams()).filter(({ entry }) => entry.at < until);
  if (old.length === 0) return 0;
  const ids = (await ledger.subscriptions.list()).map(({ id }) => id);
  for (const stream of old) {
    for (const id of ids) await ledger.subscriptions.dropStream(id, stream.entry.stream);
    await ledger.events.drop(stream);
  }
  return old.length;
}
