import { describe, expect, it } from 'vitest';
import { scenario } from '../support/scenario.ts';
import {
  ARC,
  ENDPOINT,
  LINUX_RULE,
  LINUX_VM,
  RULE,
  smallEstate,
  VM,
  WORKSPACE,
} from '../support/small-estate.ts';

describe('the straight path', () => {
  const { given, when, then, here } = scenario();

  it('migrates Windows, Linux and Arc machines and removes their legacy agents', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
    expect(then.theAgentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
    for (const machine of [VM, LINUX_VM, ARC]) {
      expect(await then.outcome(machine, 'confirm')).toEqual({ status: 'done' });
    }
  });

  it('changes each machine once per stage and asks Azure little', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    for (const machine of [VM, LINUX_VM, ARC]) {
      expect(then.acceptedChanges('extension.write', machine)).toBe(1);
      expect(then.acceptedChanges('association.write', machine)).toBe(1);
      expect(then.acceptedChanges('extension.delete', machine)).toBe(1);
    }
  });

  it("associates the rule of the machine's system and workspace", async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    const { estate } = here().session;
    expect(estate.snapshot(VM)?.associations.map(({ ruleId }) => ruleId?.toLowerCase())).toEqual([
      RULE.toLowerCase(),
    ]);
    expect(estate.snapshot(LINUX_VM)?.associations.map(({ ruleId }) => ruleId?.toLowerCase())).toEqual([
      LINUX_RULE.toLowerCase(),
    ]);
  });

  it('switches legacy collection off once every machine is verified, and stores what it was', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();

    await when.theWaveStarts();
    const wave = await when.theWaveRunsToItsEnd();

    expect(wave.connectors).toEqual([
      {
        workspaceId: WORKSPACE.toLowerCase(),
        outcome: { status: 'done', detail: '2 verified machines go on to write security events' },
        dependents: 0,
      },
    ]);
    expect(then.acceptedChanges('dataSource.write')).toBe(1);
  });

  it('keeps legacy collection on while a machine outside the wave depends on it', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ selection: { machineIds: [VM] } });

    await when.theWaveStarts();
    const wave = await when.theWaveRunsToItsEnd();

    expect(wave.phase).toBe('completed');
    expect(wave.connectors[0]?.outcome).toMatchObject({ status: 'skipped', reason: 'workspaceInUse' });
    expect(then.requests('dataSource.write')).toBe(0);
  });

  it('waits for the soak before the removal gate', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { soakSeconds: 86_400 } });

    await when.theWaveStarts();
    await when.theWaveReaches(({ step }) => step === 'gate');
    await when.timePasses({ minutes: 23 * 60 });

    await then.theWaveIs('progressing');
    expect(then.requests('extension.delete')).toBe(0);

    await when.timePasses({ minutes: 61 });

    await then.theWaveIs('awaitingApproval');
  });

  it('proves data in live overlap by the rise that two agents make', async () => {
    await given.anEstate(smallEstate({ behaviour: { legacyIngestionEnds: null } }));
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    const verdict = (await then.records()).get(LINUX_VM.toLowerCase())?.verdict;
    expect(verdict?.result).toBe('pass');
  });

  it('associates the configuration endpoint behind private link and sets no proxy', async () => {
    const network = { rules: [{ match: { machines: [VM] }, network: { mode: 'privateLink' as const } }] };
    await given.anEstate(smallEstate({ behaviour: { network } }));
    await given.aPlan({
      selection: { machineIds: [VM] },
      policy: {
        proxies: {
          profiles: { link: { kind: 'privateLink' } },
          rules: [{ match: { kind: 'azureVm' }, profile: 'link' }],
        },
      },
    });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    const found = here().session.estate.snapshot(VM);
    const endpoint = found?.associations.find(({ name }) => name === 'configurationAccessEndpoint');
    expect(endpoint?.endpointId?.toLowerCase()).toBe(ENDPOINT.toLowerCase());
  });

  it('changes nothing in a dry run and says what it would do', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();

    await when.theWaveStarts(0, { dryRun: true });
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(VM, 'install')).toMatchObject({
      status: 'skipped',
      reason: 'dryRun',
      detail: 'install: put extension AzureMonitorWindowsAgent',
    });
    expect(await then.outcome(VM, 'uninstall')).toMatchObject({
      status: 'skipped',
      reason: 'dryRun',
      detail: expect.stringContaining('delete legacy extension MMAExtension'),
    });
    for (const kind of [
      'extension.write',
      'extension.delete',
      'association.write',
      'dataSource.write',
    ] as const) {
      expect(then.requests(kind), kind).toBe(0);
    }
  });

  it('finds nothing to do when it runs again over a migrated estate', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    const plan = await given.aPlan();

    expect(plan.counts).toMatchObject({ machines: 3, planned: 0, alreadyMigrated: 3, blocked: 0 });
    expect(plan.waves).toEqual([]);
  });
});
