import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { instanceId, SET, scaleSetEstate } from '../support/scale-set-estate.ts';
import { scenario } from '../support/scenario.ts';

type Policy = Record<string, unknown>;
const TOLERANT = { gate: { maxNotVerifiedShare: 1, maxFailed: 10 }, verification: { proof: 'presence' } };
const MANUAL = { scaleSets: { upgradeManual: true } };
const AMA = 'AzureMonitorWindowsAgent';
const MMA = 'MicrosoftMonitoringAgent';

describe('a Uniform scale set', () => {
  const { given, when, then, here } = scenario();

  async function afterAWave(file: EstateFile, policy: Policy = {}): Promise<void> {
    await given.anEstate(file);
    await given.aPlan({ policy: { ...TOLERANT, ...policy } });
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
  }
  async function blockedReasons(file: EstateFile, request: Policy = {}) {
    await given.anEstate(file);
    const { id } = await given.aPlan(request);
    const Answer = z.object({
      blockedReasons: z.array(z.object({ code: z.string() })),
      counts: z.object({ planned: z.number() }),
    });
    const { blockedReasons: reasons, counts } = (await here().api.get(`/plans/${id}`, Answer)).body;
    return { codes: reasons.map(({ code }) => code), planned: counts.planned };
  }
  const failing = (n: number, attempts?: number) => ({
    failedInstalls: [
      {
        match: { machines: [instanceId(n)] },
        agent: 'ama' as const,
        ...(attempts === undefined ? {} : { attempts }),
      },
    ],
  });

  it('with Manual upgrades is left to its owners unless the plan says otherwise', async () => {
    expect(await blockedReasons(scaleSetEstate({ mode: 'Manual' }))).toEqual({
      codes: ['manualUpgrades'],
      planned: 0,
    });
  });

  it('with pending changes of its owners is not upgraded by the way', async () => {
    const file = scaleSetEstate({ mode: 'Manual', changes: { 3: { latestModelApplied: false } } });
    expect((await blockedReasons(file, { policy: MANUAL })).codes).toEqual(['instancesOutdated']);
  });

  it('with pending changes migrates where the plan takes them on', async () => {
    await afterAWave(scaleSetEstate({ mode: 'Manual', changes: { 3: { latestModelApplied: false } } }), {
      scaleSets: { upgradeManual: true, upgradeOutdated: true },
    });
    await then.theWaveIs('completed');
    expect(then.theAgentsOf(instanceId(3))).toEqual([AMA]);
  });

  it('that is larger than a wave is not planned', async () => {
    const { codes } = await blockedReasons(scaleSetEstate(), {
      cohorts: { pilotSize: 0, firstSize: 3, maxSize: 4 },
    });
    expect(codes).toEqual(['scaleSetTooLarge']);
  });

  it('keeps its legacy agents when the rolling upgrade with the new one fails', async () => {
    await afterAWave(scaleSetEstate({ mode: 'Rolling' }, failing(2)));
    expect(await then.outcome(SET, 'install')).toMatchObject({
      status: 'blocked',
      reason: 'rollingUpgradeFailed',
      detail: expect.stringContaining('instance 2'),
    });
    expect(then.acceptedChanges('extension.delete')).toBe(0);
    // Azure stopped after the batch that failed, and the app started nothing in its place.
    expect(then.theAgentsOf(instanceId(4))).toEqual([MMA]);
    expect(then.requests('scaleSet.upgrade')).toBe(0);
  });

  it('keeps Azure from nothing when the upgrade without the legacy agent fails', async () => {
    await afterAWave(
      scaleSetEstate({ mode: 'Rolling' }, { stuckExtensions: [{ machine: instanceId(1), agent: 'legacy' }] }),
    );
    expect(await then.outcome(SET, 'uninstall')).toMatchObject({ reason: 'rollingUpgradeFailed' });
    expect(await then.outcome(SET, 'confirm')).toMatchObject({ reason: 'earlierStage' });
  });

  it('with Manual upgrades stops at the first instance that fails', async () => {
    await afterAWave(scaleSetEstate({ mode: 'Manual' }, failing(1)), MANUAL);
    expect(await then.outcome(SET, 'install')).toMatchObject({
      status: 'blocked',
      reason: 'instancesUnhealthy',
      detail: 'instance 1',
    });
    expect(then.theAgentsOf(instanceId(0))).toEqual([AMA, MMA]);
    for (const n of [2, 3, 4]) expect(then.theAgentsOf(instanceId(n))).toEqual([MMA]);
    expect(then.acceptedChanges('extension.delete')).toBe(0);
  });

  it('waits for an instance that is protected, and does not touch the model', async () => {
    const changes = { 4: { protectionPolicy: { protectFromScaleSetActions: true } } };
    await afterAWave(scaleSetEstate({ changes }));
    expect(await then.outcome(SET, 'install')).toMatchObject({
      status: 'blocked',
      reason: 'instancesProtected',
      detail: 'instance 4',
    });
    expect(then.requests('extension.write')).toBe(0);
  });

  it('is not verified by the rows of some of its instances', async () => {
    await afterAWave(scaleSetEstate({}, { silentAgents: [{ machine: instanceId(4), agent: 'ama' }] }));
    expect(await then.outcome(SET, 'verify')).toMatchObject({
      status: 'blocked',
      reason: 'noHeartbeat',
      detail: '4 of 5 running instances are heard',
    });
    expect(then.theAgentsOf(instanceId(0))).toEqual([AMA, MMA]);
  });

  it('does not lose the legacy agent of its model while an instance is off', async () => {
    await given.anEstate(scaleSetEstate());
    await given.aPlan({ policy: TOLERANT });
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    here().session.estate.mutate.setPower(instanceId(2), 'deallocated');
    await when.someoneApproves();
    await when.theMachineWaitsFor(SET, 'uninstall', 'notRunning');
    expect(then.requests('extension.delete')).toBe(0);
    here().session.estate.mutate.setPower(instanceId(2), 'running');
    await when.theWaveRunsToItsEnd();
    expect(await then.outcome(SET, 'uninstall')).toEqual({ status: 'done', detail: '5 instances' });
  });

  it('keeps the legacy agent that another extension of the model waits for', async () => {
    const app = {
      name: 'app',
      properties: {
        ...{ publisher: 'Microsoft.Compute', type: 'CustomScriptExtension', typeHandlerVersion: '1.10' },
        provisionAfterExtensions: ['MMA'],
      },
    };
    await afterAWave(scaleSetEstate({ more: [app] }));
    expect(await then.outcome(SET, 'uninstall')).toMatchObject({
      status: 'blocked',
      reason: 'extensionSequence',
      detail: 'app waits for mma',
    });
  });

  it('keeps the legacy agent that Operations Manager needs', async () => {
    await afterAWave(scaleSetEstate(), { scom: [{ kind: 'scaleSet' }], removal: { scom: 'detach' } });
    expect(await then.outcome(SET, 'uninstall')).toMatchObject({ status: 'skipped', reason: 'scomAttached' });
    expect(then.requests('runCommand.write')).toBe(0);
    expect(then.theAgentsOf(instanceId(0))).toEqual([AMA, MMA]);
  });

  it('is not confirmed when an instance has the legacy agent again', async () => {
    await afterAWave(
      scaleSetEstate({}, { reinstall: [{ match: { machines: [instanceId(3)] }, afterSeconds: 300 }] }),
    );
    expect(await then.outcome(SET, 'uninstall')).toMatchObject({ status: 'done' });
    expect(await then.outcome(SET, 'confirm')).toMatchObject({
      status: 'blocked',
      reason: 'legacyReturned',
      detail: 'instance 3',
    });
  });

  it('is left as it is by a dry run, which says what it would do', async () => {
    await given.anEstate(scaleSetEstate());
    await given.aPlan({ policy: TOLERANT });
    await when.theWaveStarts(0, { dryRun: true });
    await when.theWaveReaches(({ finishedAt }) => finishedAt !== null);
    expect(await then.outcome(SET, 'install')).toMatchObject({
      reason: 'dryRun',
      detail: expect.stringContaining('in the model of 5 instances (automatic upgrades)'),
    });
    for (const kind of ['extension.write', 'extension.delete', 'scaleSet.upgrade'] as const)
      expect(then.requests(kind)).toBe(0);
  });

  it('is held between two batches, and goes on where it was', async () => {
    await given.anEstate(scaleSetEstate({ mode: 'Manual' }));
    await given.aPlan({ policy: { ...TOLERANT, ...MANUAL } });
    await when.theWaveStarts();
    await when.theWaveReaches(() => then.requests('scaleSet.upgrade') === 2);
    await when.theOperatorHolds('the owners ask for a pause');
    await when.timePasses({ minutes: 120 });
    expect(then.requests('scaleSet.upgrade')).toBe(2);
    await when.theOperatorResumes();
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    expect(then.requests('scaleSet.upgrade')).toBe(10);
  });

  it('is left alone between two batches while it carries a hold tag', async () => {
    await given.anEstate(scaleSetEstate({ mode: 'Manual' }));
    await given.aPlan({ policy: { ...TOLERANT, ...MANUAL } });
    await when.theWaveStarts();
    await when.theWaveReaches(() => then.requests('scaleSet.upgrade') === 2);
    const { mutate } = here().session.estate;
    mutate.setTag(SET, 'ama-migration-hold', 'the owners ask for a pause');
    await when.theMachineWaitsFor(SET, 'install', 'heldTag');
    await when.timePasses({ minutes: 60 });
    expect(then.requests('scaleSet.upgrade')).toBe(2);
    mutate.setTag(SET, 'ama-migration-hold', null);
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    expect(then.requests('scaleSet.upgrade')).toBe(10);
  });

  it('is compared with what its instances wrote before', async () => {
    await given.anEstate(scaleSetEstate({ instances: 3 }));
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    const verdict = (await then.records()).get(SET.toLowerCase())?.verdict;
    expect(verdict?.result).toBe('pass');
    expect(verdict?.evidence.every(({ baselineRows }) => baselineRows > 0)).toBe(true);
  });
});
