import { type CheckResult, isAskedAt } from '../model/checks.ts';
import { isSettled } from '../model/outcome.ts';
import { missingApproval, totalsOf } from '../model/phase.ts';
import type { Policy } from '../model/policy.ts';
import { changesMachines, SEGMENTS, type Segment } from '../model/stages.ts';
import {
  type BatchSummary,
  type ConnectorResult,
  type GateResult,
  type Hold,
  isHalted,
  isRollingBack,
  type Wave,
} from '../model/wave.ts';
import { windowOfWave } from './wave-window.ts';

/** What the wave orchestrator does next. */
export type WaveAction =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'run'; readonly segment: Segment }
  | { readonly kind: 'connectors'; readonly workspaceIds: readonly string[] }
  | { readonly kind: 'prepareRetry' }
  /** The checks of the removal gate are wanted before it is judged. */
  | { readonly kind: 'askChecks' }
  | { readonly kind: 'prepareRollback' }
  /** Switch legacy collection of these workspaces on again. */
  | { readonly kind: 'restore'; readonly workspaceIds: readonly string[] }
  /** Until a control event comes, or the instant passes. */
  | {
      readonly kind: 'wait';
      readonly until: string | null;
      readonly for: 'approval' | 'start' | 'hold' | 'soak' | 'connector' | 'window';
    }
  | { readonly kind: 'finish' };

export interface NextStep {
  readonly wave: Wave;
  readonly action: WaveAction;
}

export interface StepInput {
  readonly wave: Wave;
  readonly policy: Policy;
  readonly summaries: readonly BatchSummary[];
  /** Workspaces that machines of this wave report to through the legacy agent. */
  readonly workspaceIds: readonly string[];
  /** How the checks of the removal gate came out just now; absent: they were not asked. */
  readonly checks?: readonly CheckResult[];
  readonly nowMs: number;
}

/**
 * The whole progress of a wave as one pure function of its record: it returns the record after every
 * transition that is possible now, and the one thing to do. Killed anywhere, a wave asks again.
 */
export function nextWaveStep(input: StepInput): NextStep {
  const { wave, policy, nowMs } = input;
  if (wave.step === 'finished') return { wave, action: { kind: 'finish' } };
  if (wave.step === 'rollback') return atRollback(input);
  if (isHalted(wave)) return stopped(input);
  if (wave.retry?.preparedAt === null) return { wave, action: { kind: 'prepareRetry' } };
  switch (wave.step) {
    case 'prepare':
      if (missingApproval(wave, policy.approvals, nowMs) !== undefined) return wait(wave, 'approval', null);
      if (wave.startAt != null && Date.parse(wave.startAt) > nowMs) return wait(wave, 'start', wave.startAt);
      if (wave.cells.length === 0 && wave.machineCount > 0) return { wave, action: { kind: 'prepare' } };
      return nextWaveStep({ ...input, wave: { ...wave, step: 'deploy' } });
    case 'deploy':
      if (!finished(input, 'deploy')) return runOrWait(input, 'deploy');
      return nextWaveStep({ ...input, wave: enterGate(input) });
    case 'gate':
      return atGate(input);
    case 'disableConnector':
      return atConnectors(input);
    case 'remove':
      if (!finished(input, 'remove')) return runOrWait(input, 'remove');
      return { wave, action: { kind: 'finish' } };
  }
}

/** Outside its windows a wave rests, unless something is in flight or goes on without a change. */
function runOrWait(input: StepInput, segment: 'deploy' | 'remove'): NextStep {
  const { wave, policy, nowMs } = input;
  const window = windowOfWave(wave, policy, input.summaries, nowMs);
  if (wave.dryRun || window.open || window.opensAt === null || goesOn(input, segment)) {
    return { wave, action: { kind: 'run', segment } };
  }
  return wait(wave, 'window', window.opensAt);
}

/** Whether operations are in flight, or a batch has all its changes behind it and only data to judge. */
function goesOn({ summaries }: StepInput, segment: 'deploy' | 'remove'): boolean {
  const last = SEGMENTS[segment].findLast(changesMachines);
  return summaries.some(({ inFlight, finished: ended, counts, size }) => {
    if (inFlight > 0) return true;
    const { waiting: _, ...settled } = (last === undefined ? undefined : counts[last]) ?? {};
    return !ended.includes(segment) && Object.values(settled).reduce((n, count) => n + count, 0) === size;
  });
}

/** Held, aborted or to be rolled back: bring to its end what is in flight, then wait, finish or roll back. */
function stopped(input: StepInput): NextStep {
  const { wave, summaries } = input;
  const segment = wave.step === 'deploy' || wave.step === 'remove' ? wave.step : undefined;
  if (segment !== undefined && totalsOf(summaries).inFlight > 0) {
    return { wave, action: { kind: 'run', segment } };
  }
  if (isRollingBack(wave)) return nextWaveStep({ ...input, wave: { ...wave, step: 'rollback' } });
  return wave.abort === null ? wait(wave, 'hold', null) : { wave, action: { kind: 'finish' } };
}

function enterGate({ wave, policy, nowMs }: StepInput): Wave {
  const soakMs = wave.dryRun ? 0 : policy.soakSeconds * 1000;
  return { ...wave, step: 'gate', soakUntil: soakMs === 0 ? null : new Date(nowMs + soakMs).toISOString() };
}

