import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { driftScenario, type Finding, someone } from '../support/drift.ts';
import { scenario } from '../support/scenario.ts';
import { RULE, SUBSCRIPTION, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const KIND = 'SecurityInsightsSecurityEventCollectionConfiguration';
const source = (name: string, kind: string, properties: Record<string, unknown>) => ({
  ...{ id: `${WORKSPACE}/dataSources/${name}`, name, kind, properties },
});
const SETTINGS = [
  source('app', 'WindowsEvent', { eventLogName: 'Application', eventTypes: [{ eventType: 'Error' }] }),
  source('auth', 'LinuxSyslog', { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] }),
];
const RuleSets = z.object({
  ruleSets: z.array(z.object({ id: z.string(), rules: z.array(z.object({ resourceId: z.string() })) })),
});
const brief = (findings: readonly Finding[]) =>
  findings.map(({ code, remedy }) => `${code} ${remedy ?? 'nothing'}`).sort();

describe('the drift check of what is no machine', () => {
  const world = scenario();
  const { given, when, then, here } = world;
  const drift = driftScenario(world);

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

  async function aFleetOnARuleSet() {
    const { resources } = smallEstate();
    const others = resources.filter(({ id }) => !id.includes('/dataCollectionRules/'));
    await given.anEstate({ resources: [...others, ...SETTINGS] });
    const ruleSet = await aDeployedRuleSet();
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    await when.timePasses({ minutes: 360 });
    expect((await drift.theCheckRuns()).counts).toEqual({});
    return ruleSet;
  }

  it('finds legacy collection that is on again, and switches it off', async () => {
    await drift.aMigratedFleet();
    here().session.estate.mutate.setTier(WORKSPACE, KIND, 'All');

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['connectorOn disableConnector']);
    const after = await drift.theRemedyIsStarted(run, 'disableConnector');
    expect(after.remedies).toMatchObject([{ status: 'started', by: 'olive operator', waveId: null }]);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds a rule that was changed by hand, and deploys its set over the change', async () => {
    const ruleSet = await aFleetOnARuleSet();
    const id = ruleSet.rules[0]?.resourceId ?? '';
    const path = `${id}?api-version=2023-03-11`;
    const rule = await here().session.estate.handle({
      ...{ method: 'GET', url: `https://management.azure.com${path}` },
      headers: { authorization: `Bearer ${here().session.estate.issueToken()}` },
    });
    const { location, kind, tags, properties } = JSON.parse(rule.body);
    const { dataSources, destinations, dataFlows } = properties;
    const description = 'changed';
    await someone(here().session, 'PUT', path, {
      ...{ location, kind, tags },
      properties: {
        dataSources: { ...dataSources, ...narrowed(dataSources) },
        destinations,
        dataFlows,
        description,
      },
    });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['ruleChanged deployRules']);
    expect(run.remedies).toMatchObject([{ kind: 'deployRules', about: ruleSet.id, status: 'proposed' }]);
    await drift.theRemedyIsStarted(run, 'deployRules');
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds a rule that is gone once, not on every machine, and puts it and the associations back', async () => {
    const ruleSet = await aFleetOnARuleSet();
    const id = ruleSet.rules.find(({ resourceId }) => /windows/i.test(resourceId))?.resourceId ?? '';
    await someone(here().session, 'DELETE', `${id}?api-version=2023-03-11&deleteAssociations=true`);
    await drift.policy({ automatic: ['ruleMissing', 'associationMissing'], caps: { share: 1 } });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['ruleMissing deployRules']);
    expect(run.remedies).toMatchObject([{ kind: 'deployRules', status: 'started', by: 'drift check' }]);
    // The rule is there again, and its machines are not associated: the next run sees to that.
    const next = await drift.theCheckRuns();
    expect(next.counts).toEqual({ associationMissing: 2 });
    const [repair] = next.remedies;
    expect(repair).toMatchObject({ kind: 'repair', machines: 2, status: 'started' });
    await drift.theWaveEnds(repair?.waveId ?? '');
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('says that rules which no rule set has are gone, and leaves that to people', async () => {
    await drift.aMigratedFleet();
    await someone(here().session, 'DELETE', `${RULE}?api-version=2023-03-11&deleteAssociations=true`);

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['ruleMissing nothing']);
    expect(run.remedies).toEqual([]);
  });

  it('turns automatic provisioning off where the policy says so, and only in a window', async () => {
    await drift.aMigratedFleet();
    const setting = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Security/autoProvisioningSettings/default`;
    const on = () =>
      someone(here().session, 'PUT', `${setting}?api-version=2017-08-01-preview`, {
        properties: { autoProvision: 'On' },
      });
    await on();
    const closed = { start: '2030-01-01T00:00', timeZone: 'UTC', durationMinutes: 60 };
    await drift.policy({ automatic: ['provisioningOn'], windows: [closed] });

    const outside = await drift.theCheckRuns();
    expect(outside.remedies).toMatchObject([
      { kind: 'turnOffProvisioning', status: 'proposed', reason: 'no window was open when the check ran' },
    ]);

    await drift.policy({ automatic: ['provisioningOn'] });
    const inside = await drift.theCheckRuns();
    expect(inside.remedies).toMatchObject([{ kind: 'turnOffProvisioning', status: 'started' }]);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('says what could not be read, and takes it neither for drift nor for its absence', async () => {
    const fault = trouble();
    await drift.aMigratedFleet(smallEstate({ behaviour: { faults: [fault] } }));
    here().session.estate.mutate.setTier(WORKSPACE, KIND, 'All');
    fault.match.kind = 'dataSource.read';

    const run = await drift.theCheckRuns();

    expect(run.counts).toEqual({ notRead: 1 });
    expect(run.remedies).toEqual([]);
  });

  it('fails with its inventory, and remedies nothing', async () => {
    const fault = trouble();
    await drift.aMigratedFleet(smallEstate({ behaviour: { faults: [fault] } }));
    await drift.policy({ automatic: ['amaMissing'], caps: { share: 1 } });
    here().session.estate.mutate.removeExtension(VM, 'AzureMonitorWindowsAgent');
    fault.match.kind = 'graph.query';

    const run = await drift.theCheckRuns();

    expect(run).toMatchObject({ status: 'failed', counts: null, remedies: [] });
    expect(run.problem).toMatch(/^The inventory inv-[\w-]+ failed, so nothing is known of drift\./);
    // It is no run to compare with, nor one to start anything from.
    fault.match.kind = 'nothing';
    expect((await drift.theCheckRuns()).previousRunId).toBeNull();
  });
});

/** A fault that strikes nothing until its kind is set. */
function trouble() {
  return { match: { kind: 'nothing' }, effect: { status: 403, code: 'AuthorizationFailed' } };
}

/** The same sources with one less to collect. */
function narrowed(dataSources: Record<string, { [key: string]: unknown }[]>) {
  return Object.fromEntries(
    Object.entries(dataSources).map(([kind, sources]) => [
      kind,
      sources.map((one) => ({
        ...one,
        ...('xPathQueries' in one ? { xPathQueries: ['Application!*[System[(Level=1)]]'] } : {}),
        ...('logLevels' in one ? { logLevels: ['Emergency'] } : {}),
      })),
    ]),
  );
}
