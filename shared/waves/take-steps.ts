import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import { isLedgerTrouble } from '../ledger/trouble.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { blocked, failed, type Outcome, skipped, waiting } from '../model/outcome.ts';
import type { MachineUndo } from '../model/rollback.ts';
import { isUndoStage, judgesData, type MachineStage } from '../model/stages.ts';
import { isTransient } from '../model/trouble.ts';
import type { Operation } from '../model/wave.ts';
import { likelyMs } from './expected.ts';
import { type Decision, later, type StageContext, type StageHandler, type StageStep } from './stage.ts';
import { windowAt } from './windows.ts';

export interface TakeStepsDependencies {
  readonly ledger: Ledger;
  readonly handlers: Readonly<Record<MachineStage, StageHandler>>;
  readonly concurrency: number;
  now(): number;
}

/** What a look asks of its batch. */
export interface Look {
  /** Names the look in the audit trail. */
  readonly key: string;
  /** Whether the wave is held or aborted by now. */
  isHalted(): Promise<boolean>;
  /**
   * Takes the machines that are about to change, and writes into their records what is about to be done. False
   * when another look was faster: it acts, this one does not.
   */
  claim(changes: ReadonlyMap<string, Announcement>): Promise<boolean>;
}

/** What a record has to hold before its machine is changed. */
export interface Announcement {
  readonly operation?: Operation;
  readonly undo?: MachineUndo;
  readonly unproves?: true;
}

/** Observes and decides for the machines that are due, writes the intents, and only then acts. */
export async function takeSteps(
  { ledger, handlers, concurrency, now }: TakeStepsDependencies,
  context: StageContext,
  due: readonly WaveMachine[],
  look: Look,
): Promise<StageStep[] | 'overtaken'> {
  if (due.length === 0) return [];
  const { stage } = context;
  if (context.dryRun && judgesData(stage)) {
    return due.map(({ record }) => ({ machineId: record.machineId, outcome: skipped('dryRun') }));
  }
  const decisions = await decideAll(handlers[stage], context, due);
  const intents = decisions.filter((decision) => 'act' in decision);
  if (context.dryRun) return decisions.map(dryStep);
  // Under a hold or abort what is in flight is followed to its end, and nothing is started. It may have
  // come while this look was deciding.
  if (context.halted || (intents.length > 0 && (await look.isHalted()))) {
    return decisions.map((decision) =>
      notActed(decision, waiting('held', later(context, context.policy.pollSeconds))),
    );
  }
  // A batch is of one kind.
  const kind = due[0]?.planned.kind ?? 'azureVm';
  const window = windowAt(context.policy, now(), likelyMs(context.policy, stage, kind));
  // A rollback is urgent: it runs in windows and outside.
  if (!window.open && !isUndoStage(stage)) {
    const outcome =
      window.opensAt === null
        ? blocked('windowsOver')
        : waiting('outsideWindow', window.opensAt, window.detail);
    return decisions.map((decision) => notActed(decision, outcome));
  }
  await ledger.audit.append(
    look.key,
    intents.map(({ machineId, intent, before }) => ({
      ...auditBase(context, now()),
      machineId,
      event: 'intent',
      message: intent,
      data: before,
    })),
  );
  const startedAt = new Date(now()).toISOString();
  const changes = intents.map(({ machineId, change, undo, unproves }): [string, Announcement] => [
    machineId,
    {
      ...(change === undefined ? {} : { operation: { ...change, url: null, startedAt } }),
      ...(undo === undefined ? {} : { undo }),
      ...(unproves === undefined ? {} : { unproves }),
    },
  ]);
  if (changes.length > 0 && !(await look.claim(new Map(changes)))) return 'overtaken';
  return pMap(decisions, (decision) => ('act' in decision ? act(context, decision) : decision.step), {
    concurrency,
  });
}

/** The step of a decision that may not act now. With an operation in its record a machine would count as in flight. */
function notActed(decision: Decision, outcome: Outcome): StageStep {
  if (!('act' in decision)) return decision.step;
  return { machineId: decision.machineId, outcome, patch: { operation: null } };
}

/** A dry run reports at once what a real one would do, or what it would wait for. */
function dryStep(decision: Decision): StageStep {
  const { machineId } = decision;
  if ('act' in decision) return { machineId, outcome: skipped('dryRun', decision.intent) };
  const { outcome } = decision.step;
  if (outcome.status !== 'waiting' || isTransient(outcome.reason)) return decision.step;
  return { ...decision.step, outcome: blocked(outcome.reason, outcome.detail) };
}

/** A handler that throws is a bug: it must cost its machines a named failure, not the whole wave. */
async function decideAll(
  handler: StageHandler,
  context: StageContext,
  due: readonly WaveMachine[],
): Promise<Decision[]> {
  try {
    return await handler(context, due);
  } catch (error) {
    if (isLedgerTrouble(error)) {
      const outcome = ledgerTrouble(context, error);
      return due.map(({ record: { machineId } }) => ({ machineId, step: { machineId, outcome } }));
    }
    if (due.length > 1) {
      // Find out which machine it is, so that the others go on.
      const each: Decision[] = [];
      for (const machine of due) each.push(...(await decideAll(handler, context, [machine])));
      return each;
    }
    return due.map(({ record }) => ({
      machineId: record.machineId,
      step: { machineId: record.machineId, outcome: failed('unexpected', describe(error)) },
    }));
  }
}

/** Storage that fails is no bug of a stage: the machine is looked at again. */
function ledgerTrouble(context: StageContext, error: unknown): Outcome {
  return waiting('serviceUnavailable', later(context, context.policy.pollSeconds), describe(error));
}

async function act(
  context: StageContext,
  decision: Extract<Decision, { intent: string }>,
): Promise<StageStep> {
  try {
    return await decision.act();
  } catch (error) {
    const { machineId } = decision;
    if (isLedgerTrouble(error)) return { machineId, outcome: ledgerTrouble(context, error) };
    return { machineId, outcome: failed('unexpected', describe(error)) };
  }
}

function auditBase({ waveId, stage }: StageContext, nowMs: number) {
  return { at: new Date(nowMs).toISOString(), waveId, stage, by: 'app' } as const;
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`.slice(0, 300)
    : String(error).slice(0, 300);
}
