import { describe, expect, it } from 'vitest';
import { connectorScenario, type Json } from '../support/connector-scenario.ts';
import { someone } from '../support/drift.ts';
import { ARC, GROUP, LINUX_VM, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const AT = { scope: GROUP, location: 'West Europe' };
const FOR_REAL = { ...AT, by: 'anna', whatIf: false };
const SETTINGS = [
  ['app', 'WindowsEvent', { eventLogName: 'Application', eventTypes: [{ eventType: 'Error' }] }],
  ['auth', 'LinuxSyslog', { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] }],
] as const;

/** Machines without any agent, and settings that two rules are made from. */
function newMachines() {
  const resources = smallEstate().resources.filter(
    ({ id }) => !/\/extensions\//.test(id) && !/dataCollectionRules/.test(id),
  );
  const sources = SETTINGS.map(([name, kind, properties]) => ({
    ...{ id: `${WORKSPACE}/dataSources/${name}`, name, kind, properties },
  }));
  return { resources: [...resources, ...sources] };
}

describe('policies for new machines', () => {
  const { api, given, post, get, writes } = connectorScenario();

  async function aDeployedRuleSet(): Promise<Json> {
    const { json } = await post('/rulesets', { workspaceIds: [WORKSPACE] });
    const [ruleSet] = json.ruleSets;
    await post(`/rulesets/${ruleSet.id}/deploy`, { whatIf: false, by: 'olive' });
    return ruleSet;
  }
  const agentsOf = (id: string) =>
    (api().session.estate.snapshot(id)?.extensions ?? []).map(({ type }) => type);
  const actions = (json: Json) => [...new Set(json.steps.map(({ action }: Json) => action))];

  it('are shown with parameters, roles and regions before anything is written', async () => {
    await given(newMachines());
    const ruleSet = await aDeployedRuleSet();

    const { status, json } = await post('/agent-policies', AT);

    expect(status).toBe(200);
    expect(json).toMatchObject({ status: 'whatIf', location: 'westeurope', remediations: [] });
    expect(json.warnings.map(({ code }: Json) => code)).toEqual(['policiesSeeNoSettings']);
    expect(json.steps).toHaveLength(6 + ruleSet.rules.length);
    expect(actions(json)).toEqual(['create']);
    const rule = json.steps.find(({ name }: Json) => name.startsWith('ama-policy-rule-windows-'));
    expect(rule).toMatchObject({
      parameters: {
        effect: { value: 'DeployIfNotExists' },
        scopeToSupportedImages: { value: false },
        dcrResourceId: { value: expect.stringContaining('dataCollectionRules') },
      },
      roles: [{ name: 'Monitoring Contributor' }, { name: 'Log Analytics Contributor' }],
      grants: [],
    });
    expect(writes('policyAssignment.write')).toBe(0);
  });

  it('are assigned with identities, once, and remediated so that machines get agent and rules', async () => {
    await given(newMachines());
    await aDeployedRuleSet();

    const assigned = await post('/agent-policies', FOR_REAL);
    const again = await post('/agent-policies', FOR_REAL);

    expect(assigned.json.status).toBe('done');
    expect(actions(assigned.json)).toEqual(['unchanged']);
    for (const { principalId, grants, roles } of assigned.json.steps) {
      expect(grants).toHaveLength(roles.length);
      expect(grants[0]).toContain(`--assignee-object-id ${principalId}`);
    }
    expect(writes('policyAssignment.write')).toBe(again.json.steps.length);
    expect(writes('remediation.write')).toBe(0);

    const remediated = await post('/agent-policies', { ...FOR_REAL, remediate: true });
    expect(remediated.json.remediations).toHaveLength(again.json.steps.length);
    await api().sleep(20 * 60_000);

    expect(agentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
    expect(agentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
    expect(agentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
    expect(api().session.estate.snapshot(VM)?.associations).toHaveLength(1);
    const { json } = await post('/agent-policies', AT);
    expect(json.remediations.map(({ state }: Json) => state)).toEqual(json.steps.map(() => 'Succeeded'));
    expect(await get('/audit')).toBeDefined();
  });

  it('follow the deployed rule sets: what is no longer deployed is taken away', async () => {
    await given(newMachines());
    await aDeployedRuleSet();
    await post('/agent-policies', FOR_REAL);

    const check = async () => {
      const { json } = await post('/drift', { by: 'olive' });
      await api().until(`/drift/${json.id}`, 'status', 'completed');
      return (await get(`/drift/${json.id}`)).counts;
    };
    expect(await check()).not.toHaveProperty('policiesBehind');
    const [first] = (await post('/agent-policies', AT)).json.steps;
    await someone(
      api().session,
      'DELETE',
      `${GROUP}/providers/Microsoft.Authorization/policyAssignments/${first.name}?api-version=2023-04-01`,
    );
    expect(await check()).toMatchObject({ policiesBehind: 1 });
    await post('/agent-policies', FOR_REAL);
    expect(await check()).not.toHaveProperty('policiesBehind');

    const fewer = { ...FOR_REAL, workspaceIds: [`${WORKSPACE}-other`] };
    const preview = await post('/agent-policies', { ...fewer, whatIf: true });
    expect(actions(preview.json)).toEqual(['unchanged', 'remove']);
    const done = await post('/agent-policies', fewer);

    expect(done.json.status).toBe('done');
    expect(done.json.steps.map(({ name }: Json) => name)).not.toContainEqual(
      expect.stringContaining('ama-policy-rule-'),
    );
    expect(done.json.warnings.map(({ code }: Json) => code)).toContain('noRuleSet');
  });

  it('never write over an assignment of others that has the name of ours', async () => {
    const name = `${GROUP}/providers/Microsoft.Authorization/policyAssignments/ama-policy-linux-vm`;
    const { resources } = newMachines();
    const taken = {
      ...{ id: name, name: 'ama-policy-linux-vm', type: 'microsoft.authorization/policyassignments' },
      properties: {
        policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/other',
        scope: GROUP,
      },
    };
    await given({ resources: [...resources, taken] });

    const { status, json } = await post('/agent-policies', FOR_REAL);

    expect(status).toBe(409);
    expect(json.code).toBe('guardNameTaken');
    expect(writes('policyAssignment.write')).toBe(0);
  });
});
