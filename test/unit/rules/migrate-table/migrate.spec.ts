import { describe, expect, it } from 'vitest';
import { migrateTable, previewMigration } from '../../../../shared/rules/migrate-table/migrate.ts';
import { agentsOf, fakeTable, REQUEST, rowsOf } from '../../../support/rules/fake-table.ts';

async function confirmed() {
  const fake = fakeTable();
  const preview = await previewMigration(fake.dependencies, REQUEST);
  const confirm = preview.ok ? (preview.value.confirmation ?? '') : '';
  return { ...fake, confirm, migrate: () => migrateTable(fake.dependencies, { ...REQUEST, confirm }) };
}

describe('the migration of a table', () => {
  it('is kept before it is done, done once, and read back', async () => {
    const { migrate, calls, recorded } = await confirmed();

    expect(await migrate()).toMatchObject({ ok: true, value: { status: 'migrated', changed: true } });
    expect(await migrate()).toMatchObject({ ok: true, value: { status: 'migrated', changed: false } });

    expect(calls).toEqual(['migrate']);
    expect(recorded.map(({ event, preview }) => [event, preview.state])).toEqual([
      ['intent', 'classic'],
      ['effect', 'migrated'],
    ]);
  });

  it.each([undefined, '', 'migrate App_CL in law-main for good: 000000000000'])(
    'is not done on the confirmation %j',
    async (confirm) => {
      const { dependencies, calls, recorded } = fakeTable();

      const answer = await migrateTable(dependencies, { ...REQUEST, confirm });

      expect(answer).toMatchObject({ value: { status: 'unconfirmed', changed: false } });
      expect([calls, recorded]).toEqual([[], []]);
    },
  );

  it('is not done when an agent wrote after the look', async () => {
    const { migrate, world, calls, recorded } = await confirmed();
    world.rows = [rowsOf('OpsManager', 1)];

    expect(await migrate()).toMatchObject({
      value: { status: 'refused', preview: { blockers: [{ code: 'legacyAgentWrites' }] } },
    });
    expect([calls, recorded]).toEqual([[], []]);
  });

  it('is not done when an agent came after the look', async () => {
    const { migrate, world, calls } = await confirmed();
    world.agents = [agentsOf('Direct Agent')];

    expect(await migrate()).toMatchObject({ value: { status: 'unconfirmed' } });
    expect(calls).toEqual([]);
  });

  it.each(['rows', 'agents', 'customLogs', 'table'] as const)(
    'waits while its %s cannot be read for a moment',
    async (part) => {
      const { migrate, world, calls } = await confirmed();
      world.trouble = { [part]: { code: 'throttled', message: 'busy', retryAfterMs: 9000 } };

      expect(await migrate()).toMatchObject({
        ok: false,
        trouble: { code: 'throttled', retryAfterMs: 9000 },
      });
      expect(calls).toEqual([]);
      world.trouble = {};
      expect(await migrate()).toMatchObject({ value: { status: 'migrated', changed: true } });
    },
  );

  it('goes on after a kill before the call', async () => {
    const { migrate, world, calls, recorded } = await confirmed();
    world.kill = 'before';
    await expect(migrate()).rejects.toThrow('killed');
    expect([calls, recorded.length]).toEqual([[], 1]);
    world.kill = null;

    expect(await migrate()).toMatchObject({ value: { status: 'migrated', changed: true } });
    expect(calls).toEqual(['migrate']);
  });

  it('goes on after a kill behind the call', async () => {
    const { migrate, world, calls } = await confirmed();
    world.kill = 'after';
    await expect(migrate()).rejects.toThrow('killed');
    world.kill = null;

    expect(await migrate()).toMatchObject({ value: { status: 'migrated', changed: false } });
    expect(calls).toEqual(['migrate']);
  });

  it('is not counted before the table says so', async () => {
    const { migrate, world, calls, recorded } = await confirmed();
    world.after = 'migrating';

    expect(await migrate()).toMatchObject({ value: { status: 'migrating', retryAfterMs: 15_000 } });
    expect(await migrate()).toMatchObject({ value: { status: 'migrating', changed: false } });
    expect([calls, recorded.map(({ event }) => event)]).toEqual([['migrate'], ['intent']]);
    if (world.table !== undefined) world.table = { ...world.table, state: 'migrated' };
    expect(await migrate()).toMatchObject({ value: { status: 'migrated' } });
  });

  it('is trouble when Azure refuses it, or it fails', async () => {
    const refused = await confirmed();
    refused.world.trouble = { migrate: { code: 'notAuthorized', message: 'no' } };
    expect(await refused.migrate()).toMatchObject({ ok: false, trouble: { code: 'notAuthorized' } });
    const failed = await confirmed();
    failed.world.after = 'failed';
    expect(await failed.migrate()).toMatchObject({ ok: false, trouble: { code: 'operationFailed' } });
    expect(failed.recorded.map(({ event }) => event)).toEqual(['intent']);
  });
});
