import { isAmaExtension, isLegacyExtension } from '../model/agents.ts';
import type { Assessment } from '../model/assessment.ts';
import type { LeftBehind } from '../model/drift.ts';
import type { DriftCode } from '../model/drift-codes.ts';
import type { Machine } from '../model/machine.ts';
import { UNREACHABLE } from './baselines.ts';
import { type FreshFinding, found } from './machine-drift.ts';

export interface NewcomerContext {
  /** The machine in the inventory of before; undefined: it was not there. */
  readonly before: Pick<Machine, 'assessment'> | undefined;
  /** Whether there is an inventory of before at all. */
  readonly compared: boolean;
  /** What the run before found about it. */
  readonly known: ReadonlySet<DriftCode>;
  readonly left: LeftBehind | undefined;
  /** The plan whose policy it would be migrated under, where no wave had it. */
  readonly planId: string | undefined;
}

/** What is to be said of a machine that was never migrated. A finding stays until it is migrated. Pure. */
export function newcomerDrift(machine: Machine, context: NewcomerContext): FreshFinding[] {
  if (machine.kind === 'unmanaged') return [];
  const { before, compared, known, left } = context;
  const planId = left?.planId ?? context.planId;
  const about = planId === undefined ? undefined : { planId };
  const isReady = machine.assessment.status === 'ready';
  const waited =
    left !== undefined || isUnreachable(before?.assessment) || (known.has('reachableNow') && isReady);
  if (isReady && waited) {
    const detail = left === undefined ? undefined : `left behind by ${left.waveId}: ${left.reason}`;
    return [found('reachableNow', machine, about, detail)];
  }
  const isNew = (compared && before === undefined) || known.has('newMachine');
  if (!isNew || isCollected(machine)) return [];
  const finding = found('newMachine', machine, about, describe(machine));
  return [isReady ? finding : { ...finding, remedy: null }];
}

function isUnreachable(assessment: Assessment | undefined): boolean {
  return (
    assessment?.status === 'blocked' &&
    assessment.reasons.length > 0 &&
    assessment.reasons.every(({ code }) => UNREACHABLE.has(code))
  );
}

/** Azure Monitor Agent with a rule, and no legacy agent: a policy or its owner has seen to it. */
function isCollected({ extensions, associations }: Machine): boolean {
  return (
    extensions.some(isAmaExtension) &&
    !extensions.some(isLegacyExtension) &&
    associations.some(({ ruleId }) => ruleId !== null)
  );
}

function describe({ extensions, assessment }: Machine): string {
  const legacy = extensions.some(isLegacyExtension);
  const ama = extensions.some(isAmaExtension);
  const agents = legacy ? (ama ? 'both agents' : 'the legacy agent') : ama ? 'no rule' : 'no agent';
  return assessment.status === 'blocked'
    ? `it has ${agents}; blocked: ${assessment.reasons.map(({ code }) => code).join(', ')}`
    : `it has ${agents}`;
}
