import { normalizeId } from '../model/ids.ts';
import type { Step } from '../rules/deploy/step.ts';
import type { FreshFinding } from './machine-drift.ts';

/** What a preview of a deployed rule set says of drift: nothing where a deployment would do nothing. Pure. */
export function ruleDrift(ruleSetId: string, steps: readonly Step[]): FreshFinding[] {
  return steps.flatMap((step): FreshFinding[] => {
    const subject = { kind: 'rule', id: normalizeId(step.id) } as const;
    const remedy = 'deployRules' as const;
    // A table or endpoint that is missing stops rows as surely as the rule.
    if (step.action === 'create')
      return [{ code: 'ruleMissing', subject, detail: `${step.kind} ${step.id}`, remedy, ruleSetId }];
    if (step.kind === 'reused' && step.action === 'conflict')
      return [{ code: 'ruleMissing', subject, detail: step.why ?? '', remedy: null, ruleSetId }];
    if (step.kind !== 'rule' || step.action === 'unchanged') return [];
    const changed = step.changes.map(({ path }) => path).join(', ');
    const detail = `${changed || 'content'}${step.why === undefined ? '' : `. ${step.why}`}`;
    // Only what was changed by hand can be written over; the rest is for a person.
    const isOurs = step.action === 'update' || step.conflict === 'changedByHand';
    return [{ code: 'ruleChanged', subject, detail, remedy: isOurs ? remedy : null, ruleSetId }];
  });
}

/** Rules that machines need, that are gone, and that no deployed rule set speaks of. Pure. */
export function goneRules(gone: Readonly<Record<string, number>>, told: ReadonlySet<string>): FreshFinding[] {
  return Object.entries(gone)
    .filter(([id]) => !told.has(id))
    .map(([id, machines]) => ({
      code: 'ruleMissing',
      subject: { kind: 'rule', id },
      detail: `${machines} migrated machines were associated with it; no deployed rule set has it`,
      remedy: null,
    }));
}
