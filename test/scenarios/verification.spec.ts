import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Estate, EstateFile } from '../../rehearsal/estate/index.ts';
import type { WireResponse } from '../../rehearsal/estate/wire.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const HOUR = 3_600_000;
/** Legacy agents still write: both agents side by side. */
const LIVE: EstateFile['behaviour'] = { legacyIngestionEnds: null };
const POLICY = { approvals: { removal: false }, soakSeconds: 0 };

describe('proof by data', () => {
  const { given, when, then, here } = scenario();

  async function waveOver(file: EstateFile, policy: Record<string, unknown> = {}) {
    await given.anEstate(file);
    await given.aPlan({ policy: { ...POLICY, ...policy } });
    await when.theWaveStarts();
  }
  const verdictOf = async (machine: string) => (await then.records()).get(machine.toLowerCase())?.verdict;

  it('compares both agents together with the legacy agent alone, and only then removes it', async () => {
    await waveOver(smallEstate({ behaviour: LIVE }));
    await when.theWaveReaches(({ counts }) => counts['verify']?.['done'] === 3);

    const verdict = await verdictOf(VM);
    expect(verdict?.result).toBe('pass');
    expect(verdict?.evidence.map(({ table, mode }) => `${table} ${mode}`)).toEqual([
      'Event overlap',
      'Perf overlap',
      'SecurityEvent overlap',
    ]);
    for (const { share } of verdict?.evidence ?? []) expect(share?.estimate).toBeCloseTo(1, 1);

    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('keeps the legacy agent of a machine whose new agent misses a third of its events', async () => {
    const tables = [
      { table: 'SecurityEvent' as const, machine: VM, rowsPerHour: { ama: 200, legacy: 300 } },
      { table: 'SecurityEvent' as const, machine: ARC, rowsPerHour: 300 },
    ];
    await waveOver(smallEstate({ behaviour: LIVE, tables }), { gate: { maxNotVerifiedShare: 0.5 } });
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({ status: 'blocked', reason: 'rowsLost' });
    expect(then.acceptedChanges('extension.delete', VM)).toBe(0);
    expect(then.theAgentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('keeps the legacy agent of machines whose rule misses an event that matters', async () => {
    const tables = [{ table: 'SecurityEvent' as const, machine: VM, lostKeys: ['4625'] }];
    await waveOver(smallEstate({ behaviour: LIVE, tables }), { gate: { maxNotVerifiedShare: 0.5 } });
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({
      status: 'blocked',
      reason: 'keysLost',
      detail: expect.stringContaining('4625'),
    });
    expect(
      (await verdictOf(VM))?.evidence.find(({ table }) => table === 'SecurityEvent')?.missingKeys,
    ).toEqual(['4625']);
    expect(then.acceptedChanges('extension.delete', VM)).toBe(0);
  });

  it('removes it where a named person accepts the loss in time', async () => {
    const tables = [{ table: 'SecurityEvent' as const, machine: VM, lostKeys: ['4625'] }];
    await waveOver(smallEstate({ behaviour: LIVE, tables }));
    await when.theWaveReaches(({ counts }) => (counts['verify']?.['waiting'] ?? 0) > 0);
    const Exception = z.object({ id: z.string(), active: z.boolean() });
    const { body } = await here().api.post('/exceptions', Exception, {
      machineIds: [VM],
      tables: ['SecurityEvent'],
      reason: 'failed logons of this kiosk are of no interest',
      expiresAt: new Date(here().session.clock.now() + 30 * 24 * HOUR).toISOString(),
      by: 'sue security',
    });
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({
      status: 'done',
      detail: expect.stringContaining(
        `sue security: failed logons of this kiosk are of no interest (${body.id})`,
      ),
    });
    expect(then.theAgentsOf(VM)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('keeps it where the acceptance is revoked between the proof and the removal', async () => {
    const tables = [{ table: 'SecurityEvent' as const, machine: VM, lostKeys: ['4625'] }];
    await waveOver(smallEstate({ behaviour: LIVE, tables }), { approvals: { removal: true } });
    const { api, session } = here();
    const { body } = await api.post('/exceptions', z.object({ id: z.string() }), {
      ...{ machineIds: [VM], tables: ['SecurityEvent'], by: 'sue security' },
      reason: 'failed logons of this kiosk are of no interest',
      expiresAt: new Date(session.clock.now() + 30 * 24 * HOUR).toISOString(),
    });
    await when.theWaveReaches('awaitingApproval');
    expect(await then.outcome(VM, 'verify')).toMatchObject({ status: 'done' });

    await api.post(`/exceptions/${body.id}/revoke`, z.unknown(), { by: 'bob', reason: 'it was no kiosk' });
    await when.theWaveRunsToItsEnd();

    expect((await verdictOf(VM))?.accepted).toBeUndefined();
    expect(then.acceptedChanges('extension.delete', VM)).toBe(0);
    expect(then.theAgentsOf(VM)).toContain('MicrosoftMonitoringAgent');
    expect(then.theAgentsOf(ARC)).toEqual(['AzureMonitorWindowsAgent']);
  });

  it('compares with the last days of agents whose service was switched off', async () => {
    const ends = new Date(Date.parse('2026-11-21T08:00:00Z') - 20 * 24 * HOUR).toISOString();
    await waveOver(smallEstate({ behaviour: { legacyIngestionEnds: ends } }));
    await when.theWaveReaches(({ counts }) => counts['verify']?.['done'] === 3);

    expect((await verdictOf(LINUX_VM))?.evidence).toMatchObject([
      { table: 'Perf', mode: 'historical', result: 'pass' },
      { table: 'Syslog', mode: 'historical', result: 'pass' },
    ]);
  });

  it('is satisfied with fresh rows where nothing of the legacy agent is left to compare with', async () => {
    await waveOver(smallEstate());
    await when.theWaveReaches(({ counts }) => counts['verify']?.['done'] === 3);

    const evidence = (await verdictOf(VM))?.evidence ?? [];
    expect(evidence.map(({ mode }) => mode)).toEqual(['sufficiency', 'sufficiency', 'sufficiency']);
    expect(evidence.every(({ sentence }) => sentence?.includes('nothing of the legacy agent'))).toBe(true);
  });

  it('waits for a clock that is ahead, and says whose it is to set', async () => {
    const heartbeats = [{ machine: VM, agent: 'ama' as const, aheadSeconds: 7200 }];
    await waveOver(smallEstate({ behaviour: LIVE, heartbeats }), {
      verifyDeadlineSeconds: 43_200,
      gate: { maxNotVerifiedShare: 0.5 },
    });
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({
      status: 'blocked',
      reason: 'clockAhead',
      needs: 'machineOwner',
    });
  });

  /** While it is on, every query of the workspace is answered as said, whatever the true answer. */
  function spoilQueries(spoil: (answer: WireResponse) => WireResponse): () => void {
    const estate = here().session.estate as { -readonly [K in keyof Estate]: Estate[K] };
    const { handleNow } = estate;
    estate.handleNow = (request) => {
      const outcome = handleNow(request);
      const isQuery = request.url.includes('api.loganalytics.io');
      return isQuery ? { ...outcome, response: spoil(outcome.response) } : outcome;
    };
    return () => {
      estate.handleNow = handleNow;
    };
  }
  const failing = (status: number, headers: Record<string, string> = {}) => ({
    ...{ status, headers: { 'content-type': 'application/json', ...headers } },
    body: JSON.stringify({ error: { code: 'Busy', message: 'spoilt by the test' } }),
  });

  it.each<[string, (answer: WireResponse) => WireResponse]>([
    ['throttled', () => failing(429, { 'retry-after': '120' })],
    ['timed out', () => failing(504)],
    [
      'answered in part',
      (answer) => ({
        ...answer,
        body: JSON.stringify({ ...JSON.parse(answer.body), error: { code: 'PartialError' } }),
      }),
    ],
  ])('is put off, and never decided, while queries are %s', async (_, spoil) => {
    await waveOver(smallEstate({ behaviour: LIVE }));
    await when.theWaveReaches(({ counts }) => counts['associate']?.['done'] === 3);

    const heal = spoilQueries(spoil);
    await when.theMachineWaitsFor(VM, 'verify', 'queryFailed');
    const before = then.requests('logs.query');
    await when.timePasses({ minutes: 60 });
    const open = await then.records();
    heal();
    // Asked again and again: nothing was learned.
    expect(then.requests('logs.query')).toBeGreaterThan(before + 10);

    for (const { outcomes, verdict } of open.values()) {
      expect(outcomes.verify?.status).toBe('waiting');
      expect(verdict).toBeNull();
    }
    expect(then.requests('extension.delete')).toBe(0);
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });

  it('asks for halves where the answer is larger than the service gives, and judges the same', async () => {
    await waveOver(smallEstate({ behaviour: { ...LIVE, limits: { queryRows: 28 } } }));
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect((await verdictOf(VM))?.evidence.map(({ result }) => result)).toEqual(['pass', 'pass', 'pass']);
  });
});
