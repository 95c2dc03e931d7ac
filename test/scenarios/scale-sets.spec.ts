import { describe, expect, it } from 'vitest';
import { instanceId, SET, scaleSetEstate } from '../support/scale-set-estate.ts';
import { scenario } from '../support/scenario.ts';

const PRESENCE = { verification: { proof: 'presence' } };
const INSTANCES = ['0', '1', '2', '3', '4'];

describe('a Uniform scale set', () => {
  const { given, when, then, here } = scenario();

  const upgrades = () =>
    here()
      .session.estate.requestLog.entries({ kind: 'scaleSet.upgrade' })
      .filter(({ status }) => status < 300).length;

  function everyInstanceMigrated(agent: RegExp): void {
    for (const id of [SET, ...INSTANCES.map(instanceId)]) {
      const agents = then.theAgentsOf(id);
      expect(agents).toHaveLength(1);
      expect(agents[0]).toMatch(agent);
    }
  }

  it.each([
    ['windows', 'Automatic', 0],
    ['linux', 'Automatic', 0],
    ['windows', 'Rolling', 0],
    ['linux', 'Rolling', 0],
    ['windows', 'Manual', 10],
    ['linux', 'Manual', 10],
  ] as const)('of %s with %s upgrades migrates as a whole', async (os, mode, requests) => {
    await given.anEstate(scaleSetEstate({ os, mode }));
    await given.aPlan({ policy: { ...PRESENCE, scaleSets: { upgradeManual: true } } });
    await when.theWaveStarts();
    const wave = await when.theWaveRunsToItsEnd();
    expect(wave.phase, JSON.stringify(await then.records().then((all) => [...all.values()]))).toBe(
      'completed',
    );

    everyInstanceMigrated(/^AzureMonitor(Windows|Linux)Agent$/);
    for (const stage of ['install', 'verify', 'uninstall', 'confirm'] as const)
      expect(await then.outcome(SET, stage)).toEqual({ status: 'done', detail: '5 instances' });
    // A fifth of five at a time, once for the new agent and once without the old.
    expect(upgrades()).toBe(requests);
    expect(then.acceptedChanges('extension.write', SET)).toBe(1);
    expect(then.acceptedChanges('extension.delete', SET)).toBe(1);
  });
});
