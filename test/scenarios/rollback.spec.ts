import { describe, expect, it } from 'vitest';
import { heardEstate, KEY_SECRET, rollbackScenario, SENTINEL } from '../support/rollback-scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const MACHINES = [VM, LINUX_VM, ARC];
const KEYS = [{ workspaceId: WORKSPACE, secret: KEY_SECRET }];

describe('rolling a wave back', () => {
  const { given, when, then, here, steps } = rollbackScenario();

  it('takes the associations of a running wave away again, and leaves both agents as they are', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan();
    await steps.aWaveAtItsGate();

    await when.theOperatorRollsBack();
    const end = await steps.theRollbackEnds();

    expect(end.phase).toBe('aborted');
    expect(end.message).toBe('Rolled back by olive operator: wrong rules.');
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'undoAssociate')).toEqual({ status: 'done' });
      expect(await then.outcome(machine, 'undoInstall')).toMatchObject({ reason: 'notRequested' });
      expect(then.associationsOf(machine)).toEqual([]);
      expect(then.theAgentsOf(machine)).toHaveLength(2);
    }
    expect(then.requests('extension.delete')).toBe(0);
    expect((await then.records()).get(VM.toLowerCase())?.verdict).toBeNull();
  });

  it('stops a wave in mid deployment: installations in flight end first, and go where that is asked for', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches(({ totals }) => totals.inFlight === 3);

    await when.theOperatorRollsBack({ undo: { agent: true } });
    const stopping = await then.theWave();
    const end = await steps.theRollbackEnds();

    expect(stopping).toMatchObject({ phase: 'progressing', totals: { inFlight: 3 } });
    expect(stopping.message).toContain('3 machines finish their stage first');
    expect(end.phase).toBe('aborted');
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'install')).toEqual({ status: 'done' });
      expect(await then.outcome(machine, 'associate')).toMatchObject({ reason: 'aborted' });
      expect(await then.outcome(machine, 'undoInstall')).toEqual({ status: 'done' });
      expect(then.theAgentsOf(machine)).toHaveLength(1);
    }
  });

  it('opens a finished wave again: collection comes back, and no machine is left without any agent', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await steps.aFinishedWave();

    const whatIf = await when.aRollbackIsPreviewed();
    const before = then.requests('association.delete') + then.requests('dataSource.write');
    await when.theOperatorRollsBack();
    const end = await steps.theRollbackEnds();

    expect(whatIf).toMatchObject({
      machines: 3,
      counts: { associations: 3, agent: 0, agentSettings: 0, legacyAgent: 0 },
      stays: { agent: 3, legacyAgent: 3 },
      withoutLegacyAgent: 3,
      connectors: [WORKSPACE.toLowerCase()],
    });
    expect(whatIf.warnings.map(({ code }) => code)).toEqual(['legacyIngestionMayBeOff', 'wouldBlind']);
    // The one write is the wave's own switch.
    expect(before).toBe(1);
    expect(end).toMatchObject({
      phase: 'aborted',
      rollback: { connectors: [{ outcome: { status: 'done' } }] },
    });
    expect(end.message).toContain('On 3 machines something could not be undone.');
    expect(await steps.tier()).toBe('All');
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'undoAssociate')).toMatchObject({ reason: 'wouldBlind' });
      expect(then.associationsOf(machine)).toHaveLength(1);
      expect(then.theAgentsOf(machine)).toEqual([expect.stringContaining('AzureMonitor')]);
    }
    expect(then.requests('association.delete')).toBe(0);
  });

  it('goes on without any agent that is heard where the confirmation of the what-if is repeated', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await steps.aFinishedWave();

    await when.theOperatorRollsBack({ undo: { agent: true } }, true);
    const end = await steps.theRollbackEnds();

    expect(end.message).toBe('Rolled back by olive operator: wrong rules.');
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'undoAssociate')).toEqual({ status: 'done' });
      expect(await then.outcome(machine, 'undoInstall')).toEqual({ status: 'done' });
      expect(then.associationsOf(machine)).toEqual([]);
      expect(then.theAgentsOf(machine)).toEqual([]);
    }
  });

  it('puts the legacy agent back with the key from Key Vault, waits to hear it, and then ends the new collection', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan();
    await steps.aFinishedWave();
    const written = then.acceptedChanges('extension.write');

    await when.theOperatorRollsBack({ undo: { legacyAgent: true }, workspaceKeys: KEYS });
    const end = await steps.theRollbackEnds();

    expect(end.message).toBe('Rolled back by olive operator: wrong rules.');
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'returnLegacy')).toEqual({
        status: 'done',
        detail: expect.stringContaining('2026-03-02'),
      });
      expect(await then.outcome(machine, 'undoAssociate')).toEqual({ status: 'done' });
      expect(then.theAgentsOf(machine)).toHaveLength(2);
      expect(then.legacyAgentOf(machine)).toHaveLength(1);
    }
    expect(then.acceptedChanges('extension.write') - written).toBe(3);
    const names = here()
      .session.estate.snapshot(VM)
      ?.extensions.map(({ name }) => name);
    expect(names).toContain('MMAExtension');
  });

  it('needs the key of the workspace for that, and says so before and after', async () => {
    await given.anEstate(heardEstate());
    await given.aPlan({ selection: { machineIds: [VM] } });
    await steps.aFinishedWave();

    const whatIf = await when.aRollbackIsPreviewed({ undo: { legacyAgent: true } });
    await when.theOperatorRollsBack({ undo: { legacyAgent: true } });
    await steps.theRollbackEnds();

    expect(whatIf.stays).toMatchObject({ workspaceKeyMissing: 1 });
    expect(whatIf.warnings.map(({ code }) => code)).toContain('workspaceKeyMissing');
    expect(await then.outcome(VM, 'returnLegacy')).toMatchObject({ reason: 'workspaceKeyMissing' });
    expect(await then.outcome(VM, 'undoAssociate')).toMatchObject({ reason: 'wouldBlind' });
  });

  it('puts the former settings of a repaired agent back', async () => {
    const proxy = { mode: 'application', address: 'http://proxy-old.contoso.com:8080', auth: false };
    await given.anEstate(withAma({ proxy }));
    await given.aPlan({ selection: { machineIds: [VM] }, policy: DIRECT });
    await steps.aWaveAtItsGate();
    expect(amaSettings()).toEqual({ proxy: { mode: 'none' } });

    await when.theOperatorRollsBack();
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoInstall')).toEqual({ status: 'done' });
    expect(amaSettings()).toEqual({ proxy });
    expect(then.theAgentsOf(VM)).toHaveLength(2);
  });

  it('leaves an agent alone whose former proxy had credentials, for nobody can read them back', async () => {
    const proxy = { mode: 'application', address: 'http://proxy-old.contoso.com:8080', auth: 'true' };
    await given.anEstate(withAma({ proxy }));
    await given.aPlan({ selection: { machineIds: [VM] }, policy: DIRECT });
    await steps.aWaveAtItsGate();

    await when.theOperatorRollsBack();
    await steps.theRollbackEnds();

    expect(await then.outcome(VM, 'undoInstall')).toMatchObject({ reason: 'credentialsUnknown' });
    expect(amaSettings()).toEqual({ proxy: { mode: 'none' } });
  });

  it('of single machines leaves the others and the workspaces as they are, and the wave completed', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await steps.aFinishedWave();

    await when.theOperatorRollsBack({ machineIds: [VM.toUpperCase()] }, true);
    const end = await steps.theRollbackEnds();

    expect(end.phase).toBe('completed');
    expect(end.message).toContain('1 of 3 machines were rolled back by olive operator');
    expect(then.associationsOf(VM)).toEqual([]);
    expect(await then.outcome(ARC, 'undoAssociate')).toMatchObject({ reason: 'notSelected' });
    expect(then.associationsOf(ARC)).toHaveLength(1);
    expect(await steps.tier()).toBe('None');
  });

  it('a second time tries what the first could not, and repeats nothing', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await steps.aFinishedWave();
    await when.theOperatorRollsBack({ machineIds: [VM] }, true);
    await steps.theRollbackEnds();

    const whatIf = await when.aRollbackIsPreviewed();
    await when.theOperatorRollsBack({}, true);
    const end = await steps.theRollbackEnds();

    expect(whatIf.machines).toBe(2);
    expect(end.phase).toBe('aborted');
    for (const machine of MACHINES) {
      expect(then.associationsOf(machine)).toEqual([]);
      expect(then.acceptedChanges('association.delete', machine)).toBe(1);
    }
    expect(await steps.tier()).toBe('All');
  });

  it('leaves legacy collection as somebody set it in between', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await steps.aFinishedWave();
    here().session.estate.mutate.setTier(WORKSPACE, SENTINEL, 'Minimal');

    await when.theOperatorRollsBack({}, true);
    const end = await steps.theRollbackEnds();

    expect(end.rollback?.connectors).toMatchObject([
      { outcome: { status: 'skipped', reason: 'connectorChanged' } },
    ]);
    expect(await steps.tier()).toBe('Minimal');
    expect(then.associationsOf(VM)).toEqual([]);
  });

  const DIRECT = {
    proxies: { profiles: { direct: { kind: 'none' } }, rules: [{ profile: 'direct', match: {} }] },
  };

  /** The small estate with an Azure Monitor Agent of these settings on the VM. */
  function withAma(settings: object) {
    const { resources, ...rest } = heardEstate();
    const ama = {
      id: `${VM}/extensions/AMA`,
      name: 'AMA',
      location: 'westeurope',
      properties: {
        publisher: 'Microsoft.Azure.Monitor',
        type: 'AzureMonitorWindowsAgent',
        typeHandlerVersion: '1.2',
        provisioningState: 'Succeeded',
        settings,
      },
    };
    return { ...rest, resources: [...resources, ama] };
  }

  function amaSettings(): unknown {
    const found = here()
      .session.estate.snapshot(VM)
      ?.extensions.find(({ name }) => name === 'AMA');
    return found?.settings;
  }
});
