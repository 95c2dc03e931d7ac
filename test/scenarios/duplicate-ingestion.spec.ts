import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TableDuplicates } from '../../shared/verification/duplicates/model.ts';
import { scenario } from '../support/scenario.ts';
import { CUSTOMER, smallEstate } from '../support/small-estate.ts';

const Amounts = z.object({
  twiceGbPerDay: z.number(),
  removalSavesGbPerDay: z.number(),
  money: z.object({ twicePerDay: z.number(), removalSavesPerMonth: z.number() }),
});
const Answer = z.object({
  workspaces: z.array(
    z.object({
      workspace: z.string(),
      machines: z.object({ removable: z.number(), kept: z.number(), ended: z.number() }),
      tables: z.array(z.custom<TableDuplicates>()),
      total: Amounts,
      unread: z.array(z.unknown()),
    }),
  ),
});

/** Rows enough for gigabytes. */
const ROWS = [
  { table: 'Event' as const, os: 'windows' as const, rowsPerHour: 200_000 },
  { table: 'Syslog' as const, os: 'linux' as const, rowsPerHour: 200_000 },
];

describe('what is paid twice', () => {
  const { given, when, here } = scenario();

  async function paidTwice() {
    const { body } = await here().api.get('/duplicate-ingestion?pricePerGb=2', Answer);
    expect(body.workspaces).toHaveLength(1);
    const [workspace] = body.workspaces;
    if (workspace === undefined) throw new Error('no workspace');
    expect(workspace).toMatchObject({ workspace: CUSTOMER, unread: [] });
    return workspace;
  }

  it('is nothing before, about half while both agents write, and nothing after removal', async () => {
    await given.anEstate(smallEstate({ behaviour: { legacyIngestionEnds: null }, tables: ROWS }));
    await given.aPlan({ policy: { soakSeconds: 172_800 } });

    expect(await paidTwice()).toMatchObject({
      ...{ machines: { removable: 0, kept: 0, ended: 0 }, tables: [] },
      total: { twiceGbPerDay: 0, removalSavesGbPerDay: 0 },
    });

    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');
    const during = await paidTwice();

    expect(during.machines).toEqual({ removable: 3, kept: 0, ended: 0 });
    // Two Windows machines write events, one Linux machine writes syslog; 900 and 350 bytes a row.
    const names = during.tables.map(({ table }) => table);
    expect(names.slice(0, 2)).toEqual(['Event', 'Syslog']);
    expect(during.tables[0]).toMatchObject({ machines: 2, halvedShare: 0 });
    expect(during.tables[0]?.twiceGbPerDay).toBeCloseTo((2 * 24 * 200_000 * 900) / 1e9, 1);
    expect(during.tables[1]?.twiceGbPerDay).toBeCloseTo((24 * 200_000 * 350) / 1e9, 1);
    for (const { billedGb, twiceGbPerDay } of during.tables.slice(0, 2))
      expect(twiceGbPerDay / billedGb).toBeCloseTo(0.5, 2);
    const { total } = during;
    expect(total.removalSavesGbPerDay).toBeCloseTo(total.twiceGbPerDay, 1);
    expect(total.money.twicePerDay).toBeCloseTo(total.twiceGbPerDay * 2, 1);
    expect(total.money.removalSavesPerMonth).toBeCloseTo(total.removalSavesGbPerDay * 60, 0);

    await when.theWaveRunsToItsEnd();
    const ended = await paidTwice();
    expect(ended.machines.removable).toBe(0);
    expect(ended.total.removalSavesGbPerDay).toBe(0);

    await when.timePasses({ minutes: 26 * 60 });
    expect(await paidTwice()).toMatchObject({
      ...{ machines: { removable: 0, kept: 0, ended: 0 }, tables: [] },
      total: { twiceGbPerDay: 0 },
    });
  });
});
