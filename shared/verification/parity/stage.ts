import type { JudgedMachine, Round, Verdicts } from '../../ledger/verdicts.ts';
import type { WaveMachine } from '../../ledger/waves.ts';
import { blocked, isSettled, type Outcome, waiting } from '../../model/outcome.ts';
import { FIRST_LOOK_SECONDS, type Verdict } from '../../model/verdict.ts';
import { endedBadly } from '../../waves/due.ts';
import { awaitsTurn, type Decision, later, type StageContext, type StageHandler } from '../../waves/stage.ts';
import type { LogsGateway } from '../gateway.ts';
import type { Since } from '../presence.ts';
import { HOUR_MS } from '../statistics/series.ts';
import { queriesOf } from './compare.ts';
import { type Group, groupOf } from './groups.ts';
import { judgedFrom, judgedUntil } from './hours.ts';
import { judgeMachines } from './round.ts';
import type { Timing } from './sets.ts';

const FIRST_LOOK_MS = FIRST_LOOK_SECONDS * 1000;

/** Time for the batch of a group that reads the data and judges; the others come after it. */
const ROUND_SECONDS = 15;

/** Groups that are due together come one after the other: what the limit of queries holds, then as fast as it fills. */
const GROUPS_AT_ONCE = 20;
const GROUP_SPACING_SECONDS = 1.5;
const LONGEST_TURN_SECONDS = 300;

/**
 * The proof `parity`: rows and keys are compared with what came before. Batches of a group share one round of
 * queries: the first to look reads and judges for all of them. `alone`: only for the machines given, now.
 */
export function createParity(
  { logs, verdicts }: { readonly logs: LogsGateway; readonly verdicts: Verdicts },
  since: Since,
  { alone }: { readonly alone: boolean },
): StageHandler {
  return async (context, machines) => {
    const until = judgedUntil(context.now(), context.policy.ingestionLagSeconds);
    const behindMs = alone ? 0 : turnMs(context, machines);
    const standing = machines.flatMap((machine) => standingDecision(context, machine, behindMs) ?? []);
    const known = new Set(standing.map(({ machineId }) => machineId));
    const open = machines.filter(({ planned }) => !known.has(planned.id));
    const ready = readyMachines(context, open, since, until);
    const judged = alone
      ? await judgeNow(logs, context, ready, until)
      : await sharedRound({ logs, verdicts }, context, { machines: open, ready, since, until });
    if ('waits' in judged) {
      return [...standing, ...open.map(({ planned }) => step(planned.id, judged.waits))];
    }
    const byId = new Map(judged.results.map((one) => [one.machineId, one]));
    return [
      ...standing,
      ...open.map((machine) =>
        decisionOf(context, machine, byId.get(machine.planned.id), { since, behindMs }),
      ),
    ];
  };
}

/**
 * How long after its data is there a batch looks: when it is the turn of its group, and after its first batch, so that
 * it finds the answers. The second comes before the others as well: the first may not have its data yet.
 */
function turnMs(context: StageContext, [machine]: readonly WaveMachine[]): number {
  if (machine === undefined) return 0;
  const { batchId } = machine.record;
  const group = groupOf(context.cells, batchId);
  const place = group.batches.indexOf(batchId);
  return (turnSeconds(group) + Math.min(place, 2) * ROUND_SECONDS) * 1000;
}

function turnSeconds({ place }: Group): number {
  return (Math.max(0, place - GROUPS_AT_ONCE) * GROUP_SPACING_SECONDS) % LONGEST_TURN_SECONDS;
}

/** A verdict of this stage that no new data can change yet: it costs no query, and a person may accept it. */
function standingDecision(
  context: StageContext,
  { planned, record }: WaveMachine,
  behindMs: number,
): Decision | undefined {
  const { verdict } = record;
  const outcome = record.outcomes[context.stage];
  if (outcome?.status !== 'waiting' || verdict === null || outcome.reason !== verdict.reason)
    return undefined;
  const { nextLookAt } = verdict;
  if (nextLookAt === undefined || Date.parse(nextLookAt) <= context.now()) return undefined;
  return {
    machineId: planned.id,
    step: {
      machineId: planned.id,
      outcome: waiting(outcome.reason, soon(context, nextLookAt, behindMs), outcome.detail),
      patch: { verdict },
    },
  };
}

/** Somebody who accepts a verdict does not want to wait for more data: the record is looked at about every hour. */
function soon(context: StageContext, nextLookAt: string, behindMs: number): string {
  const at = Date.parse(nextLookAt) + behindMs;
  return at - context.now() > 1.5 * HOUR_MS ? later(context, 3600) : new Date(at).toISOString();
}

type Ready = ReturnType<typeof readyMachines>;
type Judging = { readonly results: readonly JudgedMachine[] } | { readonly waits: Outcome };

async function judgeNow(
  logs: LogsGateway,
  context: StageContext,
  ready: Ready,
  until: number,
): Promise<Judging> {
  if (!mayAsk(context, ready)) return { waits: awaitsTurn(context) };
  return { results: await judgeMachines(logs, context, ready, until) };
}

function mayAsk(context: StageContext, ready: Ready): boolean {
  const machines = ready.map(({ machine }) => machine);
  return machines.length === 0 || context.mayCall({ queries: queriesOf(context, machines) });
}

