import { afterEach, describe, expect, it } from 'vitest';
import type { Estate, EstateFile } from '../../rehearsal/estate/index.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const MACHINES = [VM, LINUX_VM, ARC];
type Fault = NonNullable<NonNullable<EstateFile['behaviour']>['faults']>[number];

const STORMS: { name: string; faults: Fault[] }[] = [
  {
    name: 'a 429 storm',
    faults: [
      {
        match: {},
        effect: { status: 429, code: 'TooManyRequests', retryAfterSeconds: 30 },
        probability: 0.4,
      },
    ],
  },
  { name: 'outages', faults: [{ match: {}, effect: { status: 503 }, probability: 0.3 }] },
  { name: 'lost requests', faults: [{ match: {}, effect: { reset: 'before' }, probability: 0.3 }] },
  {
    name: 'changes whose answer is lost',
    faults: (['extension.write', 'extension.delete', 'association.write'] as const).map((kind) => ({
      match: { kind },
      effect: { reset: 'after' },
      count: 3,
    })),
  },
  {
    name: 'truncated answers',
    faults: [{ match: { method: 'GET' }, effect: { truncate: true }, probability: 0.3 }],
  },
  {
    name: 'queries that fail',
    faults: [{ match: { kind: 'logs.query' }, effect: { status: 504 }, probability: 0.4 }],
  },
  {
    name: 'queries that are answered in part',
    faults: [{ match: { kind: 'logs.query' }, effect: { partial: true }, probability: 0.4 }],
  },
];

describe('faults of the wire', () => {
  const { given, when, then, here } = scenario();

  it.each(STORMS)('$name: the same end, and no change made twice', async ({ faults }) => {
    await given.anEstate(smallEstate({ behaviour: { faults } }));
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    for (const machine of MACHINES) {
      expect(await then.outcome(machine, 'confirm')).toEqual({ status: 'done' });
      for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const) {
        expect(effects(kind, machine), `${kind} of ${machine}`).toBe(1);
      }
    }
  });

  /** Changes that took effect: accepted ones, and those whose answer alone was lost. */
  function effects(
    kind: 'extension.write' | 'association.write' | 'extension.delete',
    machine: string,
  ): number {
    const lostAnswers = here()
      .session.estate.requestLog.entries({ kind, machineId: machine, status: 0 })
      .filter(() => then.acceptedChanges(kind, machine) === 0);
    return then.acceptedChanges(kind, machine) + Math.min(1, lostAnswers.length);
  }
});

describe('an activity that throws', () => {
  const { given, when, then, here } = scenario();
  const healed: (() => void)[] = [];
  afterEach(() => {
    for (const heal of healed.splice(0)) heal();
  });

  /** Breaks the transport of workspace queries the way a bug would. */
  function breakQueries(times: number): void {
    const estate = here().session.estate as { -readonly [K in keyof Estate]: Estate[K] };
    const { handleNow } = estate;
    let left = times;
    estate.handleNow = (request) => {
      if (left > 0 && request.url.includes('api.loganalytics.io')) {
        left -= 1;
        throw new TypeError('a bug in the transport');
      }
      return handleNow(request);
    };
    healed.push(() => {
      estate.handleNow = handleNow;
    });
  }

  it('costs machines a named failure when a stage has a bug, and deletes nothing', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan({ policy: { gate: { maxNotVerifiedShare: 1, maxFailed: 10 } } });
    await when.theWaveStarts();
    await when.theWaveReaches(({ counts }) => (counts['associate']?.['done'] ?? 0) === 3);

    breakQueries(100);
    await when.theWaveReaches(({ totals }) => totals.failed === 3);
    for (const heal of healed.splice(0)) heal();
    await when.theWaveRunsToItsEnd();

    expect(await then.outcome(VM, 'verify')).toMatchObject({ status: 'failed', code: 'unexpected' });
    expect(then.requests('extension.delete')).toBe(0);
  });

  it('holds the wave with the reason when it throws again and again, and goes on after a resume', async () => {
    await given.anEstate(smallEstate());
    await given.aPlan();
    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    // The connector stage has no machine to blame: the whole activity fails, at each of its attempts.
    breakQueries(4);
    await when.someoneApproves();
    const held = await when.theWaveReaches('held');

    expect(held.holds).toMatchObject([{ kind: 'system', by: 'app' }]);
    expect(held.message).toContain('a bug in the transport');
    expect(then.requests('extension.delete')).toBe(0);

    await when.theOperatorResumes('fixed');
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
  });
});
