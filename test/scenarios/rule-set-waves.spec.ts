import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PlanView } from '../../rehearsal/drive/api.ts';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { scenario } from '../support/scenario.ts';
import { LINUX_VM, RULE, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const source = (name: string, kind: string, properties: Record<string, unknown>) => ({
  ...{ id: `${WORKSPACE}/dataSources/${name}`, name, kind, properties },
});

/** Rules of others feed the workspace already, but collect nothing that its settings ask for. */
function settingsEstate(): EstateFile {
  const { resources, ...rest } = smallEstate();
  const COUNTER = { objectName: 'Memory', instanceName: '*', intervalSeconds: 60 };
  return {
    ...rest,
    resources: [
      ...resources,
      source('memory', 'WindowsPerformanceCounter', { ...COUNTER, counterName: 'Available MBytes' }),
      source('app', 'WindowsEvent', { eventLogName: 'Application', eventTypes: [{ eventType: 'Error' }] }),
      source('auth', 'LinuxSyslog', { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] }),
      source('linux', 'LinuxPerformanceObject', {
        ...{ objectName: 'Memory', instanceName: '*', intervalSeconds: 60 },
        performanceCounters: [{ counterName: '% Used Memory' }],
      }),
    ],
  };
}

const RuleSets = z.object({
  ruleSets: z.array(
    z.object({ id: z.string(), rules: z.array(z.object({ resourceId: z.string(), kind: z.string() })) }),
  ),
});

describe('a wave after a rule set', () => {
  const { given, when, then, here } = scenario();

  async function aDeployedRuleSet() {
    const { api } = here();
    const { body } = await api.post('/rulesets', RuleSets, { workspaceIds: [WORKSPACE] });
    const [ruleSet] = body.ruleSets;
    if (ruleSet === undefined) throw new Error('no rule set');
    await api.post(`/rulesets/${ruleSet.id}/deploy`, z.object({ status: z.literal('deployed') }), {
      ...{ whatIf: false, by: 'olive operator' },
    });
    return ruleSet;
  }

  /** Rules that a plan has for the Windows VM. */
  async function plannedRules(planId: string): Promise<string[]> {
    const Machines = z.object({
      machines: z.array(z.object({ id: z.string(), rules: z.array(z.object({ ruleId: z.string() })) })),
    });
    const { body } = await here().api.get(`/plans/${planId}/waves/0/machines`, Machines);
    const machine = body.machines.find(({ id }) => id === VM.toLowerCase());
    return (machine?.rules ?? []).map(({ ruleId }) => ruleId).sort();
  }

  const rulesOf = (machine: string) =>
    (here().session.estate.snapshot(machine)?.associations ?? [])
      .flatMap(({ ruleId }) => ruleId?.toLowerCase() ?? [])
      .sort();

  it('associates the rules of the set that fit each system, and no other of the workspace', async () => {
    await given.anEstate(settingsEstate());
    const ruleSet = await aDeployedRuleSet();
    const plan = await given.aPlan({ policy: { soakSeconds: 0, approvals: { removal: false } } });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    const wanted = (kind: string) =>
      ruleSet.rules.filter((rule) => rule.kind === kind).map(({ resourceId }) => resourceId.toLowerCase());
    expect(wanted('Windows').length).toBeGreaterThan(0);
    expect(rulesOf(VM)).toEqual(wanted('Windows').sort());
    expect(rulesOf(LINUX_VM)).toEqual(wanted('Linux').sort());
    const shown = await here().api.get(`/plans/${plan.id}`, z.object({ ruleSets: z.array(z.unknown()) }));
    expect(shown.body.ruleSets).toEqual([
      { id: ruleSet.id, workspaceId: WORKSPACE.toLowerCase(), expected: [] },
    ]);
  });

  it('takes rules deployed after the inventory, unless the plan wants none of them', async () => {
    await given.anEstate(settingsEstate());
    await given.anInventory();
    const ruleSet = await aDeployedRuleSet();
    const { api } = here();
    const cohorts = { pilotSize: 0 };

    const withSet = (await api.post('/plans', PlanView, { cohorts })).body;
    const without = (await api.post('/plans', PlanView, { cohorts, ruleSets: 'none' })).body;
    const named = (await api.post('/plans', PlanView, { cohorts, ruleSets: [ruleSet.id] })).body;

    expect(named.id).toBe(withSet.id);
    const own = ruleSet.rules.filter(({ kind }) => kind === 'Windows').map(({ resourceId }) => resourceId);
    expect(await plannedRules(withSet.id)).toEqual(own.map((id) => id.toLowerCase()).sort());
    expect(await plannedRules(without.id)).toEqual([RULE.toLowerCase()]);
  });

  it('is refused by place where the plan names a set that is not deployed', async () => {
    await given.anEstate(settingsEstate());
    await given.anInventory();
    const { api } = here();
    const { body } = await api.post('/rulesets', RuleSets, { workspaceIds: [WORKSPACE] });

    const refused = api.post('/plans', PlanView, { ruleSets: [body.ruleSets[0]?.id] });

    await expect(refused).rejects.toMatchObject({
      code: 'invalidRequest',
      faults: [{ path: 'ruleSets[0]', message: expect.stringContaining('is not deployed') }],
    });
  });
});
