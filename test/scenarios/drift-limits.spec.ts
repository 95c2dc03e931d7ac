import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { driftScenario } from '../support/drift.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const AGENTS = [
  [VM, 'AzureMonitorWindowsAgent'],
  [LINUX_VM, 'AzureMonitorLinuxAgent'],
  [ARC, 'AzureMonitorWindowsAgent'],
] as const;

describe('what the drift check does by itself', () => {
  const world = scenario();
  const { when, then, here } = world;
  const drift = driftScenario(world);

  async function aFleetWithoutAgents(): Promise<void> {
    await drift.aMigratedFleet();
    for (const [machine, name] of AGENTS) here().session.estate.mutate.removeExtension(machine, name);
    await when.timePasses({ minutes: 60 });
  }

  it('is nothing without a policy', async () => {
    await aFleetWithoutAgents();

    const run = await drift.theCheckRuns();

    expect(run.counts).toEqual({ amaMissing: 3 });
    expect(run.remedies).toMatchObject([{ kind: 'repair', machines: 3, status: 'proposed', waveId: null }]);
    await when.timePasses({ minutes: 600 });
    expect(then.acceptedChanges('extension.write')).toBe(3);
  });

  it('is nothing where so much is missing that a failed query is likelier', async () => {
    await aFleetWithoutAgents();
    await drift.policy({
      automatic: ['amaMissing'],
      caps: { share: 1 },
      plausibility: { share: 0.5, atLeast: 3 },
    });

    const run = await drift.theCheckRuns();

    expect(run.implausible).toEqual(['amaMissing']);
    expect(run.counts).toEqual({ amaMissing: 3, implausible: 1 });
    expect(run.remedies).toEqual([]);
    const [finding] = await drift.findings();
    expect(finding).toMatchObject({
      code: 'implausible',
      detail: expect.stringContaining('3 of 3 machines'),
    });
    await expect(drift.theRemedyIsStarted(run, 'repair')).rejects.toThrow('proposes no such remedy');
    await when.timePasses({ minutes: 600 });
    expect(then.acceptedChanges('extension.write')).toBe(3);
  });

  it('is capped, and goes on in the next run', async () => {
    await aFleetWithoutAgents();
    const approvals = { removal: false };
    await drift.policy({ automatic: ['amaMissing'], caps: { share: 0.5, machines: 2 }, approvals });

    const run = await drift.theCheckRuns();

    expect(run.remedies).toMatchObject([
      { kind: 'repair', machines: 2, status: 'started', by: 'drift check' },
    ]);
    expect(run.remedies[0]?.reason).toBe('1 machines are left for another run');
    await drift.theWaveEnds(run.remedies[0]?.waveId ?? '');
    const next = await drift.theCheckRuns();
    expect(next.counts).toEqual({ amaMissing: 1 });
    await drift.theWaveEnds(next.remedies[0]?.waveId ?? '');
    expect((await drift.theCheckRuns()).counts).toEqual({});
  });

  it('waits for the windows of the policy', async () => {
    await aFleetWithoutAgents();
    const window = { start: '2026-12-20T00:00', timeZone: 'UTC', durationMinutes: 1440 };
    await drift.policy({ automatic: ['amaMissing'], caps: { share: 1 }, windows: [window] });

    const [repair] = (await drift.theCheckRuns()).remedies;
    here().waveId = repair?.waveId ?? '';
    await when.timePasses({ minutes: 24 * 60 });

    expect((await then.theWave()).message).toContain('2026-12-20');
    expect(then.acceptedChanges('extension.write')).toBe(3);
  });

  it('is not started from a run that another has looked after', async () => {
    await aFleetWithoutAgents();
    const old = await drift.theCheckRuns();
    await drift.theCheckRuns();

    await expect(drift.theRemedyIsStarted(old, 'repair')).rejects.toThrow('has looked since');
  });
});

describe('the nightly timer', () => {
  const world = scenario();
  const { given, when, here } = world;
  const drift = driftScenario(world);

  it('runs one check a night, once something was migrated', async () => {
    await given.anEstate(smallEstate(), { nightly: true });
    await given.aPlan();
    await when.timePasses({ minutes: 24 * 60 });
    await expect(drift.findings()).rejects.toThrow('No drift check has completed yet.');

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    await when.timePasses({ minutes: 2 * 24 * 60 });

    const run = await drift.theCheckEnds('latest');
    expect(run.id).toMatch(/^drift-202611\d\d$/);
    expect(run).toMatchObject({ status: 'completed', counts: {}, previousRunId: expect.any(String) });
    expect(here().session.host.instance(run.id)?.status).toBe('Completed');
  });
});

describe('the digest timer', () => {
  const world = scenario();
  const { when, here } = world;
  const drift = driftScenario(world);

  it('tells each day and week once, and keeps what it told', async () => {
    const lines: string[] = [];
    const log = ({ message }: { message: string }) => lines.push(message);
    await drift.aMigratedFleet(smallEstate(), { options: { log } });
    await drift.theCheckRuns();
    await when.timePasses({ minutes: 8 * 24 * 60 });

    const told = lines.flatMap((line) =>
      line.startsWith('{"event":"digest.made"') ? [JSON.parse(line)] : [],
    );
    const ids = told.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.startsWith('daily-')).length).toBeGreaterThanOrEqual(8);
    expect(ids.filter((id) => id.startsWith('weekly-')).length).toBeGreaterThanOrEqual(1);
    const { body: kept } = await here().api.get('/digest?period=daily', z.looseObject({ id: z.string() }));
    const { event: _, ...last } = told.findLast(({ period }) => period === 'daily');
    expect(kept).toEqual(last);
    expect(kept).toMatchObject({ fleet: { legacyOnly: 0, both: 0, amaOnly: 3 }, drift: { counts: {} } });
    const History = z.object({ items: z.array(z.looseObject({ total: z.number() })) });
    const { body: history } = await here().api.get('/fleet/history', History);
    expect(history.items.at(-1)).toMatchObject({ amaOnly: 3, total: 3 });
  });
});
