import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, START, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const HOUR = 3_600_000;
const POLICY = { approvals: { removal: false }, soakSeconds: 0 };
const iso = (hours: number) => new Date(START + hours * HOUR).toISOString();

const Shown = z.object({
  phase: z.string(),
  message: z.string(),
  checks: z.array(z.object({ name: z.string(), result: z.string(), message: z.string() })).optional(),
});

describe('checks of a wave', () => {
  const { given, when, then, here } = scenario();

  async function aWaveOver(changes: Partial<EstateFile>, policy: object): Promise<void> {
    await given.anEstate(smallEstate(changes));
    await given.aPlan({ policy: { ...POLICY, ...policy } });
    await when.theWaveStarts();
  }
  const shown = async () => (await here().api.get(`/waves/${here().waveId}`, Shown)).body;

  it('hold it while machines are worked on, and let it go on once the answer is good again', async () => {
    const query = 'AppRequests | summarize Failed = countif(Success == false)';
    const bad = { query, rows: [{ Failed: 7 }], from: iso(0.3), until: iso(6) };
    const check = {
      ...{ kind: 'query', name: 'shop-errors', workspaceId: WORKSPACE, query, column: 'Failed' },
      ...{ pass: { is: 'below', value: 5 }, resumes: true },
    };
    await aWaveOver(
      { behaviour: { checks: { queries: [{ query, rows: [{ Failed: 0 }] }, bad] } } },
      { checks: [check] },
    );
    await when.theWaveReaches('held');

    expect((await shown()).message).toContain('shop-errors: In 0 of 1 rows Failed is below 5.');
    expect(here().session.clock.now()).toBeLessThan(START + 6 * HOUR);

    await when.theWaveRunsToItsEnd();
    await when.theWaveReaches('completed');
    expect(here().session.clock.now()).toBeGreaterThan(START + 6 * HOUR);
    expect((await shown()).checks).toMatchObject([{ name: 'shop-errors', result: 'pass' }]);
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('close the gate before removals, where inconclusive is not good enough', async () => {
    const query = 'SecurityIncident | where Severity == "High"';
    const check = {
      ...{ kind: 'query', name: 'incidents', at: 'removal', workspaceId: WORKSPACE, query },
      ...{ column: 'Severity', pass: { is: 'notEquals', value: 'High' } },
    };
    await aWaveOver({ behaviour: { checks: { queries: [{ query, rows: [] }] } } }, { checks: [check] });
    await when.theWaveReaches('held');

    expect((await shown()).message).toContain('incidents: The query gave no rows.');
    expect(then.acceptedChanges('extension.delete')).toBe(0);

    await when.theOperatorResumes('no incident is good news', 'anna approver');
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });

  it('judge a wave that is smaller than they would like, once all of its machines are through', async () => {
    const checks = [
      { kind: 'installFailures', name: 'installs', maxShare: 0.1 },
      { kind: 'verdicts', name: 'data', maxFailedShare: 0, maxInconclusiveShare: 0, maxErrorShare: 0 },
      { kind: 'heartbeats', name: 'beats', minShare: 1 },
    ];
    await aWaveOver({}, { checks });
    await when.theWaveReaches(({ finishedAt, holds }) => finishedAt !== null || holds.length > 0);

    await then.theWaveIs('completed');
    expect((await shown()).checks?.map(({ result }) => result)).toEqual(['pass', 'pass', 'pass']);
    expect((await shown()).checks?.[2]?.message).toContain('3 of 3 machines were heard');
  });

  it('that are not enforced are told and stop nothing', async () => {
    const url = 'https://status.contoso.com/health';
    const check = { kind: 'http', name: 'status-page', url, enforce: false };
    await aWaveOver({ behaviour: { checks: { http: [{ url, status: 503 }] } } }, { checks: [check] });
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    // The host is not among those the setting allows, so it is not even asked.
    expect((await shown()).checks).toMatchObject([
      { name: 'status-page', result: 'error', message: expect.stringContaining('AMA_CHECK_HOSTS') },
    ]);
  });

  it('stop installations before all of them fail', async () => {
    const effect = { status: 403, code: 'RequestDisallowedByPolicy' };
    const faults = [{ match: { kind: 'extension.write' }, effect }];
    const check = { kind: 'installFailures', name: 'installs', maxShare: 0.5, minMachines: 2 };
    await aWaveOver(
      { behaviour: { faults } },
      {
        ...{ checks: [check], gate: { maxFailed: 100, maxNotVerifiedShare: 1 } },
      },
    );
    await when.theWaveReaches('held');

    expect((await shown()).message).toMatch(/installs: 3 of 3 machines have no new agent; 50 % may\./);
  });

  it('of a workspace that the plan does not know, and of wrong texts, are refused by place', async () => {
    await given.anEstate(smallEstate());
    await given.anInventory();
    const check = {
      ...{ kind: 'query', name: 'q', workspaceId: `${WORKSPACE}-other`, query: 'Heartbeat', column: 'x' },
      pass: { is: 'above', value: 0 },
    };

    await expect(
      here().api.post('/plans', z.unknown(), { policy: { checks: [check] } }),
    ).rejects.toMatchObject({
      faults: [{ path: 'policy.checks[0].workspaceId' }],
    });
    const wrong = { ...check, workspaceId: WORKSPACE, query: 'Heartbeat | where' };
    await expect(
      here().api.post('/plans', z.unknown(), { policy: { checks: [wrong] } }),
    ).rejects.toMatchObject({
      faults: [{ path: 'policy.checks[0].query', message: expect.stringMatching(/^is no KQL: /) }],
    });
  });
});

describe('a soak', () => {
  const { given, when, then, here } = scenario();

  it('ends early where an approver promotes the wave', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { approvals: { removal: false }, soakSeconds: 7 * 24 * 3600 } });
    await when.theWaveStarts();
    await when.theWaveReaches(({ message }) => message.startsWith('Soaking'));
    const { api, waveId } = here();
    const body = { by: 'anna approver', reason: 'the change freeze begins tomorrow' };
    await api.post(`/waves/${waveId}/promote`, z.unknown(), body);
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(here().session.clock.now()).toBeLessThan(START + 2 * 24 * HOUR);
    const Promoted = z.object({ promotions: z.array(z.object({ by: z.string(), reason: z.string() })) });
    expect((await api.get(`/waves/${waveId}`, Promoted)).body.promotions).toEqual([body]);
    await expect(
      api.post(`/waves/${waveId}/promote`, z.unknown(), { ...body, reason: 'x' }),
    ).rejects.toMatchObject({
      code: 'waveFinished',
    });
  });
});

