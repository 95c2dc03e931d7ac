import { beforeEach, describe, expect, it } from 'vitest';
import { createRuleSets, type RuleSets, type StoredRuleSet } from '../../../shared/ledger/rule-sets.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { DeployedRules } from '../../../shared/model/deployed-rules.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import { convertWorkspace } from '../../../shared/rules/convert/convert.ts';
import { findRuleSets } from '../../../shared/waves/plan-rule-sets.ts';
import { type PlannableEstate, planMachine } from '../../../shared/waves/planned-machine.ts';
import {
  aMachine,
  aPolicy,
  aRule,
  at,
  aWorkspace,
  ruleResource,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';
import { anEstate, tryPlan } from '../../support/planning.ts';

const OTHER_WORKSPACE = workspaceResource('law-2').toLowerCase();
const SET_RULE = aRule({ id: ruleResource('set').toLowerCase(), resourceId: ruleResource('set') });
const flowTo = (workspaceId: string) => [{ stream: 'Microsoft-Event', workspaceId }];

function aSet(changes: Partial<DeployedRules> = {}): DeployedRules {
  return {
    ...{ ruleSetId: 'set-1', workspaceId: WORKSPACE_ID, at: at(0), rules: [SET_RULE] },
    ...{ reusedIds: [], expected: [] },
    ...changes,
  };
}

function chosen(
  estate: Partial<PlannableEstate>,
  policy: Parameters<typeof aPolicy>[0] = {},
  machine: Partial<Machine> = {},
) {
  const planned = planMachine(aMachine(machine), anEstate(estate), aPolicy(policy));
  if (planned.kind === 'planned') return planned.machine.rules.map(({ ruleId }) => ruleId);
  return planned.kind === 'blocked'
    ? planned.machine.reasons.map(({ code, detail }) => `${code}: ${detail}`)
    : [];
}

describe('a machine of a workspace with a deployed rule set', () => {
  const other = aRule();

  it('takes its rules, and no other rule that feeds the workspace', () => {
    expect(chosen({ rules: [other] })).toEqual([other.id]);
    expect(chosen({ rules: [other, SET_RULE], ruleSets: [aSet()] })).toEqual([SET_RULE.id]);
  });

  it('takes only rules for its own system', () => {
    const linux = aRule({ id: `${SET_RULE.id}-linux`, os: 'linux' });
    const ruleSets = [aSet({ rules: [SET_RULE, linux] })];

    expect(chosen({ ruleSets })).toEqual([SET_RULE.id]);
    expect(chosen({ ruleSets }, {}, { os: 'linux' })).toEqual([linux.id]);
    expect(chosen({ ruleSets: [aSet()] }, {}, { os: 'linux' })).toEqual([
      `noRule: the rule set of ${WORKSPACE_ID} has none for linux`,
    ]);
  });

  it('takes the rules of others that the set leaves a part to', () => {
    const ruleSets = [aSet({ reusedIds: [other.id] })];

    expect(chosen({ rules: [other], ruleSets })).toEqual([SET_RULE.id, other.id]);
    expect(chosen({ rules: [], ruleSets })).toEqual([
      `noRule: ${other.id} of the deployed rule set is not there any more`,
    ]);
  });

  it('is blocked where an inventory taken after the deployment no longer finds a rule', () => {
    const before = aSet({ at: at(-3600) });

    expect(chosen({ rules: [other], ruleSets: [before] })).toEqual([
      `noRule: ${SET_RULE.id} of the deployed rule set is not there any more`,
    ]);
    expect(chosen({ rules: [other, SET_RULE], ruleSets: [before] })).toEqual([SET_RULE.id]);
  });

  it('does not miss a rule that is for the other system', () => {
    const linux = aRule({ id: `${SET_RULE.id}-linux`, os: 'linux' });
    const before = aSet({ at: at(-3600), rules: [SET_RULE, linux] });

    expect(chosen({ rules: [SET_RULE], ruleSets: [before] })).toEqual([SET_RULE.id]);
  });

  it('follows the plan where it names rules', () => {
    const named = { rules: [{ match: {}, ruleIds: [other.id] }] };

    expect(chosen({ rules: [other], ruleSets: [aSet()] }, named)).toEqual([other.id]);
  });

  it('takes the rules of each workspace it reports to', () => {
    const legacyWorkspaces = [WORKSPACE_ID, OTHER_WORKSPACE];
    const second = aRule({ id: `${SET_RULE.id}-2`, flows: flowTo(OTHER_WORKSPACE) });
    const both = [aSet(), aSet({ ruleSetId: 'set-2', workspaceId: OTHER_WORKSPACE, rules: [second] })];

    expect(chosen({ ruleSets: both }, {}, { legacyWorkspaces })).toEqual([SET_RULE.id, second.id]);
    // The other workspace has no set: every rule that feeds it.
    expect(chosen({ rules: [second], ruleSets: [aSet()] }, {}, { legacyWorkspaces })).toEqual([
      SET_RULE.id,
      second.id,
    ]);
    expect(chosen({ rules: [], ruleSets: [aSet()] }, {}, { legacyWorkspaces })).toEqual([
      `noRule: ${OTHER_WORKSPACE}`,
    ]);
  });

  it('makes the set a part of the plan', async () => {
    const result = await tryPlan([aMachine()], { ruleSets: ['set-1'] }, anEstate({ ruleSets: [aSet()] }));

    expect(result.ok && result.made.plan.ruleSets).toEqual([
      { id: 'set-1', workspaceId: WORKSPACE_ID, expected: [] },
    ]);
  });
});

describe('the rule sets of a plan', () => {
  let ruleSets: RuleSets;
  beforeEach(async () => {
    ruleSets = createRuleSets(await openSqliteStore(':memory:'));
  });

  /** Converted from one counter. */
  async function stored(workspaceName: string, counterName = 'A'): Promise<StoredRuleSet> {
    const { id, resourceId, name, region, customerId } = aWorkspace({
      id: workspaceResource(workspaceName).toLowerCase(),
      resourceId: workspaceResource(workspaceName),
      name: workspaceName,
    });
    const workspace = { id, resourceId, name, region, customerId };
    const properties = { objectName: 'Memory', instanceName: '*', counterName, intervalSeconds: 60 };
    const sources = [{ id: `${id}/x`, name: 'x', kind: 'WindowsPerformanceCounter', properties }];
    const ruleSet = convertWorkspace(
      { workspace, sources, solutions: [], unread: [] },
      { existingRules: [], options: { resourceGroupId: '/subscriptions/s/resourceGroups/Rules' } },
    );
    const one = { ruleSet, workspace, createdAt: at(-60) };
    await ruleSets.put(one);
    return one;
  }

  it('are those that are deployed, with what they send where', async () => {
    const { ruleSet } = await stored('law-main');
    await ruleSets.recordDeployed(ruleSet.id, WORKSPACE_ID, 'ann', Date.parse(at(0)));
    await stored('law-2');

    const found = await findRuleSets('deployed', ruleSets);

    const [rule] = ruleSet.rules;
    const resourceId = `/subscriptions/s/resourceGroups/Rules/providers/Microsoft.Insights/dataCollectionRules/${rule?.name}`;
    expect(found).toEqual({
      ok: true,
      deployed: [
        {
          ...{ ruleSetId: ruleSet.id, workspaceId: WORKSPACE_ID, at: at(0), reusedIds: [], expected: [] },
          rules: [
            {
              ...{
                id: resourceId.toLowerCase(),
                resourceId,
                name: rule?.name,
                os: 'windows',
                metrics: false,
              },
              region: 'westeurope',
              flows: [{ stream: 'Microsoft-Perf', workspaceId: WORKSPACE_ID }],
            },
          ],
        },
      ],
    });
  });

  it('can be none, or some of them by id', async () => {
    const sets = [await stored('law-main'), await stored('law-2')];
    for (const { ruleSet, workspace } of sets)
      await ruleSets.recordDeployed(ruleSet.id, workspace.id, 'ann', Date.parse(at(0)));
    const second = sets[1]?.ruleSet.id ?? '';
    const idsOf = async (choice: Parameters<typeof findRuleSets>[0]) => {
      const found = await findRuleSets(choice, ruleSets);
      return found.ok ? found.deployed.map(({ ruleSetId }) => ruleSetId) : found.faults;
    };

    expect(await idsOf('none')).toEqual([]);
    expect(await idsOf([second])).toEqual([second]);
    // In the order of their workspaces, however they are named.
    const all = [second, sets[0]?.ruleSet.id ?? ''];
    expect(await idsOf(all)).toEqual(await idsOf(all.toReversed()));
    expect(await idsOf(all)).toEqual(await idsOf('deployed'));
  });

  it('are refused by place where they are unknown, not deployed, or no longer what is there', async () => {
    const first = await stored('law-main', 'A');
    const later = await stored('law-main', 'B');
    const never = await stored('law-2');
    await ruleSets.recordDeployed(first.ruleSet.id, WORKSPACE_ID, 'ann', Date.parse(at(0)));
    await ruleSets.recordDeployed(later.ruleSet.id, WORKSPACE_ID, 'ann', Date.parse(at(60)));

    const found = await findRuleSets(
      [later.ruleSet.id, 'ghost', never.ruleSet.id, first.ruleSet.id],
      ruleSets,
    );

    expect(found).toEqual({
      ok: false,
      faults: [
        { path: 'ruleSets[1]', message: 'there is no such rule set' },
        { path: 'ruleSets[2]', message: expect.stringContaining('is not deployed; deploy it first') },
        { path: 'ruleSets[3]', message: expect.stringContaining(`that is ${later.ruleSet.id}`) },
      ],
    });
  });
});
