import type { AssessmentReason } from '../model/assessment.ts';
import type { DeployedRules } from '../model/deployed-rules.ts';
import type { Machine, Rule } from '../model/machine.ts';
import type { RuleAssignment } from '../model/plan.ts';
import { matches, type Policy } from '../model/policy.ts';
import { tableOfStream } from '../model/streams.ts';

export type ChosenRules =
  | { readonly ok: true; readonly assignments: readonly RuleAssignment[]; readonly metrics: boolean }
  | { readonly ok: false; readonly reason: AssessmentReason };

type Line = Policy['rules'][number];

/** Where rules are chosen from: what an inventory saw, and what rule sets put in place. */
export interface RuleChoice {
  /** When the inventory began to look. */
  readonly startedAt: string;
  readonly rules: readonly Rule[];
  readonly ruleSets: readonly DeployedRules[];
}

/**
 * Chooses the rules of every workspace the legacy agent feeds: those a plan line names for it, else those of
 * the rule set deployed for it, else every rule of the machine's system that feeds it. Each workspace needs
 * one, or what the machine sends there would end with the legacy agent. A line without workspace stands for
 * all, also for those that cannot be seen. Machines that are alike in what counts here share one answer.
 */
export function createRuleChooser(choice: RuleChoice, policy: Policy): (machine: Machine) => ChosenRules {
  const { rules } = choice;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const bySet = new Map(choice.ruleSets.map((set) => [set.workspaceId, rulesOfSet(set, choice, byId)]));
  const byWorkspace = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const workspaceId of new Set(rule.flows.map((flow) => flow.workspaceId))) {
      const known = byWorkspace.get(workspaceId);
      if (known === undefined) byWorkspace.set(workspaceId, [rule]);
      else known.push(rule);
    }
  }
  const answers = new Map<string, ChosenRules>();
  return (machine) => {
    const lines = policy.rules.filter(({ match }) => matches(match, machine));
    const numbers = lines.map((line) => policy.rules.indexOf(line));
    const key = JSON.stringify([machine.os, machine.legacyWorkspaces, machine.unseenWorkspaces, numbers]);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = choose(machine, lines, { byId, byWorkspace, bySet });
    answers.set(key, answer);
    return answer;
  };
}

interface Rules {
  readonly byId: ReadonlyMap<string, Rule>;
  readonly byWorkspace: ReadonlyMap<string, readonly Rule[]>;
  /** By workspace. */
  readonly bySet: ReadonlyMap<string, SetRules>;
}

interface SetRules {
  readonly rules: readonly Rule[];
  /** Rules of the set that were there once, and that the inventory did not find. */
  readonly gone: readonly Rule[];
  readonly goneReused: readonly string[];
}

/** An inventory that began before a deployment cannot know its rules; a later one knows what is left of them. */
function rulesOfSet(
  { at, rules, reusedIds }: DeployedRules,
  { startedAt }: RuleChoice,
  byId: ReadonlyMap<string, Rule>,
): SetRules {
  const isNew = Date.parse(at) >= Date.parse(startedAt);
  const known = rules.flatMap((rule) => (isNew ? rule : (byId.get(rule.id) ?? [])));
  return {
    rules: [...known, ...reusedIds.flatMap((id) => byId.get(id) ?? [])],
    gone: isNew ? [] : rules.filter(({ id }) => !byId.has(id)),
    goneReused: reusedIds.filter((id) => !byId.has(id)),
  };
}

function choose(machine: Machine, lines: readonly Line[], rules: Rules): ChosenRules {
  const general = lines.some(({ workspaceId }) => workspaceId === undefined);
  if (!general && (machine.legacyWorkspaces.length === 0 || machine.unseenWorkspaces.length > 0)) {
    const [unseen] = machine.unseenWorkspaces;
    return refuse('noWorkspace', unseen === undefined ? undefined : `workspace ${unseen}`);
  }
  const chosen = new Map<string, Rule>();
  const targets: readonly (string | undefined)[] =
    machine.legacyWorkspaces.length === 0 ? [undefined] : machine.legacyWorkspaces;
  for (const target of targets) {
    const line = lines.find(({ workspaceId }) => workspaceId === undefined || workspaceId === target);
    const missing = line?.ruleIds.find((id) => !fits(rules.byId.get(id), machine));
    if (missing !== undefined) return refuse('noRule', missing);
    const set = line === undefined ? rules.bySet.get(target ?? '') : undefined;
    const gone = set?.gone.find((rule) => fits(rule, machine))?.id ?? set?.goneReused[0];
    if (gone !== undefined) return refuse('noRule', `${gone} of the deployed rule set is not there any more`);
    const candidates =
      line === undefined
        ? (set?.rules ?? rules.byWorkspace.get(target ?? '') ?? [])
        : line.ruleIds.flatMap((id) => rules.byId.get(id) ?? []);
    const found = candidates.filter((rule) => fits(rule, machine));
    if (found.length === 0)
      return refuse(
        'noRule',
        set === undefined ? target : `the rule set of ${target} has none for ${machine.os}`,
      );
    for (const rule of found) chosen.set(rule.id, rule);
  }
  return {
    ok: true,
    assignments: [...chosen.values()].flatMap(assignments),
    metrics: [...chosen.values()].some(({ metrics }) => metrics),
  };
}

function fits(rule: Rule | undefined, machine: Machine): boolean {
  return rule !== undefined && (rule.os === machine.os || rule.os === 'any');
}

function refuse(code: 'noRule' | 'noWorkspace', detail: string | undefined): ChosenRules {
  return { ok: false, reason: { code, ...(detail === undefined ? {} : { detail }) } };
}

/** A rule with the tables it fills in each workspace it sends to; one that feeds no workspace is still associated. */
function assignments(rule: Rule): RuleAssignment[] {
  const { id: ruleId, resourceId } = rule;
  const workspaces = [...new Set(rule.flows.map(({ workspaceId }) => workspaceId))];
  if (workspaces.length === 0) return [{ ruleId, resourceId, workspaceId: null, tables: [] }];
  return workspaces.map((workspaceId) => ({
    ruleId,
    resourceId,
    workspaceId,
    tables: [
      ...new Set(
        rule.flows.flatMap((flow) => {
          const table = flow.workspaceId === workspaceId ? tableOfStream(flow.stream) : undefined;
          return table === undefined ? [] : [table];
        }),
      ),
    ],
  }));
}
