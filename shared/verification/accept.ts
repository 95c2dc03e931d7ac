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
  const found = acceptanceOf(context.waveId, machine.planned.id, verdict, active);
  if (found === undefined) return decision;
  const { by, reason, id } = found;
  return {
    machineId: decision.machineId,
    step: {
      machineId: decision.machineId,
      outcome: { status: 'done', detail: `accepted by ${by}: ${reason} (${id})` },
      patch: { verdict: { ...verdict, accepted: found } },
    },
  };
}

/**
 * What stands behind a verdict that is no pass: one exception that covers all that is open, or several that do
 * together, and then only as long as the first of them to expire. Pure.
 */
export function acceptanceOf(
  waveId: string,
  machineId: string,
  verdict: Verdict,
  active: readonly DataException[],
): Verdict['accepted'] {
  if (verdict.result === 'pass' || verdict.reason === undefined || !ACCEPTABLE.has(verdict.reason))
    return undefined;
  const open = verdict.evidence.filter(({ result }) => result !== 'pass');
  const own = active.filter((one) => isFor(one, waveId, machineId));
  // Without evidence nothing says which workspace or table it is about.
  const all = own.find((one) =>
    open.length > 0
      ? open.every((evidence) => covers(one, evidence))
      : one.workspaceId === null && one.tables === null,
  );
  const parts = open.map((evidence) => own.find((one) => covers(one, evidence)));
  const used = all === undefined ? [...new Set(parts)] : [all];
  if (used.length === 0 || used.includes(undefined)) return undefined;
  const found = used.flatMap((one) => one ?? []);
  const together = (texts: readonly string[]) => [...new Set(texts)].join('; ');
  return {
    id: together(found.map(({ id }) => id)),
    by: together(found.map(({ by }) => by)),
    reason: together(found.map(({ reason }) => reason)),
    expiresAt: found.map(({ expiresAt }) => expiresAt).sort()[0] as string,
  };
}

/**
 * The machine with an acceptance only as long as an exception stands behind it: one that was revoked or has expired
 * since the data was judged counts for nothing. Pure.
 */
export function withStandingVerdict(context: StageContext, machine: WaveMachine): WaveMachine {
  const { planned, record } = machine;
  if (record.verdict?.accepted === undefined) return machine;
  const active = context.exceptions.filter((one) => isActive(one, context.now()));
  if (acceptanceOf(context.waveId, planned.id, record.verdict, active) !== undefined) return machine;
  const { accepted: _, ...verdict } = record.verdict;
  return { ...machine, record: { ...record, verdict } };
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
