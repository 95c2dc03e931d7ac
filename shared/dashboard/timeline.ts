import { ALL_STAGES, type Stage } from '../model/stages.ts';
import { batchId, type Wave } from '../model/wave.ts';
import { greatest, least, type StageSpan } from './batch-digest.ts';
import type { WaveIndex } from './wave-index.ts';

/** A cohort of a wave, machines of one kind in one cell, with when it was at each stage. */
export interface CohortTimeline {
  readonly cell: string;
  readonly kind: string;
  readonly machines: number;
  readonly stages: readonly ({ readonly stage: Stage } & StageSpan)[];
}

/** When each cohort of a wave was at which stage: the rows of a Gantt chart. */
export function timelineOf({ cells }: Pick<Wave, 'cells'>, { digests }: WaveIndex): CohortTimeline[] {
  return cells.map(({ cell, kind, machines, batches }, i) => {
    const ids = Array.from({ length: batches }, (_, n) => batchId(i, n));
    const parts = ids.flatMap((id) => digests.get(id)?.spans ?? []);
    const stages = ALL_STAGES.flatMap((stage) => {
      const spans = parts.flatMap((spansOf) => spansOf[stage] ?? []);
      return spans.length === 0 ? [] : [{ stage, ...joined(spans) }];
    });
    return { cell, kind, machines, stages };
  });
}

/** One span over all batches of a cohort. */
export function joined(spans: readonly StageSpan[]): StageSpan {
  const sum = (pick: (span: StageSpan) => number) => spans.reduce((total, span) => total + pick(span), 0);
  const ends = spans.flatMap(({ to }) => to ?? []);
  return {
    from: least(spans.map(({ from }) => from)),
    to: ends.length < spans.length ? null : greatest(ends),
    machines: sum(({ machines }) => machines),
    settled: sum(({ settled }) => settled),
    failed: sum(({ failed }) => failed),
  };
}
