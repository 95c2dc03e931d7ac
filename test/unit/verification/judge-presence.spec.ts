import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trouble } from '../../../shared/model/trouble.ts';
import { type JudgeInput, judge, type TableCount } from '../../../shared/verification/judge-presence.ts';
import { at, WORKSPACE_ID } from '../../support/builders.ts';

const TROUBLE: Trouble = { code: 'throttled', message: 'x' };

function count(changes: Partial<TableCount> = {}): TableCount {
  return {
    query: 'table-rows-Event',
    workspaceId: WORKSPACE_ID,
    table: 'Event',
    since: at(-1800),
    until: at(-300),
    rows: 100,
    baselineRows: 50,
    lastRow: at(-310),
    ...changes,
  };
}

function input(changes: Partial<JudgeInput> = {}): JudgeInput {
  return {
    trouble: null,
    heartbeatFresh: true,
    legacyLive: false,
    expectRise: true,
    counts: [count()],
    ...changes,
  };
}

const live = (rows: number, baselineRows: number) => ({
  legacyLive: true,
  counts: [count({ rows, baselineRows })],
});

describe('judge', () => {
  const cases: readonly [string, Partial<JudgeInput>, string, string | undefined][] = [
    ['rows, fresh heartbeat, no legacy agent', {}, 'pass', undefined],
    ['no heartbeat', { heartbeatFresh: false }, 'inconclusive', 'noHeartbeat'],
    ['no rows', { counts: [count({ rows: 0 })] }, 'inconclusive', 'dataNotYet'],
    [
      'no rows in one of two tables',
      { counts: [count(), count({ table: 'Perf', rows: 0 })] },
      'inconclusive',
      'dataNotYet',
    ],
    ['no tables to look at', { counts: [] }, 'inconclusive', 'unverifiableRules'],
    [
      'no tables and no heartbeat',
      { counts: [], heartbeatFresh: false },
      'inconclusive',
      'unverifiableRules',
    ],
    ['a workspace that could not be asked', { trouble: TROUBLE }, 'inconclusive', 'queryFailed'],
    [
      'a workspace that could not be asked, so no tables',
      { trouble: TROUBLE, counts: [] },
      'inconclusive',
      'queryFailed',
    ],
    [
      'a workspace that could not be asked, and silence',
      { trouble: TROUBLE, heartbeatFresh: false },
      'inconclusive',
      'queryFailed',
    ],
    ['legacy live, rows doubled', live(100, 50), 'pass', undefined],
    ['legacy live, rows half as many again', live(75, 50), 'pass', undefined],
    ['legacy live, rows just short of that', live(74, 50), 'inconclusive', 'attributionUnclear'],
    ['legacy live, rows unchanged', live(50, 50), 'inconclusive', 'attributionUnclear'],
    ['legacy live, baseline too small for a ratio', live(60, 19), 'inconclusive', 'attributionUnclear'],
    ['legacy live, baseline just large enough', live(30, 20), 'pass', undefined],
    // The legacy agent may have written nothing before and everything since: nothing tells the agents apart.
    ['legacy live, rows from nothing', live(500, 0), 'inconclusive', 'attributionUnclear'],
    [
      'legacy live, rows from nothing, no rise expected',
      { ...live(500, 0), expectRise: false },
      'pass',
      undefined,
    ],
    ['legacy gone, rows from nothing', { counts: [count({ rows: 5, baselineRows: 0 })] }, 'pass', undefined],
    [
      'legacy live, one of two tables without rise',
      { legacyLive: true, counts: [count(), count({ rows: 50 })] },
      'inconclusive',
      'attributionUnclear',
    ],
    ['legacy live, no rise expected any more', { ...live(50, 50), expectRise: false }, 'pass', undefined],
    [
      'legacy live, no rise expected, no rows',
      { ...live(0, 50), expectRise: false },
      'inconclusive',
      'dataNotYet',
    ],
    [
      'legacy gone, fewer rows than before',
      { counts: [count({ rows: 1, baselineRows: 500 })] },
      'pass',
      undefined,
    ],
  ];

  it.each(cases)('%s', (_, changes, result, reason) => {
    const verdict = judge(input(changes));

    expect(verdict.result).toBe(result);
    expect(verdict.reason).toBe(reason);
  });

  it('keeps the numbers as evidence, table by table', () => {
    const counts = [count(), count({ table: 'Perf', rows: 0, lastRow: null })];

    const verdict = judge(input({ counts }));

    expect(verdict.evidence).toEqual([
      { ...counts[0], result: 'pass' },
      { ...counts[1], result: 'inconclusive' },
    ]);
  });

  it('never passes without a table, without a heartbeat, with an empty table or with query trouble', () => {
    const anyCount = fc.record({ rows: fc.nat(200), baselineRows: fc.nat(200) }).map(count);
    const anyInput = fc.record({
      trouble: fc.constantFrom(null, TROUBLE),
      heartbeatFresh: fc.boolean(),
      legacyLive: fc.boolean(),
      expectRise: fc.boolean(),
      counts: fc.array(anyCount, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(anyInput, (given) => {
        const { result } = judge(given);
        const proof =
          given.counts.length > 0 &&
          given.heartbeatFresh &&
          given.trouble === null &&
          given.counts.every(({ rows }) => rows > 0);

        if (!proof) expect(result).toBe('inconclusive');
      }),
    );
  });

  it('while the legacy agent lives, fewer rows than one and a half times the baseline never pass', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (rows, baselineRows) => {
        const { result } = judge(input(live(rows, baselineRows)));

        if (rows < 1.5 * baselineRows || baselineRows === 0) expect(result).toBe('inconclusive');
      }),
    );
  });
});