function atGate(input: StepInput): NextStep {
  const { wave, policy, nowMs } = input;
  if (wave.soakUntil !== null && Date.parse(wave.soakUntil) > nowMs)
    return wait(wave, 'soak', wave.soakUntil);
  const soaked: Wave = { ...wave, soakUntil: null };
  if (!soaked.gates.some(({ result }) => result === 'pass')) {
    const asks = !wave.dryRun && policy.checks.some((check) => isAskedAt(check, 'removal'));
    if (asks && input.checks === undefined) return { wave: soaked, action: { kind: 'askChecks' } };
    const gate = judgeRemovalGate(input);
    const judged: Wave = { ...soaked, gates: [...soaked.gates, gate] };
    if (gate.result === 'pass') return nextWaveStep({ ...input, wave: judged });
    return wait({ ...judged, holds: [...judged.holds, gateHold(gate)] }, 'hold', null);
  }
  if (missingApproval(soaked, policy.approvals, nowMs) !== undefined) return wait(soaked, 'approval', null);
  return nextWaveStep({ ...input, wave: { ...soaked, step: 'disableConnector' } });
}

/** The removal gate: enough machines verified, not too many failed. */
export function judgeRemovalGate({ wave, policy, summaries, checks = [], nowMs }: StepInput): GateResult {
  const { machines, verified, failed } = totalsOf(summaries);
  const share = machines === 0 ? 0 : (machines - verified) / machines;
  const { maxNotVerifiedShare, maxFailed } = policy.gate;
  const base = { gate: 'removal', at: new Date(nowMs).toISOString() } as const;
  if (wave.dryRun) return { ...base, result: 'pass', message: 'Dry run: the gate is not judged.' };
  if (failed > maxFailed) {
    return {
      ...base,
      result: 'fail',
      message: `${failed} machines failed or are blocked; the plan tolerates ${maxFailed}.`,
    };
  }
  if (share > maxNotVerifiedShare) {
    const percent = (n: number) => `${Math.round(n * 100)} %`;
    return {
      ...base,
      result: 'fail',
      message: `${percent(share)} of the machines have no passing data verdict; the plan tolerates ${percent(maxNotVerifiedShare)}.`,
    };
  }
  const open = checks.filter(
    ({ result, enforced, name }) => enforced && result !== 'pass' && !wave.overruled?.includes(name),
  );
  if (open.length > 0) {
    return {
      ...base,
      result: open.some(({ result }) => result === 'fail') ? 'fail' : 'inconclusive',
      message: open.map(({ name, message }) => `${name}: ${message}`).join(' '),
    };
  }
  return { ...base, result: 'pass', message: `${verified} of ${machines} machines verified.` };
}

function gateHold(gate: GateResult): Hold {
  return { id: `gate-${gate.gate}`, kind: 'gate', reason: gate.message, since: gate.at, by: 'removal gate' };
}

function atConnectors(input: StepInput): NextStep {
  const { wave } = input;
  const turn = workspaceTurn(input, wave.connectors);
  if (turn.kind === 'settled') return nextWaveStep({ ...input, wave: { ...wave, step: 'remove' } });
  if (turn.kind === 'wait') return wait(wave, 'connector', turn.until);
  return { wave, action: { kind: 'connectors', workspaceIds: turn.workspaceIds } };
}

/**
 * A rollback: leases and records first, then legacy collection, so that an agent that is put back has where to
 * write, then the machines. Windows do not stop it; a hold does.
 */
function atRollback(input: StepInput): NextStep {
  const { wave, summaries } = input;
  const { rollback } = wave;
  if (rollback === undefined) throw new Error(`wave ${wave.id} has no rollback`);
  if (wave.holds.length > 0) {
    if (totalsOf(summaries).inFlight > 0) return { wave, action: { kind: 'run', segment: 'undo' } };
    return wait(wave, 'hold', null);
  }
  if (rollback.preparedAt === null) return { wave, action: { kind: 'prepareRollback' } };
  if (rollback.undo.connectors) {
    const turn = workspaceTurn(input, rollback.connectors);
    if (turn.kind === 'wait') return wait(wave, 'connector', turn.until);
    if (turn.kind === 'due') return { wave, action: { kind: 'restore', workspaceIds: turn.workspaceIds } };
  }
  if (!finished(input, 'undo')) return { wave, action: { kind: 'run', segment: 'undo' } };
  return { wave, action: { kind: 'finish' } };
}

type WorkspaceTurn =
  | { readonly kind: 'settled' }
  | { readonly kind: 'due'; readonly workspaceIds: readonly string[] }
  | { readonly kind: 'wait'; readonly until: string };

/** Which workspaces of the wave are next, given what became of them so far. */
function workspaceTurn(
  { workspaceIds, nowMs }: StepInput,
  results: readonly Pick<ConnectorResult, 'workspaceId' | 'outcome'>[],
): WorkspaceTurn {
  const outcomeOf = (id: string) => results.find(({ workspaceId }) => workspaceId === id)?.outcome;
  const open = workspaceIds.filter((id) => !isSettled(outcomeOf(id)));
  if (open.length === 0) return { kind: 'settled' };
  const untils = open.map((id) => {
    const outcome = outcomeOf(id);
    return outcome?.status === 'waiting' ? Date.parse(outcome.until) : 0;
  });
  const due = open.filter((_, i) => (untils[i] ?? 0) <= nowMs);
  if (due.length > 0) return { kind: 'due', workspaceIds: due };
  return { kind: 'wait', until: new Date(Math.min(...untils)).toISOString() };
}

function finished({ wave, summaries }: StepInput, segment: Segment): boolean {
  const expected = wave.cells.reduce((n, { batches }) => n + batches, 0);
  return summaries.filter((batch) => batch.finished.includes(segment)).length === expected;
}

function wait(
  wave: Wave,
  reason: Extract<WaveAction, { kind: 'wait' }>['for'],
  until: string | null,
): NextStep {
  return { wave, action: { kind: 'wait', until, for: reason } };
}
