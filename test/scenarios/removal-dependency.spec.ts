import { describe, expect, it } from 'vitest';
import { dependencyAgent } from '../support/removal-estate.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

describe('the dependency agent', () => {
  const { given, when, then, here } = scenario();

  async function afterAWave(choice: string) {
    const file = smallEstate();
    const machines = [VM, LINUX_VM, ARC];
    await given.anEstate({ ...file, resources: [...file.resources, ...machines.map(dependencyAgent)] });
    await given.aPlan({ policy: { removal: { dependencyAgent: choice } } });
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    for (const machine of machines) {
      expect(await then.outcome(machine, 'uninstall')).toEqual({ status: 'done' });
      expect(then.theAgentsOf(machine).some((type) => /MonitoringAgent|OmsAgent/.test(type))).toBe(false);
    }
    return machines.map((machine) =>
      here()
        .session.estate.snapshot(machine)
        ?.extensions.find(({ type }) => type.startsWith('DependencyAgent')),
    );
  }

  it('stays as it is by default', async () => {
    for (const extension of await afterAWave('keep')) {
      expect(extension?.settings).toBeUndefined();
    }
    expect(then.requests('extension.delete')).toBe(3);
  });

  it('is set to work with Azure Monitor Agent, once', async () => {
    for (const extension of await afterAWave('amaMode')) {
      expect(extension).toMatchObject({ provisioningState: 'Succeeded', settings: { enableAMA: 'true' } });
    }
    for (const machine of [VM, LINUX_VM, ARC])
      expect(then.acceptedChanges('extension.write', machine)).toBe(2);
  });

  it('is deleted after the legacy agent', async () => {
    for (const extension of await afterAWave('remove')) expect(extension).toBeUndefined();

    const deleted = here()
      .session.estate.requestLog.entries({ kind: 'extension.delete', machineId: VM })
      .map(({ url }) => url.split('?')[0]?.split('/').at(-1));
    expect(deleted).toEqual(['MMAExtension', 'DAExtension']);
  });
});
