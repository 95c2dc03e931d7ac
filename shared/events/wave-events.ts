import type { EventDraft, EventType, Severity } from '../model/event.ts';
import { approversOf, missingApproval, type PhaseName, phaseOf, type WaveTotals } from '../model/phase.ts';
import type { Policy } from '../model/policy.ts';
import { type BatchSummary, type Hold, WAVE_STEPS, type Wave, type WaveStep } from '../model/wave.ts';
import { clip, KEPT, MOST_AT_ONCE } from './limits.ts';

/** What was told of a wave so far: enough to say what is new. */
export interface WaveSeen {
  readonly phase: PhaseName;
  readonly step: WaveStep;
  readonly awaiting: string | null;
  readonly holds: readonly string[];
  readonly resumedAt: string | null;
  readonly approvals: readonly string[];
  readonly gates: readonly string[];
  readonly connectors: readonly string[];
  readonly retriedAt: string | null;
  readonly abortedAt: string | null;
  readonly rollbackAt: string | null;
  readonly rolledBackAt: string | null;
  readonly finishedAt: string | null;
  /** Machines whose data did not pass when a step ended last. */
  readonly notPassed: number;
}

export interface WaveNow {
  readonly wave: Wave;
  readonly policy: Policy;
  readonly totals: WaveTotals;
  readonly verdicts: Required<BatchSummary>['verdicts'];
  readonly nowMs: number;
}

const NO_TOTALS: WaveTotals = { machines: 0, inFlight: 0, verified: 0, failed: 0 };

/** Before anything was told. */
const NOTHING: WaveSeen = {
  ...{
    phase: 'planned',
    step: 'prepare',
    awaiting: null,
    holds: [],
    resumedAt: null,
    approvals: [],
    gates: [],
  },
  ...{ connectors: [], retriedAt: null, abortedAt: null, rollbackAt: null, rolledBackAt: null },
  ...{ finishedAt: null, notPassed: 0 },
};

function seenOf({ wave, policy, totals, verdicts, nowMs }: WaveNow, before: WaveSeen): WaveSeen {
  const { phase } = phaseOf(wave, totals, policy.approvals, policy.gate, nowMs);
  const gate = missingApproval(wave, policy.approvals, nowMs);
  return {
    ...{ phase, step: wave.step, awaiting: phase === 'awaitingApproval' ? (gate ?? null) : null },
    holds: wave.holds.map(({ id }) => id),
    resumedAt: wave.resumedAt,
    approvals: upTo(wave.approvals.map(approvalKey), before.approvals),
    gates: upTo(wave.gates.map(gateKey), before.gates),
    connectors: upTo(
      changedConnectors(wave).map(({ key }) => key),
      before.connectors,
    ),
    retriedAt: wave.retry?.at ?? null,
    abortedAt: wave.abort?.at ?? null,
    rollbackAt: wave.rollback?.at ?? null,
    rolledBackAt: wave.rollback?.finishedAt ?? null,
    finishedAt: wave.finishedAt,
    notPassed: wave.step === before.step ? before.notPassed : verdicts.fail + verdicts.inconclusive,
  };
}

/** Whether a look at the batches is worth it: the record alone says whether something may be new. */
export function mayHaveNews(before: WaveSeen | undefined, now: Pick<WaveNow, 'wave' | 'policy' | 'nowMs'>) {
  if (before === undefined) return true;
  const verdicts = { pass: 0, fail: 0, inconclusive: 0, error: 0 };
  const seen = seenOf({ ...now, totals: NO_TOTALS, verdicts }, before);
  // How a finished wave ended is not in the record, and does not change.
  const phase = seen.step === 'finished' && before.step === 'finished' ? before.phase : seen.phase;
  return JSON.stringify({ ...seen, phase }) !== JSON.stringify(before);
}