describe('another try', () => {
  const { given, when, then, here } = scenario();

  it('takes a machine that was blocked through the rest of its stages, and none other', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: POLICY });
    here().session.estate.mutate.addLock(LINUX_VM, 'CanNotDelete');
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    expect(await then.outcome(LINUX_VM, 'uninstall')).toMatchObject({ status: 'blocked', reason: 'locked' });
    const before = then.acceptedChanges('extension.write');
    const { api, waveId, session } = here();

    session.estate.mutate.removeLock(LINUX_VM);
    await api.post(`/waves/${waveId}/retry`, z.unknown(), { by: 'olive operator', reason: 'lock is off' });
    await when.theWaveReaches(({ finishedAt }) => finishedAt !== null);

    await then.theWaveIs('completed');
    expect(then.theAgentsOf(LINUX_VM)).toEqual(['AzureMonitorLinuxAgent']);
    expect(then.acceptedChanges('extension.write')).toBe(before);
    expect(then.acceptedChanges('extension.delete', VM)).toBe(1);
    expect(then.acceptedChanges('extension.delete', ARC)).toBe(1);
    await expect(
      api.post(`/waves/${waveId}/retry`, z.unknown(), { by: 'olive operator', reason: 'again' }),
    ).rejects.toMatchObject({ code: 'nothingToRetry' });
  });
});

describe('machines of a wave that waits for its start', () => {
  const { given, when, then, here } = scenario();

  it('can be left out, and are then not touched', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { ...POLICY, approvals: { removal: false, start: true } } });
    await when.theWaveStarts();
    const { api, waveId } = here();
    await api.post(`/waves/${waveId}/machines`, z.unknown(), {
      ...{ by: 'olive operator', reason: 'a release is running', remove: [ARC] },
    });
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect([...(await then.records()).keys()].sort()).toEqual([LINUX_VM, VM].map((id) => id.toLowerCase()));
    expect(then.theAgentsOf(ARC)).toEqual(['MicrosoftMonitoringAgent']);
  });

  it('can be taken from a later wave, which then finds them done', async () => {
    await given.anEstate(smallEstate());
    const plan = await given.aPlan({
      cohorts: { pilotSize: 0, sizes: [2, 1] },
      policy: { ...POLICY, approvals: { removal: false, start: true } },
    });
    const Page = z.object({ machines: z.array(z.object({ id: z.string() })) });
    const { api } = here();
    const { body: later } = await api.get(`/plans/${plan.id}/waves/1/machines`, Page);
    const machine = later.machines[0]?.id ?? '';
    await when.theWaveStarts();
    await api.post(`/waves/${here().waveId}/machines`, z.unknown(), {
      ...{ by: 'olive operator', reason: 'it is the twin of one of them', add: [machine] },
    });
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    expect([...(await then.records()).keys()]).toHaveLength(3);
    expect(await then.outcome(machine, 'confirm')).toEqual({ status: 'done' });

    await when.theWaveStarts(1);
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(await then.outcome(machine, 'install')).toMatchObject({ status: 'alreadyDone' });
    for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const)
      expect(then.acceptedChanges(kind, machine), kind).toBe(1);
  });
});
