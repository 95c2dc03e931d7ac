import type { Check, CheckResult } from '../../model/checks.ts';
import type { BatchSummary } from '../../model/wave.ts';

type Judged = Pick<CheckResult, 'result' | 'message'>;
type Of<K extends Check['kind']> = Extract<Check, { kind: K }>;

/** Machines whose installation ended without the agent, as a share of all whose installation ended. Pure. */
export function judgeInstallFailures(
  { maxShare, minMachines }: Of<'installFailures'>,
  summaries: readonly BatchSummary[],
): Judged {
  const counts = summaries.map(({ counts: { install = {} } }) => install);
  const bad = sum(counts.map(({ failed = 0, blocked = 0 }) => failed + blocked));
  const ended = sum(counts.map(({ waiting: _, ...settled }) => sum(Object.values(settled))));
  const numbers = `${bad} of ${ended} machines have no new agent; ${percent(maxShare)} may.`;
  if (ended < minMachines) return open(`${numbers} Too few to judge, ${minMachines} are asked for.`);
  return { result: bad > maxShare * ended ? 'fail' : 'pass', message: numbers };
}

/** How verifications ended, each limit by itself. Pure. */
export function judgeVerdicts(check: Of<'verdicts'>, summaries: readonly BatchSummary[]): Judged {
  const total = (pick: (verdicts: NonNullable<BatchSummary['verdicts']>) => number) =>
    sum(summaries.map(({ verdicts }) => (verdicts === undefined ? 0 : pick(verdicts))));
  const [pass, fail] = [total((one) => one.pass), total((one) => one.fail)];
  const [inconclusive, error] = [total((one) => one.inconclusive), total((one) => one.error)];
  const ended = pass + fail + inconclusive + error;
  const numbers = `Of ${ended} verdicts ${pass} pass, ${fail} fail, ${inconclusive} are inconclusive and ${error} could not be made.`;
  if (ended < check.minMachines) return open(`${numbers} Too few to judge.`);
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
  { heard, expected }: { readonly heard: number; readonly expected: number },
): Judged {
  const numbers = `${heard} of ${expected} machines were heard lately; ${percent(minShare)} must be.`;
  if (expected < minMachines) return open(`${numbers} Too few to judge.`);
  return { result: heard < minShare * expected ? 'fail' : 'pass', message: numbers };
}

function open(message: string): Judged {
  return { result: 'inconclusive', message };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
