import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { doubledMachinesQuery } from '../../../shared/verification/duplicates/queries/doubled-machines.ts';
import { tableDuplicatesQueries } from '../../../shared/verification/duplicates/queries/table-duplicates.ts';
import { duplicateWindow } from '../../../shared/verification/duplicates/window.ts';
import { RULE, smallEstate, VM } from '../../support/small-estate.ts';
import { AMA_WINDOWS, DAY, HOUR, rig } from './rig.ts';

const ROWS: EstateFile['tables'] = [{ table: 'Event', rowsPerHour: 1000 }];
/** Bytes of an hour of Event of one agent. */
const HOURLY = 1000 * 900;

function estate(changes: Partial<EstateFile> = {}) {
  return rig(smallEstate({ behaviour: { legacyIngestionEnds: null }, tables: ROWS, ...changes }));
}
type Rig = ReturnType<typeof estate>;

function migrate(to: Rig): void {
  expect(to.arm('PUT', `${VM}/extensions/ama`, AMA_WINDOWS).status).toBeLessThan(300);
  const association = `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/one`;
  expect(to.arm('PUT', association, { properties: { dataCollectionRuleId: RULE } }).status).toBe(201);
}

function look(to: Rig, table: 'Event' | 'Syslog' = 'Event') {
  const { since, until, baseline } = duplicateWindow(to.now());
  const asked = { oldest: baseline.since, since, until };
  return {
    machines: to.records(doubledMachinesQuery, asked)[0],
    rows: to.records(tableDuplicatesQueries[table], asked),
  };
}

describe('what is written twice', () => {
  it('is nothing before Azure Monitor Agent', () => {
    expect(look(estate())).toEqual({ machines: { removable: 0, kept: 0, ended: 0 }, rows: [] });
  });

  it('has the week before to compare with while that was of one agent', () => {
    const to = estate();
    migrate(to);
    to.pass(2 * DAY);
    const { machines, rows } = look(to);
    expect(machines).toEqual({ removable: 1, kept: 0, ended: 0 });
    expect(rows).toEqual([
      {
        ...{ Standing: 'removable', machines: 1, hours: 24, newBytes: 0 },
        billedBytes: expect.closeTo(48 * HOURLY, -4),
        comparedBytes: expect.closeTo(48 * HOURLY, -4),
        baselineBytes: expect.closeTo(24 * HOURLY, -4),
      },
    ]);
    expect(look(to, 'Syslog').rows).toEqual([]);
  });

  it('has nothing to compare with after a week of both', () => {
    const to = estate();
    migrate(to);
    to.pass(9 * DAY);
    expect(look(to).rows).toMatchObject([{ comparedBytes: 0, baselineBytes: 0, newBytes: 0, hours: 24 }]);
  });

  it('is counted for the hours in which both agents were heard', () => {
    const to = estate();
    migrate(to);
    to.pass(10 * HOUR);
    const [row] = look(to).rows;
    expect(row.hours).toBeGreaterThanOrEqual(9);
    expect(row.hours).toBeLessThanOrEqual(10);
    expect(row.billedBytes).toBeLessThan(20 * HOURLY);
    expect(row.billedBytes).toBeGreaterThan(17 * HOURLY);
  });

  it('is new where the legacy agent wrote nothing to the table', () => {
    const to = estate({ tables: [{ table: 'Event', rowsPerHour: { ama: 1000, legacy: 0 } }] });
    migrate(to);
    to.pass(2 * DAY);
    expect(look(to).rows).toMatchObject([
      { comparedBytes: 0, baselineBytes: 0, newBytes: expect.closeTo(24 * HOURLY, -4) },
    ]);
  });

  it('goes on behind Operations Manager', () => {
    const to = estate({ heartbeats: [{ machine: VM, agent: 'legacy', category: 'SCOM Agent' }] });
    migrate(to);
    to.pass(2 * DAY);
    expect(look(to).machines).toEqual({ removable: 0, kept: 1, ended: 0 });
    expect(look(to).rows).toMatchObject([{ Standing: 'kept' }]);
  });

  it('ends with the legacy agent, and is over a day later', () => {
    const to = estate();
    migrate(to);
    to.pass(2 * DAY);
    expect(to.arm('DELETE', `${VM}/extensions/MMAExtension`).status).toBe(202);
    to.pass(4 * HOUR);
    expect(look(to).machines).toEqual({ removable: 0, kept: 0, ended: 1 });
    expect(look(to).rows[0].hours).toBeLessThan(24);
    to.pass(DAY);
    expect(look(to)).toEqual({ machines: { removable: 0, kept: 0, ended: 0 }, rows: [] });
  });
});
