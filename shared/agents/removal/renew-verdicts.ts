import { isProven, type Verdict } from '../../model/verdict.ts';
import type { Decision, StageContext, StageHandler, StageStep } from '../../waves/stage.ts';
import type { Candidate } from './observe.ts';

/**
 * A verdict counts for some time only: a hold or a wait may lie between it and the removal. Judges data anew for
 * machines whose verdict has grown old; those it does not pass come back with what stands in their way. `renewed` has
 * the new verdicts by machine.
 */
export async function renewVerdicts(
  judgeAgain: StageHandler,
  context: StageContext,
  candidates: readonly Candidate[],
): Promise<{ fresh: Candidate[]; renewed: Map<string, Verdict>; unproven: Decision[] }> {
  const old = context.dryRun
    ? []
    : candidates.filter(({ machine }) => isOld(context, machine.record.verdict));
  const fresh = candidates.filter((candidate) => !old.includes(candidate));
  const unproven: Decision[] = [];
  const renewed = new Map<string, Verdict>();
  if (old.length === 0) return { fresh, renewed, unproven };
  const decisions = await judgeAgain(
    context,
    old.map(({ machine }) => machine),
  );
  for (const decision of decisions) {
    const candidate = old.find(({ machine }) => machine.planned.id === decision.machineId);
    const verdict = 'step' in decision ? decision.step.patch?.verdict : undefined;
    if (candidate !== undefined && verdict != null && isProven(verdict, context.now())) {
      const { machine } = candidate;
      renewed.set(machine.planned.id, verdict);
      fresh.push({ ...candidate, machine: { ...machine, record: { ...machine.record, verdict } } });
    } else unproven.push(verdict?.result === 'inconclusive' ? stillOld(decision) : decision);
  }
  return { fresh, renewed, unproven };
}

/** The record keeps what the removal rests on, and the next look need not judge again what was judged just now. */
export function withRenewed(decision: Decision, renewed: ReadonlyMap<string, Verdict>): Decision {
  const verdict = renewed.get(decision.machineId);
  if (verdict === undefined) return decision;
  const keep = (step: StageStep): StageStep => ({ ...step, patch: { verdict, ...step.patch } });
  if ('step' in decision) return { ...decision, step: keep(decision.step) };
  return { ...decision, act: async () => keep(await decision.act()) };
}

/** More data may still renew it: the record keeps the verdict that is old, so that it is judged again. */
function stillOld(decision: Decision): Decision {
  if (!('step' in decision)) return decision;
  const { patch: { verdict: _, ...patch } = {}, ...step } = decision.step;
  return { machineId: decision.machineId, step: { ...step, patch } };
}

/** Only what stands for a removal can grow old; any other verdict stands in the way by itself. */
function isOld(context: StageContext, verdict: Verdict | null): boolean {
  if (verdict === null || !isProven(verdict, context.now())) return false;
  const until = Math.max(...verdict.evidence.map((evidence) => Date.parse(evidence.until)));
  return context.now() - until > context.policy.verdictMaxAgeSeconds * 1000;
}
