import type { WaveMachine } from '../ledger/waves.ts';
import { type DataException, isActive } from '../model/data-exception.ts';
import type { ReasonCode } from '../model/reasons.ts';
import type { Evidence, Verdict } from '../model/verdict.ts';
import type { Decision, StageContext, StageHandler } from '../waves/stage.ts';

/** What a person may accept is a judgement about data; a silent agent or a query that failed is none. */
const ACCEPTABLE: ReadonlySet<ReasonCode> = new Set([
  'rowsLost',
  'keysLost',
  'tableNotCovered',
  'notSettled',
  'dataNotYet',
  'attributionUnclear',
  'unverifiableRules',
  'clockAhead',
]);

/** Lets verdicts pass that a named person accepted. */
export function withExceptions(handler: StageHandler): StageHandler {
  return async (context, machines) => {
    const decisions = await handler(context, machines);
    const active = context.exceptions.filter((one) => isActive(one, context.now()));
    if (active.length === 0) return decisions;
    const byId = new Map(machines.map((machine) => [machine.planned.id, machine]));
    return decisions.map((decision) => accepted(context, decision, byId.get(decision.machineId), active));
  };
}

function accepted(
  context: StageContext,
  decision: Decision,
  machine: WaveMachine | undefined,
  active: readonly DataException[],
): Decision {
  const verdict = 'step' in decision ? decision.step.patch?.verdict : undefined;
  if (verdict == null || machine === undefined) return decision;
  const found = exceptionFor(context.waveId, machine.planned.id, verdict, active);
  if (found === undefined) return decision;
  const { by, reason, expiresAt, id } = found;
  return {
    machineId: decision.machineId,
    step: {
      machineId: decision.machineId,
      outcome: { status: 'done', detail: `accepted by ${by}: ${reason} (${id})` },
      patch: { verdict: { ...verdict, accepted: { id, by, reason, expiresAt } } },
    },
  };
}

/** The exception that covers all that keeps a verdict from being a pass. Pure. */
export function exceptionFor(
  waveId: string,
  machineId: string,
  verdict: Verdict,
  active: readonly DataException[],
): DataException | undefined {
  if (verdict.result === 'pass' || verdict.reason === undefined || !ACCEPTABLE.has(verdict.reason))
    return undefined;
  const open = verdict.evidence.filter(({ result }) => result !== 'pass');
  return active.find(
    (one) =>
      isFor(one, waveId, machineId) &&
      // Without evidence nothing says which workspace or table it is about.
      (open.length > 0 || (one.workspaceId === null && one.tables === null)) &&
      open.every((evidence) => covers(one, evidence)),
  );
}

/** What is left open of a machine's evidence once that which people accepted counts as good. Pure. */
export function openEvidence(
  { exceptions, waveId, now }: Pick<StageContext, 'exceptions' | 'waveId' | 'now'>,
  machineId: string,
  evidence: readonly Evidence[],
): readonly Evidence[] {
  const own = exceptions.filter((one) => isActive(one, now()) && isFor(one, waveId, machineId));
  return evidence.filter((one) => one.result !== 'pass' && !own.some((exception) => covers(exception, one)));
}

function isFor(exception: DataException, waveId: string, machineId: string): boolean {
  return (
    (exception.waveId === null || exception.waveId === waveId) &&
    (exception.machineIds === null || exception.machineIds.includes(machineId))
  );
}

function covers({ workspaceId, tables }: DataException, evidence: Evidence): boolean {
  return (
    (workspaceId === null || workspaceId === evidence.workspaceId) &&
    (tables === null || tables.includes(evidence.table))
  );
}
