import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const source = (name: string, kind: string, properties: Record<string, unknown>) => ({
  ...{ id: `${WORKSPACE}/dataSources/${name}`, name, kind, properties },
});
const counter = (objectName: string, instanceName: string, counterName: string) => ({
  ...{ objectName, instanceName, counterName, intervalSeconds: 10 },
});
const LINUX_COUNTERS = { objectName: 'Memory', instanceName: '*', intervalSeconds: 10 };
const APP = {
  customLogName: 'App_CL',
  inputs: [
    {
      location: { fileSystemLocations: { windowsFileTypeLogPaths: ['C:\\logs\\app*.log'] } },
      recordDelimiter: { regexDelimiter: { pattern: '\\n', matchIndex: 0 } },
    },
  ],
};
const CPU = 'Processor(total)\\% Processor Time';
const MEMORY = 'Memory(memory)\\% Used Memory';

/** Legacy agents still write what the settings say: counters every ten seconds, one event log, a text log. */
function settingsEstate(tables: NonNullable<EstateFile['tables']> = []): EstateFile {
  const { resources, ...rest } = smallEstate({ behaviour: { legacyIngestionEnds: null } });
  return {
    ...rest,
    tables: [
      { table: 'Perf', os: 'windows', keys: { [CPU]: 1 } },
      { table: 'Perf', os: 'linux', keys: { [MEMORY]: 1 } },
      ...tables,
    ],
    resources: [
      ...resources.filter(({ id }) => !id.includes('SecurityEventCollection')),
      source('cpu', 'WindowsPerformanceCounter', counter('Processor', '_Total', '% Processor Time')),
      source('system', 'WindowsEvent', { eventLogName: 'System', eventTypes: [{ eventType: 'Error' }] }),
      source('auth', 'LinuxSyslog', { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] }),
      source('linux', 'LinuxPerformanceObject', {
        ...LINUX_COUNTERS,
        performanceCounters: [{ counterName: '% Used Memory' }],
      }),
      source('app', 'CustomLog', APP),
    ],
  };
}

const RuleSets = z.object({ ruleSets: z.array(z.object({ id: z.string() })) });
const POLICY = { soakSeconds: 0, approvals: { removal: false }, gate: { maxNotVerifiedShare: 1 } };

describe('tables that are not what they were', () => {
  const { given, when, then, here } = scenario();

  async function aWaveOverADeployedRuleSet(levers: readonly object[] = []) {
    const { api } = here();
    const { body } = await api.post('/rulesets', RuleSets, { workspaceIds: [WORKSPACE], levers });
    const deploy = () =>
      api.post(`/rulesets/${body.ruleSets[0]?.id}/deploy`, z.object({ status: z.string() }), {
        ...{ whatIf: false, by: 'olive operator' },
      });
    // A new table takes a while until rules may name it.
    for (let minutes = 0; (await deploy()).body.status !== 'deployed' && minutes < 60; minutes += 5)
      await when.timePasses({ minutes: 5 });
    await given.aPlan({ policy: POLICY });
    await when.theWaveStarts();
  }
  const evidenceOf = async (machine: string, table: string) =>
    (await then.records())
      .get(machine.toLowerCase())
      ?.verdict?.evidence.find((evidence) => evidence.table === table);

  it('a text log is compared with the new table that its rule fills', async () => {
    await given.anEstate(settingsEstate());
    await aWaveOverADeployedRuleSet();
    await when.theWaveRunsToItsEnd();

    expect(await evidenceOf(VM, 'App_AMA_CL')).toMatchObject({
      ...{ legacyTable: 'App_CL', query: 'custom-series-pair', result: 'pass' },
      mode: expect.stringMatching(/overlap|historical/),
    });
    // The log names files of Windows alone.
    expect(await evidenceOf(LINUX_VM, 'App_AMA_CL')).toBeUndefined();
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('a text log that the new agent does not read keeps the legacy agent on its machine', async () => {
    await given.anEstate(settingsEstate([{ table: 'App_AMA_CL', machine: VM, rowsPerHour: 0 }]));
    await aWaveOverADeployedRuleSet();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({
      ...{ status: 'blocked', reason: 'rowsLost' },
      detail: expect.stringContaining('App_AMA_CL'),
    });
    expect(then.acceptedChanges('extension.delete', VM)).toBe(0);
    expect(then.theAgentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('a text log without a rule is told by the plan, and stops the removal', async () => {
    await given.anEstate(settingsEstate());
    const plan = await given.aPlan({ policy: POLICY, ruleSets: 'none' });
    const Warnings = z.object({ warnings: z.array(z.object({ code: z.string(), detail: z.string() })) });
    const shown = await here().api.get(`/plans/${plan.id}`, Warnings);
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    expect(shown.body.warnings).toMatchObject([
      { code: 'tablesNotCovered', detail: expect.stringMatching(/^App_CL in .*\(2 machines\)$/) },
    ]);
    expect(await then.outcome(VM, 'verify')).toMatchObject({ status: 'blocked', reason: 'tableNotCovered' });
    expect(await then.outcome(LINUX_VM, 'verify')).toMatchObject({ status: 'done' });
    expect(then.acceptedChanges('extension.delete', VM)).toBe(0);
  });

  it('counters that a cost lever reads less often are expected less often', async () => {
    const slowed = [
      { table: 'Perf' as const, os: 'windows' as const, slowedKeys: { [CPU]: 1 / 6 } },
      // This one writes half of the sixth that it should.
      { table: 'Perf' as const, machine: LINUX_VM, slowedKeys: { [MEMORY]: 1 / 12 } },
    ];
    await given.anEstate(settingsEstate(slowed));
    await aWaveOverADeployedRuleSet([{ kind: 'samplingInterval', seconds: 60 }]);
    await when.theWaveRunsToItsEnd();

    const perf = await evidenceOf(VM, 'Perf');
    expect(perf).toMatchObject({ query: 'table-series-Perf-rhythms', result: 'pass' });
    expect(perf?.share?.estimate).toBeCloseTo(1, 1);
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
    expect(await then.outcome(LINUX_VM, 'verify')).toMatchObject({ status: 'blocked', reason: 'rowsLost' });
    expect(then.acceptedChanges('extension.delete', LINUX_VM)).toBe(0);
  });
});
