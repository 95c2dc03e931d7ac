import type { ExpectedSeconds } from '../model/calendar.ts';
import type { MachineKind } from '../model/ids.ts';
import { changesMachines, type MachineStage, SEGMENTS, type Segment } from '../model/stages.ts';

/** What `policy.expectedSeconds` says about the changes of stages and segments, in milliseconds. */

interface Expecting {
  readonly expectedSeconds: ExpectedSeconds;
}

/** How long one change of a stage likely takes; nothing for stages that only look. */
export function likelyMs({ expectedSeconds }: Expecting, stage: MachineStage, kind: MachineKind): number {
  if (stage === 'associate') return expectedSeconds.associate * 1000;
  if (stage !== 'install' && stage !== 'uninstall') return 0;
  const own = expectedSeconds[stage];
  return 1000 * (kind === 'scaleSet' ? Math.max(own, expectedSeconds.scaleSet) : own);
}

/**
 * Time that a wave wants before it starts a segment's batches. Where the longest change fits, every batch
 * finds something to start; a batch that finds too little time left ends, and must not be started again at
 * once. Of several kinds the quickest decides.
 */
export function segmentMs(policy: Expecting, segment: Segment, kinds: readonly MachineKind[]): number {
  const needs = kinds.map((kind) =>
    Math.max(...SEGMENTS[segment].filter(changesMachines).map((stage) => likelyMs(policy, stage, kind))),
  );
  return needs.length === 0 ? 0 : Math.min(...needs);
}

/** The shortest change of a segment: an opening with less time is no use to it. */
export function shortestMs(policy: Expecting, segment: Segment, kinds: readonly MachineKind[]): number {
  const all = kinds.flatMap((kind) =>
    SEGMENTS[segment].filter(changesMachines).map((stage) => likelyMs(policy, stage, kind)),
  );
  return all.length === 0 ? 0 : Math.min(...all);
}