/** What is new of a wave since it was told of last, as events in order, and what is told then. Pure. */
export function waveEvents(
  told: WaveSeen | undefined,
  now: WaveNow,
): { seen: WaveSeen; events: EventDraft[] } {
  const before = told ?? NOTHING;
  const seen = seenOf(now, before);
  const { wave, policy, totals, verdicts, nowMs } = now;
  const { message } = phaseOf(wave, totals, policy.approvals, policy.gate, nowMs);
  const counts = { ...totals };
  const events: EventDraft[] = [];
  const tell = (type: EventType, data: object, text = message, severity?: Severity) =>
    events.push(draft(wave, { type, data: { ...data }, message: clip(text), severity }));

  if (told === undefined) {
    const { requestedBy, startAt = null } = wave;
    tell(
      'wave.started',
      { requestedBy, startAt, ...counts, machines: wave.machineCount },
      'The wave was asked for.',
    );
  }
  for (const { gate, by, at } of fresh(wave.approvals, approvalKey, seen.approvals, before.approvals))
    tell('wave.approved', { gate, by, at }, `${by} approved the ${gate} gate.`);
  if (wave.abort !== null && seen.abortedAt !== before.abortedAt)
    tell('wave.abortRequested', { ...why(wave.abort), ...counts });
  if (wave.rollback !== undefined && seen.rollbackAt !== before.rollbackAt)
    tell(
      'wave.rollbackRequested',
      why(wave.rollback),
      `Rolling back for ${wave.rollback.by}: ${wave.rollback.reason}`,
    );
  if (wave.retry !== undefined && seen.retriedAt !== before.retriedAt)
    tell('wave.retried', why(wave.retry), `${wave.retry.by} asked for another try: ${wave.retry.reason}`);
  const resumed = before.holds.length > 0 && seen.resumedAt !== before.resumedAt;
  if (resumed || (before.holds.length > 0 && seen.holds.length === 0))
    tell('wave.resumed', { at: wave.resumedAt, ...counts });
  for (const { gate, result, message: text } of fresh(wave.gates, gateKey, seen.gates, before.gates))
    tell('wave.gateJudged', { gate, result }, text, result === 'pass' ? 'info' : 'warning');
  for (const { type, workspaceId, by } of fresh(
    changedConnectors(wave),
    ({ key }) => key,
    seen.connectors,
    before.connectors,
  ))
    tell(type, { workspaceId, by });
  for (const completed of stepsBetween(before.step, wave))
    tell('wave.stepCompleted', { completed, ...counts }, `The wave is through with ${completed}.`);
  if (seen.notPassed > before.notPassed)
    tell('wave.verdictsFailed', verdicts, `${seen.notPassed} verdicts of the wave are no pass.`);
  const holds = fresh(wave.holds, ({ id }) => id, seen.holds, resumed ? [] : before.holds);
  if (holds.length > 0) tell('wave.held', { holds: shownHolds(holds), ...counts });
  if (seen.phase !== before.phase || told === undefined)
    tell('wave.phaseChanged', { before: told === undefined ? null : before.phase, ...counts });
  if (seen.awaiting !== null && seen.awaiting !== before.awaiting) {
    const { quorum = 1 } = policy.approvals;
    const given = approversOf(wave, policy.approvals, seen.awaiting as 'start', nowMs).length;
    tell('wave.awaitingApproval', { gate: seen.awaiting, given, quorum, ...counts });
  }
  tellEnd(now, before, seen, (type, data, severity) => tell(type, data, message, severity));
  return {
    seen,
    events: events.map((event) => ({
      ...event,
      data: { phase: seen.phase, step: seen.step, ...event.data },
    })),
  };
}

function tellEnd(
  { wave, totals }: WaveNow,
  before: WaveSeen,
  seen: WaveSeen,
  tell: (type: EventType, data: object, severity?: Severity) => void,
): void {
  if (wave.rollback !== undefined && seen.rolledBackAt !== null && seen.rolledBackAt !== before.rolledBackAt)
    tell('wave.rolledBack', { by: wave.rollback.by, notUndone: totals.notUndone ?? 0, ...totals });
  else if (seen.finishedAt !== null && seen.finishedAt !== before.finishedAt) {
    if (wave.abort !== null) tell('wave.aborted', { ...totals });
    else tell('wave.completed', { ...totals }, seen.phase === 'degraded' ? 'warning' : 'info');
  }
}

interface Told {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly severity: Severity | undefined;
}

function draft({ id, planId, dryRun }: Wave, { severity, ...told }: Told): EventDraft {
  return {
    ...{ ...told, subject: `waves/${id}`, planId, waveId: id, dryRun },
    ...(severity === undefined ? {} : { severity }),
  };
}

/** What is told at once is bounded; the rest is news for the next look. */
function upTo(keys: readonly string[], before: readonly string[]): string[] {
  const known = new Set(before);
  const told = new Set(keys.filter((key) => !known.has(key)).slice(0, MOST_AT_ONCE));
  return keys.filter((key) => known.has(key) || told.has(key));
}

/** Those of a list that are told now and were not before. */
function fresh<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  seen: readonly string[],
  before: readonly string[],
): T[] {
  const [told, known] = [new Set(seen), new Set(before)];
  return all.filter((item) => told.has(keyOf(item)) && !known.has(keyOf(item)));
}

const approvalKey = ({ gate, at, by }: Wave['approvals'][number]) => `${gate} ${at} ${by}`;
const gateKey = ({ result, at }: Wave['gates'][number]) => `${result} ${at}`;

/** Steps a wave went through since; a wave that is stopped or undone leaves the rest of them undone. */
function stepsBetween(before: WaveStep, { step, abort, rollback }: Wave): WaveStep[] {
  if (abort !== null || rollback !== undefined) return [];
  const passed = WAVE_STEPS.slice(WAVE_STEPS.indexOf(before), WAVE_STEPS.indexOf(step));
  return passed.filter((one) => one === 'deploy' || one === 'disableConnector' || one === 'remove');
}

/** Workspaces that the wave has switched, each way. */
function changedConnectors({ connectors, rollback }: Wave) {
  const off = connectors.filter(({ outcome }) => outcome.status === 'done');
  const back = rollback?.connectors.filter(({ outcome }) => outcome.status === 'done') ?? [];
  return [
    ...off.map((one) => connector('connector.switchedOff', one)),
    ...back.map((one) => connector('connector.restored', one)),
  ];
}

function connector(type: EventType, { workspaceId, at }: { workspaceId: string; at: string }) {
  return { type, workspaceId, by: 'app', key: `${type} ${workspaceId} ${at}` };
}

export function shownHolds(holds: readonly Hold[]) {
  return holds
    .slice(0, KEPT)
    .map(({ kind, reason, since, by }) => ({ kind, reason: clip(reason), since, by: clip(by) }));
}

function why({ by, reason, at }: { by: string; reason: string; at: string }) {
  return { by, reason: clip(reason), at };
}
