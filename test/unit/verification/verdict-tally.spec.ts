import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence, Verdict, VerdictResult } from '../../../shared/model/verdict.ts';
import { countMachine, newTally, STANDS } from '../../../shared/verification/verdicts/tally.ts';
import { tableVerdicts, workspaceVerdicts } from '../../../shared/verification/verdicts/view.ts';
import { anAssignment, at, aWaveMachine, NOW, vmResource, WORKSPACE_ID } from '../../support/builders.ts';

const OTHER = `${WORKSPACE_ID}-2`;
const BOTH_TABLES = [anAssignment({ tables: ['Event', 'Perf'] })];

function evidence(table: string, result: VerdictResult, changes: Partial<Evidence> = {}): Evidence {
  return {
    ...{
      query: `table-series-${table}`,
      workspaceId: WORKSPACE_ID,
      table,
      since: at(-7200),
      until: at(-3600),
    },
    ...{ rows: 10, baselineRows: 20, lastRow: null, result },
    ...changes,
  };
}

function machine(name: string, verdict: Verdict | null, rules = BOTH_TABLES) {
  return aWaveMachine(name, { rules }, { verdict });
}

function tallyOf(...machines: readonly ReturnType<typeof machine>[]) {
  const tally = newTally();
  for (const one of machines) countMachine(tally, one, NOW);
  return tally;
}

const counts = (changes: object) => ({
  ...{ pass: 0, fail: 0, inconclusive: 0, accepted: 0, none: 0 },
  ...changes,
});

describe('verdicts of a wave', () => {
  it('are counted by table, and a table nobody judged is none', () => {
    const tally = tallyOf(
      machine('a', { result: 'pass', evidence: [evidence('Event', 'pass'), evidence('Perf', 'pass')] }),
      machine('b', {
        ...{ result: 'fail', reason: 'rowsLost' },
        evidence: [evidence('Event', 'fail'), evidence('Perf', 'inconclusive')],
      }),
      machine('c', { result: 'inconclusive', reason: 'noHeartbeat', evidence: [] }),
      machine('d', null),
    );
    expect(tally.machines).toEqual(counts({ pass: 1, fail: 1, inconclusive: 1, none: 1 }));
    expect(tableVerdicts(tally)).toMatchObject([
      {
        ...{ table: 'Event', rows: 20, baselineRows: 40 },
        machines: counts({ pass: 1, fail: 1, none: 2 }),
        reasons: [
          { code: 'noHeartbeat', machines: 1 },
          { code: 'rowsLost', machines: 1 },
        ],
        queries: ['table-series-Event'],
      },
      {
        ...{ table: 'Perf', machines: counts({ pass: 1, inconclusive: 1, none: 2 }) },
        reasons: [{ code: 'noHeartbeat', machines: 1 }],
      },
    ]);
    expect(workspaceVerdicts(tally)).toEqual([
      { workspaceId: WORKSPACE_ID, machines: counts({ pass: 1, fail: 1, none: 2 }) },
    ]);
  });

  it('are accepted as long as the acceptance lasts, and what passed stays a pass', () => {
    const accepted = (expiresAt: string): Verdict => ({
      ...{ result: 'fail', reason: 'rowsLost' },
      evidence: [evidence('Event', 'fail'), evidence('Perf', 'pass')],
      accepted: { id: 'x', by: 'anna', reason: 'known', expiresAt },
    });
    const tally = tallyOf(machine('a', accepted(at(1))), machine('b', accepted(at(0))));
    expect(tally.machines).toEqual(counts({ accepted: 1, fail: 1 }));
    expect(tableVerdicts(tally).map(({ table, machines }) => [table, machines])).toEqual([
      ['Event', counts({ accepted: 1, fail: 1 })],
      ['Perf', counts({ pass: 2 })],
    ]);
  });

  it('name the lowest share with its machine, and the keys that most machines miss', () => {
    const share = (estimate: number) => ({ share: { estimate, low: 0, high: 1 }, sentence: `${estimate}` });
    const judged = (name: string, estimate: number, missingKeys: readonly string[]) =>
      machine(
        name,
        {
          ...{ result: 'fail', reason: 'keysLost' },
          evidence: [evidence('Event', 'fail', { ...share(estimate), missingKeys })],
        },
        [anAssignment()],
      );
    const tally = tallyOf(
      judged('a', 0.7, ['4624']),
      judged('b', 0.4, ['1102', '4624']),
      judged('c', 0.9, []),
    );
    expect(tableVerdicts(tally)).toMatchObject([
      {
        lowest: { machineId: vmResource('b').toLowerCase(), share: 0.4, sentence: '0.4' },
        missingKeys: [
          { key: '4624', machines: 2 },
          { key: '1102', machines: 1 },
        ],
      },
    ]);
  });

  it('put a machine once into each workspace, by the worst of its tables there', () => {
    const rules = [...BOTH_TABLES, anAssignment({ workspaceId: OTHER, tables: ['Event'] })];
    const verdict: Verdict = {
      ...{ result: 'inconclusive', reason: 'notSettled' },
      evidence: [
        evidence('Event', 'pass'),
        evidence('Perf', 'inconclusive'),
        evidence('Event', 'pass', { workspaceId: OTHER }),
      ],
    };
    expect(workspaceVerdicts(tallyOf(machine('a', verdict, rules)))).toEqual([
      { workspaceId: WORKSPACE_ID, machines: counts({ inconclusive: 1 }) },
      { workspaceId: OTHER, machines: counts({ pass: 1 }) },
    ]);
  });

  it('add up: every machine is counted once, and once in each table of its rules', () => {
    const result = fc.constantFrom<VerdictResult>('pass', 'fail', 'inconclusive');
    const verdict = fc.option(
      fc.record({ result, event: fc.option(result), perf: fc.option(result) }).map(
        ({ result: whole, event, perf }): Verdict => ({
          result: whole,
          evidence: [
            ...(event === null ? [] : [evidence('Event', event)]),
            ...(perf === null ? [] : [evidence('Perf', perf)]),
          ],
        }),
      ),
    );
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 30 }), (verdicts) => {
        const tally = tallyOf(...verdicts.map((one, i) => machine(`m${i}`, one)));
        const sum = (of: Readonly<Record<string, number>>) =>
          STANDS.reduce((total, stand) => total + (of[stand] ?? 0), 0);
        const all = [
          tally.machines,
          ...[...tableVerdicts(tally), ...workspaceVerdicts(tally)].map((one) => one.machines),
        ];
        expect(all.map(sum)).toEqual(all.map(() => verdicts.length));
        expect(all).toHaveLength(4);
      }),
    );
  });
});
