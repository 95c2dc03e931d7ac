import type { Check, CheckResult } from '../../model/checks.ts';
import type { Stage } from '../../model/stages.ts';
import type { BatchSummary } from '../../model/wave.ts';
import { sumOf } from '../../verification/statistics/series.ts';

type Judged = Pick<CheckResult, 'result' | 'message'>;
type Of<K extends Check['kind']> = Extract<Check, { kind: K }>;

/** Machines whose installation ended without the agent, as a share of all whose installation ended. Pure. */
export function judgeInstallFailures(
  { maxShare, minMachines }: Of<'installFailures'>,
  summaries: readonly BatchSummary[],
): Judged {
  const bad = sumOf(
    summaries,
    ({ counts: { install: { failed = 0, blocked = 0 } = {} } }) => failed + blocked,
  );
  const ended = settledIn('install', summaries);
  const numbers = `${bad} of ${ended} machines have no new agent; ${percent(maxShare)} may.`;
  if (isTooFew(ended, minMachines, ended < sizeOf(summaries)))
    return open(`${numbers} Too few to judge, ${minMachines} are asked for.`);
  return { result: bad > maxShare * ended ? 'fail' : 'pass', message: numbers };
}

/** How verifications ended, each limit by itself. Pure. */
export function judgeVerdicts(check: Of<'verdicts'>, summaries: readonly BatchSummary[]): Judged {
  const total = (pick: (verdicts: NonNullable<BatchSummary['verdicts']>) => number) =>
    sumOf(summaries, ({ verdicts }) => (verdicts === undefined ? 0 : pick(verdicts)));
  const [pass, fail] = [total((one) => one.pass), total((one) => one.fail)];
  const [inconclusive, error] = [total((one) => one.inconclusive), total((one) => one.error)];
  const ended = pass + fail + inconclusive + error;
  const numbers = `Of ${ended} verdicts ${pass} pass, ${fail} fail, ${inconclusive} are inconclusive and ${error} could not be made.`;
  const more = settledIn('verify', summaries) < sizeOf(summaries);
  if (isTooFew(ended, check.minMachines, more)) return open(`${numbers} Too few to judge.`);
  const over = (
    [
      ['fail', fail, check.maxFailedShare],
      ['are inconclusive', inconclusive, check.maxInconclusiveShare],
      ['could not be made', error, check.maxErrorShare],
    ] as const
  ).flatMap(([what, count, limit]) =>
    limit !== undefined && count > limit * ended ? [`${percent(limit)} may ${what}`] : [],
  );
  return over.length === 0
    ? { result: 'pass', message: numbers }
    : { result: 'fail', message: `${numbers} Of them ${over.join(', and ')}.` };
}

/** How long the slowest machine is in a stage that it has not left. Pure. */
export function judgeTimeInStage(
  { stage, maxSeconds }: Of<'timeInStage'>,
  summaries: readonly BatchSummary[],
  nowMs: number,
): Judged {
  const since = summaries.flatMap(({ oldest }) => oldest?.[stage] ?? []).sort()[0];
  if (since === undefined) return { result: 'pass', message: `No machine is in ${stage}.` };
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(since)) / 1000));
  const message = `A machine is in ${stage} for ${seconds} seconds; ${maxSeconds} are allowed.`;
  return { result: seconds > maxSeconds ? 'fail' : 'pass', message };
}

/** Machines whose new agent was heard, of those that should be. Pure. */
export function judgeHeartbeats(
  { minShare, minMachines }: Of<'heartbeats'>,
  { heard, expected, more }: { readonly heard: number; readonly expected: number; readonly more: boolean },
): Judged {
  const numbers = `${heard} of ${expected} machines were heard lately; ${percent(minShare)} must be.`;
  if (isTooFew(expected, minMachines, more)) return open(`${numbers} Too few to judge.`);
  return { result: heard < minShare * expected ? 'fail' : 'pass', message: numbers };
}

/**
 * Whether a share says nothing yet. Where no more machines come to be counted it is judged by those there are: the
 * gate of a small wave could otherwise never open.
 */
function isTooFew(counted: number, minMachines: number, more: boolean): boolean {
  return counted === 0 || (more && counted < minMachines);
}

/** Machines for which a stage has ended, in whatever way. */
function settledIn(stage: Stage, summaries: readonly BatchSummary[]): number {
  return sumOf(summaries, ({ counts }) => {
    const { waiting: _, ...settled } = counts[stage] ?? {};
    return sumOf(Object.values(settled), (count) => count);
  });
}

function sizeOf(summaries: readonly BatchSummary[]): number {
  return sumOf(summaries, ({ size }) => size);
}

function open(message: string): Judged {
  return { result: 'inconclusive', message };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
