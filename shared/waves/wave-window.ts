import type { MachineKind } from '../model/ids.ts';
import type { Policy } from '../model/policy.ts';
import { SEGMENTS, type Segment } from '../model/stages.ts';
import { type BatchSummary, batchId, type Wave } from '../model/wave.ts';
import { segmentMs } from './expected.ts';
import { type WindowState, windowAt } from './windows.ts';

/** Whether a wave may start the changes of its step now; where it has none, whether any change may start. */
export function windowOfWave(
  wave: Wave,
  policy: Policy,
  summaries: readonly BatchSummary[],
  nowMs: number,
): WindowState {
  return windowAt(policy, nowMs, needMs(wave, policy, summaries));
}

function needMs(wave: Wave, policy: Policy, summaries: readonly BatchSummary[]): number {
  const { step } = wave;
  if (step === 'disableConnector') return policy.expectedSeconds.disableConnector * 1000;
  return step in SEGMENTS
    ? segmentMs(policy, step as Segment, kindsLeft(wave, summaries, step as Segment))
    : 0;
}

/** Kinds of the machines that have not ended a segment. */
function kindsLeft(wave: Wave, summaries: readonly BatchSummary[], segment: Segment): MachineKind[] {
  const ended = new Set(
    summaries.filter((batch) => batch.finished.includes(segment)).map((batch) => batch.batchId),
  );
  const left = wave.cells.filter(({ batches }, cell) =>
    Array.from({ length: batches }, (_, n) => batchId(cell, n)).some((id) => !ended.has(id)),
  );
  return [...new Set(left.map(({ kind }) => kind))];
}
