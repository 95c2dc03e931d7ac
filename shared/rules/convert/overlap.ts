import { normalizeId } from '../../model/ids.ts';
import { leftBeside } from './collected-already.ts';
import { arrivalsIn, type ExistingRule } from './existing.ts';
import type { Collected, Loss, Wanted, WorkspaceSettings } from './model.ts';
import { workspaceHash } from './name.ts';
import { sortedBy } from './order.ts';
import { makerOf, type RuleMaker, TAGS, tagOf } from './tags.ts';

/** A rule that is there and does a part of the work: machines need an association with it, too. */
export interface ReusedRule {
  readonly resourceId: string;
  readonly name: string;
  readonly madeBy: RuleMaker;
}

export interface Overlap {
  /** What is left to make. */
  readonly wanted: readonly Wanted[];
  readonly losses: readonly Loss[];
  readonly reused: readonly ReusedRule[];
  readonly notes: readonly string[];
}

/** Whether this app made the rule for this workspace. Such rules are what a conversion makes anew. */
export function isOwn(rule: ExistingRule, workspace: WorkspaceSettings['workspace']): boolean {
  return (
    makerOf(rule.name, rule.tags) === 'own' && tagOf(rule.tags, TAGS.workspace) === workspaceHash(workspace)
  );
}

/** Leaves to existing rules what they collect into the same workspace already. */
export function withoutOverlap(
  wanted: readonly Wanted[],
  existingRules: readonly ExistingRule[],
  workspace: WorkspaceSettings['workspace'],
): Overlap {
  const others = sortedBy(existingRules, ({ id }) => normalizeId(id))
    .filter((rule) => !isOwn(rule, workspace))
    .map((rule) => ({
      rule,
      arrivals: arrivalsIn(rule, workspace.id),
      madeBy: makerOf(rule.name, rule.tags),
    }))
    .filter(({ arrivals }) => arrivals.length > 0);
  const losses: Loss[] = [];
  const reused = new Map<string, ReusedRule>();
  const transformed = new Map<string, number>();
  const left = wanted.flatMap((one): readonly Wanted[] => {
    let collected: Collected | null = one.collected;
    for (const { rule, arrivals, madeBy } of others) {
      if (collected === null) break;
      const found = leftBeside(collected, rule, arrivals);
      if (found === undefined) {
        const whole = arrivals.map((arrival) => ({ ...arrival, transformed: false }));
        if (arrivals.some((arrival) => arrival.transformed) && leftBeside(collected, rule, whole))
          transformed.set(rule.name, (transformed.get(rule.name) ?? 0) + 1);
        continue;
      }
      collected = found.left;
      reused.set(normalizeId(rule.id), { resourceId: rule.id, name: rule.name, madeBy });
      const detail = [`rule ${rule.name}${MADE_BY[madeBy]}`, ...(found.remark ? [found.remark] : [])].join(
        ', ',
      );
      losses.push(...one.origins.map((origin): Loss => ({ origin, code: 'alreadyCollected', detail })));
    }
    return collected === null ? [] : [{ ...one, collected }];
  });
  // What it drops is not known, so it cannot stand in; what it keeps comes a second time.
  const notes = [...transformed].map(
    ([name, count]) =>
      `Rule ${name} collects ${count} of these things as well, but transforms them: rows may be stored twice.`,
  );
  return { wanted: left, losses, reused: [...reused.values()], notes };
}

const MADE_BY: Readonly<Record<RuleMaker, string>> = {
  own: ', made by this app for another workspace',
  sentinel: ', made by Microsoft Sentinel',
  vmInsights: ', made by VM insights',
  defender: ', made by Microsoft Defender',
  other: '',
};

export type RuleState = 'create' | 'unchanged' | 'update';

/** How a rule stands to the one of an earlier run, known by tag and name. */
export function stateOf(
  name: string,
  hash: string,
  own: readonly ExistingRule[],
): { readonly state: RuleState; readonly existing: ExistingRule | undefined } {
  const existing = own.find((rule) => rule.name.toLowerCase() === name.toLowerCase());
  if (existing === undefined) return { state: 'create', existing };
  return { state: tagOf(existing.tags, TAGS.content) === hash ? 'unchanged' : 'update', existing };
}
