import type { AssessmentReason } from '../model/assessment.ts';
import type { Machine, Rule } from '../model/machine.ts';
import type { RuleAssignment } from '../model/plan.ts';
import { matches, type Policy } from '../model/policy.ts';
import { tableOfStream } from '../model/streams.ts';

export type ChosenRules =
  | { readonly ok: true; readonly assignments: readonly RuleAssignment[]; readonly metrics: boolean }
  | { readonly ok: false; readonly reason: AssessmentReason };

type Line = Policy['rules'][number];

/**
 * Chooses the rules of every workspace the legacy agent feeds: those a plan line names for it, else every
 * rule of the machine's system that feeds it. Each workspace needs one, or what the machine sends there
 * would end with the legacy agent. A line without workspace stands for all, also for those that cannot be
 * seen. Machines that are alike in what counts here share one answer.
 */
export function createRuleChooser(rules: readonly Rule[], policy: Policy): (machine: Machine) => ChosenRules {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
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
    const answer = choose(machine, lines, { byId, byWorkspace });
    answers.set(key, answer);
    return answer;
  };
}

interface Rules {
  readonly byId: ReadonlyMap<string, Rule>;
  readonly byWorkspace: ReadonlyMap<string, readonly Rule[]>;
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
    const candidates =
      line === undefined
        ? (rules.byWorkspace.get(target ?? '') ?? [])
        : line.ruleIds.flatMap((id) => rules.byId.get(id) ?? []);
    const found = candidates.filter((rule) => fits(rule, machine));
    if (found.length === 0) return refuse('noRule', target);
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
