import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inventories, undated, undisturbed } from '../support/inventories.ts';
import { mixedEstate } from '../support/mixed-estate.ts';
import { scenario } from '../support/scenario.ts';
import { GROUP, LINUX_VM, SUBSCRIPTION, smallEstate, VM } from '../support/small-estate.ts';

describe('several inventories', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);
  const known = async () =>
    (await here().api.get('/inventories', z.object({ inventories: z.array(z.object({ id: z.string() })) })))
      .body.inventories;

  it('at the same time do not disturb each other', async () => {
    const expected = await undisturbed(mixedEstate());
    const expectedGroup = await undisturbed(mixedEstate(), { tags: [{ name: 'role' }] });
    // A little quota, so that they take turns instead of passing each other.
    await given.anEstate(mixedEstate({ behaviour: { limits: { factor: 0.1 } } }));
    const [one, two, tagged] = await Promise.all([
      inventory.start(),
      inventory.start(),
      inventory.start({ tags: [{ name: 'role' }] }),
    ]);
    for (const id of [one, two, tagged]) await inventory.ended(id);

    expect(one).not.toBe(two);
    expect(undated(await inventory.content(one))).toEqual(expected);
    expect(undated(await inventory.content(two))).toEqual(expected);
    expect(undated(await inventory.content(tagged))).toEqual(expectedGroup);
  });

  it('are listed newest first, and latest is the newest that is completed', async () => {
    await given.anEstate(smallEstate());
    const first = await inventory.take();
    await here().participant.sleep(1000);
    const second = await inventory.take({ resourceGroups: [GROUP] });
    await here().participant.sleep(1000);
    const failed = await inventory.take({ managementGroups: ['mg-nobody'] });

    expect((await known()).map(({ id }) => id)).toEqual([failed.id, second.id, first.id]);
    expect((await inventory.ended('latest')).id).toBe(second.id);
  });

  it('asked for with one Idempotency-Key are one, also long after it ended', async () => {
    await given.anEstate(smallEstate());
    const scope = { subscriptions: [SUBSCRIPTION] };
    const [first, again] = await Promise.all([
      inventory.start(scope, 'change-4711'),
      inventory.start(scope, 'change-4711'),
    ]);
    const content = await inventory.ended(first).then(() => inventory.content(first));
    here().session.estate.mutate.removeExtension(VM, 'MMAExtension');
    await here().participant.sleep(3_600_000);
    const late = await inventory.start(scope, 'change-4711');
    await here().participant.sleep(3_600_000);

    expect([again, late]).toEqual([first, first]);
    expect(await known()).toHaveLength(1);
    expect(await inventory.content(first)).toEqual(content);
    await expect(inventory.start({}, 'change-4711')).rejects.toMatchObject({ code: 'idempotencyKeyReused' });
  });
});

describe('what changed between two inventories', () => {
  const { given, when, then, here } = scenario();
  const inventory = inventories(here);

  it('after a wave are its machines and nothing else', async () => {
    await given.anEstate(smallEstate());
    const before = await inventory.take();
    await given.aPlan({ inventoryId: before.id, selection: { machineIds: [VM] } });
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    await then.theWaveIs('completed');
    const after = await inventory.take();

    const { changes, counts } = await inventory.diff(after.id, before.id);
    expect(changes.map(({ machineId, change }) => [machineId, change])).toEqual([
      [VM.toLowerCase(), 'changed'],
    ]);
    const [change] = changes;
    const fields = new Map(
      change?.change === 'changed'
        ? change.fields.map(({ field, before: old, after: now }) => [field, [old, now]])
        : [],
    );
    expect(fields.get('assessment')).toEqual(['ready', 'alreadyMigrated']);
    expect(fields.get('extensions')).toMatchObject([
      [expect.stringContaining('MicrosoftMonitoringAgent')],
      [expect.stringContaining('AzureMonitorWindowsAgent')],
    ]);
    expect(fields.get('associations')?.[0]).toEqual([]);
    expect([...fields.keys()]).not.toContain('vmId');
    expect(counts).toMatchObject({
      legacyOnly: { before: 3, after: 2 },
      amaOnly: { before: 0, after: 1 },
    });
    expect(counts).not.toHaveProperty('machines');
  });

  it('of an estate that stayed as it was is nothing', async () => {
    await given.anEstate(mixedEstate());
    const before = await inventory.take();
    await here().participant.sleep(60 * 60_000);
    const after = await inventory.take();

    expect(await inventory.diff(after.id, before.id)).toMatchObject({ counts: {}, changes: [] });
  });

  it('of scopes that differ are machines that came and went', async () => {
    await given.anEstate(smallEstate());
    const all = await inventory.take();
    const some = await inventory.take({ tags: [{ name: 'role' }] });

    const gone = await inventory.diff(some.id, all.id);
    expect(gone.changes.map(({ change }) => change)).toEqual(['removed', 'removed']);
    const come = await inventory.diff(all.id, some.id);
    expect(come.changes).toContainEqual({
      change: 'added',
      machineId: LINUX_VM.toLowerCase(),
      name: 'db-01',
    });
    expect(come.counts).toMatchObject({ machines: { before: 1, after: 3 } });
  });
});
