import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import type { BatchSummary, Wave } from '../model/wave.ts';
import { type BatchDigest, digestBatch } from './batch-digest.ts';
import type { MachineRow } from './machine-row.ts';

/** What is known of a wave's machines, batch by batch, at one instant. */
export interface WaveIndex {
  readonly digests: ReadonlyMap<string, BatchDigest>;
  readonly summaries: readonly BatchSummary[];
  readonly size: number;
  /** Lists that were put in order once, by what they are ordered by. */
  readonly sorted: Map<string, readonly MachineRow[]>;
}

/** Rows kept over all waves: some 100 MB. */
const MAX_ROWS = 300_000;
/** Batches read side by side: each is a partition of its own. */
const CONCURRENCY = 16;

/**
 * Wave indexes of this process. A first look reads a wave whole; later ones read its summaries and the batches whose
 * summary has changed since, so that filters and orders over 100,000 machines cost what has happened, not what is there.
 */
export function createWaveIndexes(ledger: Pick<Ledger, 'waves'>) {
  const known = new Map<string, WaveIndex>();
  const running = new Map<string, Promise<WaveIndex>>();

  async function refresh(id: string): Promise<WaveIndex> {
    const summaries = await ledger.waves.summaries(id);
    const before = known.get(id);
    const stale = summaries.filter(
      ({ batchId, updatedAt }) => before?.digests.get(batchId)?.updatedAt !== updatedAt,
    );
    const isSame = before !== undefined && stale.length === 0 && before.digests.size === summaries.length;
    const index = isSame ? before : await rebuilt(id, before, summaries, stale);
    // The last one that was asked for is the last to go.
    known.delete(id);
    known.set(id, index);
    evict();
    return index;
  }

  async function rebuilt(
    id: string,
    before: WaveIndex | undefined,
    summaries: readonly BatchSummary[],
    stale: readonly BatchSummary[],
  ): Promise<WaveIndex> {
    const fresh = await pMap(
      stale,
      async (summary) =>
        [summary.batchId, digestBatch(await ledger.waves.batch(id, summary.batchId), summary)] as const,
      { concurrency: CONCURRENCY },
    );
    const digests = new Map(fresh);
    const kept = summaries.flatMap(({ batchId }) => {
      const digest = digests.get(batchId) ?? before?.digests.get(batchId);
      return digest === undefined ? [] : [[batchId, digest] as const];
    });
    const size = kept.reduce((sum, [, { rows }]) => sum + rows.length, 0);
    return { digests: new Map(kept), summaries, size, sorted: new Map() };
  }

  function evict(): void {
    let rows = [...known.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [id, { size }] of known) {
      if (rows <= MAX_ROWS || known.size === 1) return;
      known.delete(id);
      rows -= size;
    }
  }

  return {
    /** The index as it is now; callers at the same time share one look. */
    of({ id }: Pick<Wave, 'id'>): Promise<WaveIndex> {
      const busy = running.get(id);
      if (busy !== undefined) return busy;
      const look = refresh(id).finally(() => running.delete(id));
      running.set(id, look);
      return look;
    },
  };
}

export type WaveIndexes = ReturnType<typeof createWaveIndexes>;
