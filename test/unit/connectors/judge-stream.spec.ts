import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeableAt, judgeStream, stretchesOf } from '../../../shared/connectors/check-stream.ts';
import type { SecurityEventWriter } from '../../../shared/connectors/queries/security-event-writers.ts';
import type { ConnectorSwitch } from '../../../shared/model/stream-check.ts';
import { at, WORKSPACE_ID } from '../../support/builders.ts';

const SWITCH: ConnectorSwitch = {
  workspaceId: WORKSPACE_ID,
  waveId: null,
  by: 'ann',
  reason: null,
  startedAt: at(0),
  confirmedAt: at(10),
  dependents: 0,
  ingestionLagSeconds: 300,
  restoredAt: null,
  check: null,
};
const STRETCHES = stretchesOf(SWITCH);
const judge = (writers: readonly SecurityEventWriter[], alive: readonly string[]) =>
  judgeStream(writers, new Set(alive), STRETCHES, at(0));

const writers = fc.uniqueArray(
  fc.record({
    ResourceId: fc.stringMatching(/^m[0-9]{1,2}$/),
    rowsBefore: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
    rowsAfter: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
  }),
  { selector: ({ ResourceId }) => ResourceId, maxLength: 20 },
);
const machines = fc.array(fc.stringMatching(/^m[0-9]{1,2}$/), { maxLength: 30 });

describe('stretches', () => {
  it('end with the first write, and begin anew when agents have heard of the last', () => {
    expect(STRETCHES).toEqual({
      before: { since: at(-1800), until: at(0) },
      after: { since: at(910), until: at(2710) },
    });
    expect(judgeableAt(SWITCH)).toBe(at(3010));
  });
});

describe('the verdict', () => {
  it('fails exactly when a machine that wrote enough is silent and alive', () => {
    fc.assert(
      fc.property(writers, machines, (rows, alive) => {
        const lost = rows.filter(
          ({ ResourceId, rowsBefore, rowsAfter }) =>
            rowsBefore >= 20 && rowsAfter === 0 && alive.includes(ResourceId),
        );
        const { result, lostMachines, lost: count } = judge(rows, alive);
        expect(result === 'fail').toBe(lost.length > 0);
        expect([count, [...lostMachines].sort()]).toEqual([
          lost.length,
          lost.map(({ ResourceId }) => ResourceId).sort(),
        ]);
      }),
    );
  });

  it('passes only when a machine that wrote enough goes on', () => {
    fc.assert(
      fc.property(writers, machines, (rows, alive) => {
        const goes = rows.some(({ rowsBefore, rowsAfter }) => rowsBefore >= 20 && rowsAfter > 0);
        const { result } = judge(rows, alive);
        if (result === 'pass') expect(goes).toBe(true);
        if (!goes) expect(result).not.toBe('pass');
      }),
    );
  });

  it('is not changed by machines that wrote little or nothing before', () => {
    fc.assert(
      fc.property(writers, machines, fc.integer({ min: 0, max: 19 }), (rows, alive, rowsBefore) => {
        const more = [...rows, { ResourceId: 'other', rowsBefore, rowsAfter: 0 }];
        expect(judge(more, [...alive, 'other']).result).toBe(judge(rows, alive).result);
      }),
    );
  });

  it('names a hundred machines at most and counts them all', () => {
    const rows = Array.from({ length: 150 }, (_, i) => ({
      ResourceId: `m${i}`,
      rowsBefore: 99,
      rowsAfter: 0,
    }));
    const { lost, lostMachines } = judge(
      rows,
      rows.map(({ ResourceId }) => ResourceId),
    );
    expect([lost, lostMachines.length]).toEqual([150, 100]);
  });
});
