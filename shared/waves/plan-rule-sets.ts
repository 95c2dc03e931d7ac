import { ruleOf } from '../inventory/estate-rows.ts';
import type { DeployedRuleSet, RuleSets, StoredRuleSet } from '../ledger/rule-sets.ts';
import type { DeployedRules } from '../model/deployed-rules.ts';
import type { Fault } from '../model/faults.ts';
import { normalizeId } from '../model/ids.ts';
import type { PlanRequest } from '../model/plan-request.ts';
import { ruleId } from '../rules/deploy/targets.ts';
import { expectedChanges } from '../rules/expected-changes.ts';

export type PlanRuleSets =
  | { readonly ok: true; readonly deployed: readonly DeployedRules[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The rule sets a plan goes by: those its request names, or what is deployed now. */
export async function findRuleSets(
  choice: PlanRequest['ruleSets'],
  ruleSets: Pick<RuleSets, 'get' | 'deployed' | 'listDeployed'>,
): Promise<PlanRuleSets> {
  if (choice === 'none') return { ok: true, deployed: [] };
  const found: DeployedRules[] = [];
  if (choice === 'deployed') {
    for (const deployed of await ruleSets.listDeployed()) {
      const stored = await ruleSets.get(deployed.ruleSetId);
      if (stored !== undefined) found.push(deployedRules(stored, deployed));
    }
    return { ok: true, deployed: found };
  }
  const faults: Fault[] = [];
  for (const [i, id] of choice.entries()) {
    const stored = await ruleSets.get(id);
    const deployed = stored && (await ruleSets.deployed(stored.workspace.id));
    if (stored !== undefined && deployed?.ruleSetId === id) found.push(deployedRules(stored, deployed));
    else faults.push({ path: `ruleSets[${i}]`, message: whyNot(stored, deployed) });
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, deployed: found.sort((a, b) => (a.workspaceId < b.workspaceId ? -1 : 1)) };
}

function whyNot(stored: StoredRuleSet | undefined, deployed: DeployedRuleSet | undefined): string {
  if (stored === undefined) return 'there is no such rule set';
  const workspace = `the workspace ${stored.workspace.name}`;
  return deployed === undefined
    ? `is not deployed; deploy it first (POST /rulesets/{id}/deploy), ${workspace} has none yet`
    : `is not what ${workspace} has: that is ${deployed.ruleSetId}; name that one or deploy this one again`;
}

function deployedRules({ ruleSet }: StoredRuleSet, { at, workspaceId }: DeployedRuleSet): DeployedRules {
  return {
    ruleSetId: ruleSet.id,
    workspaceId,
    at,
    rules: ruleSet.rules.map((rule) => {
      const { location, kind, properties } = rule.body;
      return ruleOf({
        ...{ id: ruleId(ruleSet, rule), name: rule.name, location, kind },
        sourceKinds: Object.keys(properties.dataSources),
        dataFlows: properties.dataFlows.map((flow) => ({
          streams: [...flow.streams],
          destinations: [...flow.destinations],
          outputStream: flow.outputStream,
        })),
        logAnalytics: [...properties.destinations.logAnalytics],
      });
    }),
    reusedIds: ruleSet.reused.map(({ resourceId }) => normalizeId(resourceId)),
    expected: expectedChanges(ruleSet),
  };
}
