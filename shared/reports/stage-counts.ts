import type { BatchSummary, OutcomeCounts } from '../model/wave.ts';

/** Machines by stage and outcome over the batches of a wave. */
export function sumCounts(summaries: readonly Pick<BatchSummary, 'counts'>[]): OutcomeCounts {
  const total: Record<string, Record<string, number>> = {};
  for (const { counts } of summaries) {
    for (const [stage, row] of Object.entries(counts)) {
      const sum = total[stage] ?? {};
      for (const [status, n] of Object.entries(row)) sum[status] = (sum[status] ?? 0) + n;
      total[stage] = sum;
    }
  }
  return total as OutcomeCounts;
}