async function sharedRound(
  { logs, verdicts }: { readonly logs: LogsGateway; readonly verdicts: Verdicts },
  context: StageContext,
  {
    machines: [first],
    ready,
    since,
    until,
  }: {
    readonly machines: readonly WaveMachine[];
    readonly ready: Ready;
    readonly since: Since;
    readonly until: number;
  },
): Promise<Judging> {
  if (first === undefined || ready.length === 0) return { results: [] };
  const { batchId } = first.record;
  const group = groupOf(context.cells, batchId);
  const round: Round = {
    ...{ waveId: context.waveId, stage: context.stage, group: group.id },
    until: new Date(until).toISOString(),
  };
  const claim = await verdicts.claim(round, batchId, context.now());
  // Where the data is there as soon as a stage begins, all groups come to it at once.
  const turn = first.record.outcomes[context.stage] === undefined ? turnSeconds(group) : 0;
  if (claim === 'busy') return { waits: awaitsTurn(context, turn + ROUND_SECONDS) };
  if (claim === 'finished') return { results: await verdicts.read(round, batchId) };
  // The round stays claimed meanwhile: the others need not ask as well.
  if (!mayAsk(context, ready)) return { waits: awaitsTurn(context, turn) };
  const all = await context.machinesOf(group.batches);
  const due = all.filter(
    ({ record }) => !isSettled(record.outcomes[context.stage]) && !endedBadly(record, context.stage),
  );
  try {
    const judged = await judgeMachines(logs, context, readyMachines(context, due, since, until), until);
    await verdicts.finish(round, batchId, inBatches(all, judged), context.now());
    return { results: judged };
  } catch (error) {
    await verdicts.release(round);
    throw error;
  }
}

/** Results by the batch of each machine. */
function inBatches(machines: readonly WaveMachine[], judged: readonly JudgedMachine[]) {
  const batches = new Map(machines.map(({ record }) => [record.machineId, record.batchId]));
  return Map.groupBy(judged, ({ machineId }) => batches.get(machineId) ?? '');
}

/** Machines with enough new data for a first comparison. */
function readyMachines(context: StageContext, machines: readonly WaveMachine[], since: Since, until: number) {
  return machines.flatMap((machine) => {
    const timing = timingOf(context, machine, since);
    return timing !== undefined && until - timing.currentSince >= FIRST_LOOK_MS ? [{ machine, timing }] : [];
  });
}

/** When a machine has the data that is compared first. */
function firstLook({ policy }: StageContext, timing: Timing | undefined): number {
  if (timing === undefined) return 0;
  return judgedFrom(timing.currentSince + FIRST_LOOK_MS, policy.ingestionLagSeconds);
}

function timingOf(context: StageContext, machine: WaveMachine, since: Since): Timing | undefined {
  const start = since(machine, context);
  const { associatedAt } = machine.record;
  if (start === undefined || associatedAt === null) return undefined;
  const settled = Date.parse(associatedAt) + context.policy.verification.settleSeconds * 1000;
  return {
    ...{ id: machine.planned.id, os: machine.planned.os },
    associatedAt: Date.parse(associatedAt),
    currentSince: Math.max(Date.parse(start), settled),
  };
}

function decisionOf(
  context: StageContext,
  machine: WaveMachine,
  judged: JudgedMachine | undefined,
  { since, behindMs }: { readonly since: Since; readonly behindMs: number },
): Decision {
  const { planned, record } = machine;
  if (judged === undefined) {
    const at = firstLook(context, timingOf(context, machine, since)) + behindMs;
    const until = at > context.now() ? new Date(at).toISOString() : undefined;
    return step(
      planned.id,
      waiting(
        'dataNotYet',
        until ?? later(context, context.policy.verifyPollSeconds),
        'too early to compare',
      ),
    );
  }
  // A heartbeat can come at any time; more data takes its time.
  const ownPace = judged.verdict.reason === 'noHeartbeat' ? {} : { nextLookAt: judged.nextAt };
  const verdict: Verdict = { ...judged.verdict, ...ownPace };
  const again = record.verdict?.result === 'fail' && record.verdict.reason === verdict.reason;
  return {
    machineId: planned.id,
    step: {
      machineId: planned.id,
      outcome: outcomeOf(context, judged, again, behindMs),
      // A question that was not answered is no judgement: what was known before stands.
      patch: judged.trouble === null ? { verdict } : {},
    },
  };
}

function outcomeOf(
  context: StageContext,
  { verdict, trouble, nextAt }: JudgedMachine,
  again: boolean,
  behindMs: number,
): Outcome {
  if (verdict.result === 'pass') return { status: 'done' };
  const reason = verdict.reason ?? 'notSettled';
  if (reason === 'unverifiableRules') return blocked(reason);
  if (trouble !== null)
    return waiting(
      'queryFailed',
      later(context, context.policy.pollSeconds, trouble.retryAfterMs),
      trouble.message,
    );
  if (reason === 'noHeartbeat') return waiting(reason, later(context, context.policy.verifyPollSeconds));
  const detail = worst(verdict);
  // Once may be an accident of the hours; the same finding a second time, with more data, stands.
  if (verdict.result === 'fail' && again) return blocked(reason, detail);
  return waiting(reason, soon(context, nextAt, behindMs), detail);
}

/** The evidence that keeps a verdict from being a pass, as a sentence. */
function worst({ result, evidence }: Verdict): string | undefined {
  const open = evidence.find((one) => one.result === (result === 'fail' ? 'fail' : 'inconclusive'));
  return open?.sentence === undefined ? undefined : `${open.table}: ${open.sentence}`;
}

function step(machineId: string, outcome: Outcome): Decision {
  return { machineId, step: { machineId, outcome } };
}
