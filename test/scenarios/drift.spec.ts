import { describe, expect, it } from 'vitest';
import { driftScenario, type Finding, someone } from '../support/drift.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, CUSTOMER, LINUX_VM, SUBSCRIPTION, smallEstate, VM } from '../support/small-estate.ts';

const LEGACY = {
  publisher: 'Microsoft.EnterpriseCloud.Monitoring',
  type: 'MicrosoftMonitoringAgent',
  typeHandlerVersion: '1.0',
  provisioningState: 'Succeeded',
  settings: { workspaceId: CUSTOMER },
};

const brief = (findings: readonly Finding[]) =>
  findings.map(({ code, subject }) => `${code} ${subject.id.split('/').at(-1)}`).sort();

describe('the drift check', () => {
  const world = scenario();
  const { when, then, here } = world;
  const drift = driftScenario(world);
  const mutate = () => here().session.estate.mutate;

  it('finds nothing on a fleet that is as it was migrated', async () => {
    await drift.aMigratedFleet();

    const run = await drift.theCheckRuns();

    expect(run).toMatchObject({ status: 'completed', counts: {}, remedies: [], implausible: [] });
    expect(run.machines).toEqual({ migrated: 3, seen: 3 });
    expect(await drift.findings()).toEqual([]);
  });

  it('finds a legacy agent that came back, removes it through the stages of a wave, and is clean after', async () => {
    await drift.aMigratedFleet();
    mutate().addExtension(VM, 'MMAExtension', LEGACY);
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(run.remedies).toMatchObject([
      { kind: 'removeLegacy', machines: 1, status: 'proposed', waveId: null },
    ]);
    const [finding] = await drift.findings();
    expect(finding).toMatchObject({ code: 'legacyBack', remedy: 'removeLegacy', via: [{ kind: 'script' }] });
    expect(finding?.subject.id).toBe(VM.toLowerCase());

    await drift.theRemedyIsStarted(run, 'removeLegacy');

    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds an agent that is gone, puts it back as planned, and is clean after', async () => {
    await drift.aMigratedFleet();
    mutate().removeExtension(LINUX_VM, 'AzureMonitorLinuxAgent');
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['amaMissing db-01']);
    expect(run.remedies).toMatchObject([{ kind: 'repair', machines: 1, status: 'proposed' }]);

    await drift.theRemedyIsStarted(run, 'repair');

    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds an association that is gone and puts it back', async () => {
    await drift.aMigratedFleet();
    const [name = ''] = then.associationsOf(ARC);
    mutate().dissociate(ARC, name);
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['associationMissing dc-01']);
    await drift.theRemedyIsStarted(run, 'repair');
    expect(then.associationsOf(ARC)).toEqual([name]);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('keeps since when a finding is there', async () => {
    await drift.aMigratedFleet();
    mutate().removeExtension(VM, 'AzureMonitorWindowsAgent');
    await drift.theCheckRuns();
    const [first] = await drift.findings();
    await when.timePasses({ minutes: 600 });
    const second = await drift.theCheckRuns();

    const [again] = await drift.findings();
    expect(again).toMatchObject({ code: 'amaMissing', since: first?.since });
    expect(second.previousRunId).toEqual(expect.any(String));
  });

  it('finds a proxy that somebody set, and an identity that is gone', async () => {
    const proxies = {
      profiles: { dmz: { kind: 'proxy', address: 'http://proxy.contoso.example:8080' } },
      rules: [{ match: { machineId: ARC }, profile: 'dmz' }],
    };
    const network = { mode: 'proxy', address: 'http://proxy.contoso.example:8080' } as const;
    const rules = [{ match: { machines: [ARC] }, network }];
    await drift.aMigratedFleet(smallEstate({ behaviour: { network: { rules } } }), { policy: { proxies } });
    mutate().removeExtension(ARC, 'AzureMonitorWindowsAgent');
    mutate().addExtension(ARC, 'AzureMonitorWindowsAgent', {
      ...{
        publisher: 'Microsoft.Azure.Monitor',
        type: 'AzureMonitorWindowsAgent',
        provisioningState: 'Succeeded',
      },
      settings: { proxy: { mode: 'application', address: 'http://other:3128', auth: 'false' } },
    });
    mutate().setIdentity(VM, { type: 'None' });
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['amaSettingsDiffer dc-01', 'identityMissing web-01']);
    expect(run.remedies).toMatchObject([{ kind: 'repair', machines: 1 }]);
    mutate().setIdentity(VM, { type: 'SystemAssigned' });
    await drift.theRemedyIsStarted(run, 'repair');
    const settings = here()
      .session.estate.snapshot(ARC)
      ?.extensions.map((one) => one.settings);
    expect(settings).toEqual([
      { proxy: { mode: 'application', address: 'http://proxy.contoso.example:8080', auth: 'false' } },
    ]);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds an agent that failed, and one of a faulty version, and puts both again', async () => {
    await drift.aMigratedFleet();
    mutate().removeExtension(VM, 'AzureMonitorWindowsAgent');
    mutate().removeExtension(LINUX_VM, 'AzureMonitorLinuxAgent');
    const ama = (type: string, changes: object) => ({
      ...{ publisher: 'Microsoft.Azure.Monitor', type, provisioningState: 'Succeeded', ...changes },
    });
    mutate().addExtension(
      VM,
      'AzureMonitorWindowsAgent',
      ama('AzureMonitorWindowsAgent', { provisioningState: 'Failed' }),
    );
    mutate().addExtension(
      LINUX_VM,
      'AzureMonitorLinuxAgent',
      ama('AzureMonitorLinuxAgent', {
        typeHandlerVersion: '1.40.1',
        instanceView: { typeHandlerVersion: '1.40.1' },
      }),
    );
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['amaFailed web-01', 'amaOutdated db-01']);
    await drift.theRemedyIsStarted(run, 'repair');
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds a machine that is not there any more, and remedies nothing', async () => {
    await drift.aMigratedFleet();
    mutate().deleteMachine(VM);

    const run = await drift.theCheckRuns();

    expect(run.machines).toEqual({ migrated: 3, seen: 2 });
    expect(brief(await drift.findings())).toEqual(['machineNotSeen web-01']);
    expect(run.remedies).toEqual([]);
  });

  it('finds machines that are new, migrates them, and is clean after', async () => {
    await drift.aMigratedFleet();
    await drift.theCheckRuns();
    const NEW = VM.replace('web-01', 'web-02');
    const [web, extension] = [VM, `${VM}/extensions/MMAExtension`].map((id) =>
      smallEstate().resources.find((one) => one.id === id),
    );
    if (web === undefined || extension === undefined) throw new Error('the small estate changed');
    mutate().addMachine([
      { ...web, id: NEW, name: 'web-02' },
      { ...extension, id: extension.id.replace('web-01', 'web-02') },
    ]);
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['newMachine web-02']);
    expect(run.remedies).toMatchObject([{ kind: 'migrate', machines: 1, status: 'proposed' }]);
    // It stays new until it is migrated.
    expect((await drift.theCheckRuns()).counts).toEqual({ newMachine: 1 });
    await drift.theRemedyIsStarted(await drift.theCheckRuns(), 'migrate');
    expect(then.theAgentsOf(NEW)).toEqual(['AzureMonitorWindowsAgent']);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('finds a machine that was not to be reached, once it is', async () => {
    const { resources } = smallEstate();
    const behaviour = {
      offline: [{ machine: ARC, from: '2026-11-01T00:00:00Z', until: '2026-12-20T00:00:00Z' }],
    };
    await drift.aMigratedFleet({ resources, behaviour } as Parameters<typeof drift.aMigratedFleet>[0]);
    expect((await drift.theCheckRuns()).counts).toEqual({});
    mutate().setPower(ARC, 'running');
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['reachableNow dc-01']);
    await drift.theRemedyIsStarted(run, 'migrate');
    expect(then.theAgentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('names the policy that brings the legacy agent back, and leaves its removal to a person', async () => {
    await drift.aMigratedFleet();
    await drift.policy({ automatic: ['legacyBack'], caps: { share: 1 } });
    const ASSIGNMENT = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/mma`;
    const definition = '0868462e-646c-4fe3-9ced-a733534b6a2c';
    await someone(here().session, 'PUT', `${ASSIGNMENT}?api-version=2023-04-01`, {
      properties: {
        policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${definition}`,
      },
    });
    mutate().addExtension(VM, 'MMAExtension', LEGACY);
    await when.timePasses({ minutes: 60 });

    const run = await drift.theCheckRuns();

    expect(brief(await drift.findings())).toEqual(['legacyBack web-01', 'reinstallPath mma']);
    const [path, back] = await drift.findings();
    expect(path?.fix).toContain('az policy assignment delete');
    expect(back?.via).toMatchObject([{ kind: 'policy', fix: expect.stringContaining('az policy') }]);
    expect(run.remedies).toMatchObject([
      { kind: 'removeLegacy', status: 'proposed', reason: expect.stringContaining('end that first') },
    ]);

    await someone(here().session, 'DELETE', `${ASSIGNMENT}?api-version=2023-04-01`);
    const [automatic] = (await drift.theCheckRuns()).remedies;

    expect(automatic).toMatchObject({ kind: 'removeLegacy', status: 'started', by: 'drift check' });
    await drift.theWaveEnds(automatic?.waveId ?? '');
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });
});
